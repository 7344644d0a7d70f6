// TextTable: rows of cells as aligned plain text, for terminals. Columns are as wide as their widest cell;
// the last one is not padded, so that no line ends in blanks. Lives on the stack of whoever prints.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace nut::pro {

enum class Align : uint8_t { kLeft, kRight };

class TextTable {
 public:
  struct Column {
    std::string_view title;
    Align align = Align::kLeft;
  };

  explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}

  // One cell for each column; missing ones are empty. Control characters in a cell are shown as '.', so that
  // text from the wire cannot drive the reader's terminal.
  void AddRow(std::vector<std::string> cells);

  size_t rows() const { return rows_.size(); }

  // Title line, then the rows; every line ends in '\n'.
  std::string Render() const;

 private:
  std::vector<Column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

// `text` with every control character replaced by '.'.
std::string Printable(std::string_view text);

}  // namespace nut::pro
