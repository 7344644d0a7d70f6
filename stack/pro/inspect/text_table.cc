#include "stack/pro/inspect/text_table.h"

#include <algorithm>

namespace nut::pro {

std::string Printable(std::string_view text) {
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '.');
  return result;
}

void TextTable::AddRow(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  for (std::string& cell : cells) cell = Printable(cell);
  rows_.push_back(std::move(cells));
}

std::string TextTable::Render() const {
  std::vector<size_t> widths;
  for (size_t c = 0; c < columns_.size(); ++c) {
    size_t width = columns_[c].title.size();
    for (const auto& row : rows_) width = std::max(width, row[c].size());
    widths.push_back(width);
  }
  std::string text;
  const auto append = [&](size_t c, std::string_view cell) {
    const size_t padding = widths[c] - cell.size();
    const bool right = columns_[c].align == Align::kRight;
    if (c > 0) text.append(2, ' ');
    if (right) text.append(padding, ' ');
    text += cell;
    if (!right) text.append(padding, ' ');
  };
  const auto end_line = [&] {
    while (!text.empty() && text.back() == ' ') text.pop_back();
    text += '\n';
  };
  for (size_t c = 0; c < columns_.size(); ++c) append(c, columns_[c].title);
  end_line();
  for (const auto& row : rows_) {
    for (size_t c = 0; c < columns_.size(); ++c) append(c, row[c]);
    end_line();
  }
  return text;
}

}  // namespace nut::pro
