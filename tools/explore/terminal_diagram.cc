#include "tools/explore/terminal_diagram.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/explore/text_lines.h"

namespace nut::explorer {
namespace {

using Kind = DiagramRow::Kind;

constexpr size_t kTimeWidth = 11;  // "   0.203411 "
constexpr size_t kWidestNote = 64;
constexpr size_t kNarrowestNote = 24;
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kYellow = "\x1b[1;33m";
constexpr std::string_view kRed = "\x1b[1;31m";
constexpr std::string_view kPlain = "\x1b[0m";

class Drawer {
 public:
  Drawer(const Diagram& diagram, const TerminalOptions& options)
      : diagram_(diagram),
        width_(std::max(60u, options.columns)),
        pitch_((width_ - kTimeWidth) / std::max<size_t>(1, diagram.lanes.size())),
        color_(options.color) {}

  std::string Draw() {
    DrawHeads();
    for (const DiagramRow& row : diagram_.rows) DrawRow(row);
    return std::move(text_);
  }

 private:
  size_t Column(size_t lane) const { return kTimeWidth + pitch_ * lane + pitch_ / 2; }

  std::u32string Lifelines(char32_t line) const {
    std::u32string cells(width_, U' ');
    for (size_t lane = 0; lane < diagram_.lanes.size(); ++lane) {
      cells[Column(lane)] = diagram_.lanes[lane].is_wire() && line == U'│' ? U'╎' : line;
    }
    return cells;
  }

  static void Put(std::u32string& cells, size_t column, std::u32string_view text) {
    for (size_t i = 0; i < text.size() && column + i < cells.size(); ++i) cells[column + i] = text[i];
  }

  void Line(std::u32string cells, std::string_view color = {}) {
    cells.erase(cells.find_last_not_of(U' ') + 1);
    const bool colored = color_ && !color.empty();
    text_ += fmt::format("{}{}{}\n", colored ? color : "", Utf8(cells), colored ? kPlain : "");
  }

  void DrawHeads() {
    std::u32string nodes(width_, U' ');
    std::u32string threads(width_, U' ');
    Put(threads, 0, U"    time s");
    for (size_t lane = 0; lane < diagram_.lanes.size(); ++lane) {
      const Lane& of = diagram_.lanes[lane];
      const auto name = Clipped(CodePoints(of.is_wire() ? "wire" : of.thread), pitch_ - 1);
      Put(threads, Column(lane) - name.size() / 2, name);
      if (of.is_wire() || (lane > 0 && diagram_.lanes[lane - 1].node == of.node)) continue;
      size_t last = lane;
      while (last + 1 < diagram_.lanes.size() && diagram_.lanes[last + 1].node == of.node) ++last;
      const auto node = CodePoints("node " + of.node);
      Put(nodes, (Column(lane) + Column(last)) / 2 - node.size() / 2, node);
    }
    Line(nodes, kBold);
    Line(threads, kBold);
    Line(Lifelines(U'│'));
  }

  void DrawRow(const DiagramRow& row) {
    switch (row.kind) {
      case Kind::kGap: return DrawGap(row);
      case Kind::kFrame: return DrawFrame(row);
      case Kind::kEvent: return DrawNote(row, U'●', row.text, {});
      case Kind::kDeviation: return DrawNote(row, U'◆', fmt::format("[{}] {}", row.mark, row.text), kYellow);
      case Kind::kFault: return DrawNote(row, U'✗', row.text, kRed);
    }
  }

  void DrawGap(const DiagramRow& row) {
    auto cells = Lifelines(U'┊');
    Put(cells, 0, CodePoints(fmt::format("{:>10}", row.text)));
    Line(cells);
    time_ = kNever;
  }

  // Only where it has changed, so that what happens at one instant is seen to.
  void PutTime(std::u32string& cells, Instant when) {
    if (when == time_) return;
    time_ = when;
    Put(cells, 0, CodePoints(fmt::format("{:>10.6f}", ToSeconds(when.time_since_epoch()))));
  }

  void DrawFrame(const DiagramRow& row) {
    auto cells = Lifelines(U'│');
    const size_t from = Column(row.lane);
    const size_t to = Column(row.to);
    if (from == to) return DrawNote(row, U'●', row.text, {});
    const size_t left = std::min(from, to);
    const size_t right = std::max(from, to);
    const auto label = CodePoints(row.text);
    const bool inside = label.size() + 8 <= right - left;
    if (!inside) {
      const auto clipped = Clipped(label, width_ - kTimeWidth - 2);
      const size_t middle = (left + right) / 2;
      const size_t begin =
          std::clamp(middle - std::min(middle, clipped.size() / 2), kTimeWidth + 1, width_ - clipped.size());
      auto above = Lifelines(U'│');
      PutTime(above, row.when);
      Put(above, begin - 1, U" " + clipped + U" ");
      Line(above);
    } else {
      PutTime(cells, row.when);
    }
    for (size_t column = left + 1; column < right; ++column) cells[column] = U'─';
    cells[from] = from < to ? U'├' : U'┤';
    cells[from < to ? right - 1 : left + 1] = from < to ? U'▶' : U'◀';
    if (inside) Put(cells, (left + right) / 2 - label.size() / 2 - 1, U" " + label + U" ");
    Line(cells);
  }

  // Beside its lane: to the right of it on the left half, and the other way round.
  void DrawNote(const DiagramRow& row, char32_t marker, std::string_view note, std::string_view color) {
    const size_t at = Column(row.lane);
    const size_t room_right = width_ - std::min(width_, at + 2);
    const size_t room_left = at > kTimeWidth + 2 ? at - kTimeWidth - 2 : 0;
    const bool right = room_right >= room_left;
    const size_t room = std::clamp(right ? room_right : room_left, kNarrowestNote, kWidestNote);
    bool first = true;
    for (const std::u32string& line : Folded(note, room)) {
      auto cells = Lifelines(U'│');
      if (first) PutTime(cells, row.when);
      if (first) cells[at] = marker;
      first = false;
      if (right) {
        Put(cells, at + 2, line + U" ");
      } else {
        Put(cells, at - 2 - std::min(at - 2, line.size()), U" " + line);
      }
      Line(cells, color);
    }
  }

  const Diagram& diagram_;
  const size_t width_;
  const size_t pitch_;
  const bool color_;
  Instant time_ = kNever;
  std::string text_;
};

}  // namespace

std::string DrawForTerminal(const Diagram& diagram, const TerminalOptions& options) {
  return Drawer(diagram, options).Draw();
}

}  // namespace nut::explorer
