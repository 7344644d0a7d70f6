#include "tools/explore/svg_diagram.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/explore/text_lines.h"

namespace nut::explorer {
namespace {

using Kind = DiagramRow::Kind;

// Pixels.
constexpr int kMargin = 24;
constexpr int kTimeWidth = 104;
constexpr int kPitch = 190;
constexpr int kHeadTop = 76;
constexpr int kHeadHeight = 52;
constexpr int kLineHeight = 16;
constexpr int kRowGap = 12;
constexpr double kCharacter = 7.25;  // of the fixed-width font at 12 px, rounded up
constexpr size_t kWidestNote = 62;

constexpr std::string_view kStyle = R"(
  svg { --page: #ffffff; --ink: #1b1f24; --soft: #6b7480; --line: #c4cad1; --node: #eef3f8; --frame: #0b62b0;
        --odd: #8a5300; --oddband: #fff4dc; --bad: #b3261e; --badband: #fdeceb; color-scheme: light dark; }
  @media (prefers-color-scheme: dark) {
    svg { --page: #14181d; --ink: #e4e8ec; --soft: #97a1ac; --line: #424b55; --node: #1f262e; --frame: #6cb4f5;
          --odd: #f2c063; --oddband: #352a12; --bad: #ff8a80; --badband: #3b1a18; }
  }
  text { font: 12px ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; fill: var(--ink);
         paint-order: stroke; stroke: var(--page); stroke-width: 4px; stroke-linejoin: round; }
  .title { font: 600 17px system-ui, 'DejaVu Sans', sans-serif; }
  .sub, .time, .gap { fill: var(--soft); }
  .head { font-weight: 600; stroke: none; text-anchor: middle; }
  .node { stroke: none; fill: var(--soft); text-anchor: middle; }
  .page { fill: var(--page); }
  .box { fill: var(--node); stroke: var(--line); }
  .life { stroke: var(--line); stroke-width: 1.5; }
  .wire { stroke-dasharray: 3 5; }
  .dot { fill: var(--ink); }
  .arrow { stroke: var(--frame); stroke-width: 1.6; fill: none; }
  .tip { fill: var(--frame); }
  .frame { fill: var(--frame); }
  .odd text { fill: var(--odd); stroke: var(--oddband); }
  .odd .mark { font-weight: 700; }
  .odd rect { fill: var(--oddband); }
  .odd path { fill: var(--odd); }
  .bad text { fill: var(--bad); stroke: var(--badband); font-weight: 600; }
  .bad rect { fill: var(--badband); }
  .bad path { stroke: var(--bad); stroke-width: 3; }
)";

std::string Escaped(std::string_view text) {
  std::string escaped;
  for (const char32_t point : CodePoints(text)) {
    switch (point) {
      case U'<': escaped += "&lt;"; break;
      case U'>': escaped += "&gt;"; break;
      case U'&': escaped += "&amp;"; break;
      case U'"': escaped += "&quot;"; break;
      default: escaped += Utf8({&point, 1});
    }
  }
  return escaped;
}

class Drawer {
 public:
  explicit Drawer(const Diagram& diagram)
      : diagram_(diagram),
        width_(kMargin * 2 + kTimeWidth +
               kPitch * static_cast<int>(std::max<size_t>(4, diagram.lanes.size()))) {}

  std::string Draw(const SvgTexts& texts) {
    for (const DiagramRow& row : diagram_.rows) DrawRow(row);
    const int height = y_ + kMargin;
    std::string svg = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0} {1}\" width=\"{0}\" height=\"{1}\" "
        ""
        "style=\"max-width: 100%; height: auto\" role=\"img\">\n"
        "<title>{2}</title>\n<desc>{3}</desc>\n<style>{4}</style>\n"
        "<rect class=\"page\" width=\"{0}\" height=\"{1}\"/>\n",
        width_, height, Escaped(texts.title), Escaped(texts.subtitle), kStyle);
    svg += fmt::format("<text class=\"title\" x=\"{}\" y=\"36\">{}</text>\n", kMargin, Escaped(texts.title));
    svg += fmt::format("<text class=\"sub\" x=\"{}\" y=\"57\">{}</text>\n", kMargin, Escaped(texts.subtitle));
    return svg + bands_ + Lanes(height) + body_ + "</svg>\n";
  }

 private:
  int Column(size_t lane) const {
    return kMargin + kTimeWidth + kPitch * static_cast<int>(lane) + kPitch / 2;
  }

  std::string Lanes(int height) const {
    std::string svg;
    for (size_t i = 0; i < diagram_.lanes.size(); ++i) {
      const Lane& lane = diagram_.lanes[i];
      const int x = Column(i);
      svg += fmt::format("<line class=\"life{}\" x1=\"{}\" y1=\"{}\" x2=\"{}\" y2=\"{}\"/>\n",
                         lane.is_wire() ? " wire" : "", x, kHeadTop + kHeadHeight, x, height - kMargin / 2);
      svg += fmt::format("<rect class=\"box\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"6\"/>\n",
                         x - kPitch / 2 + 8, kHeadTop, kPitch - 16, kHeadHeight);
      if (!lane.is_wire()) {
        svg += fmt::format("<text class=\"node\" x=\"{}\" y=\"{}\">node {}</text>\n", x, kHeadTop + 20,
                           Escaped(lane.node));
      }
      const auto name = Clipped(CodePoints(lane.is_wire() ? "wire" : lane.thread), (kPitch - 24) / 8);
      svg += fmt::format("<text class=\"head\" x=\"{}\" y=\"{}\">{}</text>\n", x,
                         kHeadTop + (lane.is_wire() ? 30 : 38), Escaped(Utf8(name)));
    }
    return svg;
  }

  void DrawRow(const DiagramRow& row) {
    switch (row.kind) {
      case Kind::kGap: return DrawGap(row);
      case Kind::kFrame: return DrawFrame(row);
      case Kind::kEvent:
      case Kind::kDeviation:
      case Kind::kFault: return DrawNote(row);
    }
  }

  void DrawGap(const DiagramRow& row) {
    y_ += kLineHeight;
    body_ +=
        fmt::format("<text class=\"gap\" x=\"{}\" y=\"{}\">⋮ {}</text>\n", kMargin, y_, Escaped(row.text));
    y_ += kRowGap;
    time_ = kNever;
  }

  void DrawTime(Instant when, int y) {
    if (when == time_) return;
    time_ = when;
    body_ += fmt::format("<text class=\"time\" x=\"{}\" y=\"{}\">{:.6f} s</text>\n", kMargin, y,
                         ToSeconds(when.time_since_epoch()));
  }

  void DrawFrame(const DiagramRow& row) {
    const int from = Column(row.lane);
    const int to = Column(row.to);
    const int sign = from < to ? 1 : -1;
    DrawTime(row.when, y_ + kLineHeight);
    const double half = static_cast<double>(CodePoints(row.text).size()) * kCharacter / 2;
    const double middle = std::clamp((from + to) / 2.0, kMargin + kTimeWidth + half,
                                     std::max(width_ - kMargin - half, kMargin + kTimeWidth + half));
    body_ += fmt::format("<text class=\"frame\" text-anchor=\"middle\" x=\"{:.0f}\" y=\"{}\">{}</text>\n",
                         middle, y_ + kLineHeight, Escaped(row.text));
    y_ += kLineHeight + 10;
    body_ +=
        fmt::format("<path class=\"arrow\" d=\"M{} {}H{}\"/><path class=\"tip\" d=\"M{} {}l{} -5v10z\"/>\n",
                    from, y_, to - 7 * sign, to, y_, -9 * sign);
    y_ += kRowGap;
  }

  std::string Marker(Kind kind, int x, int y) const {
    if (kind == Kind::kDeviation) return fmt::format("<path d=\"M{} {}l7 7l-7 7l-7 -7z\"/>", x, y - 11);
    if (kind == Kind::kFault) return fmt::format("<path d=\"M{0} {1}l12 12m0 -12l-12 12\"/>", x - 6, y - 10);
    return fmt::format("<circle class=\"dot\" cx=\"{}\" cy=\"{}\" r=\"4\"/>", x, y - 4);
  }

  // Beside its lane: to the right of it on the left half, and the other way round.
  void DrawNote(const DiagramRow& row) {
    const int x = Column(row.lane);
    const int room_right = width_ - kMargin - (x + 14);
    const int room_left = x - 14 - kMargin - kTimeWidth;
    const bool right = room_right >= room_left;
    const auto room = static_cast<size_t>(std::max(room_right, room_left) / kCharacter);
    const bool deviates = row.kind == Kind::kDeviation;
    const auto lines =
        Folded(deviates ? fmt::format("{}  {}", row.mark, row.text) : row.text, std::min(room, kWidestNote));
    const bool band = row.kind != Kind::kEvent;
    if (band) y_ += 4;
    const int top = y_;
    if (band) body_ += fmt::format("<g class=\"{}\">", deviates ? "odd" : "bad");
    DrawTime(row.when, y_ + kLineHeight);
    body_ += Marker(row.kind, x, y_ + kLineHeight);
    const int text_x = right ? x + 14 : x - 14;
    body_ += fmt::format("<text{} x=\"{}\" y=\"{}\">", right ? "" : " text-anchor=\"end\"", text_x,
                         y_ + kLineHeight);
    for (size_t i = 0; i < lines.size(); ++i) {
      y_ += kLineHeight;
      body_ += fmt::format("<tspan x=\"{}\" dy=\"{}\">{}</tspan>", text_x, i == 0 ? 0 : kLineHeight,
                           Escaped(Utf8(lines[i])));
    }
    body_ += band ? "</text></g>\n" : "</text>\n";
    if (band) {
      bands_ +=
          fmt::format("<g class=\"{}\"><rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\"/></g>\n",
                      deviates ? "odd" : "bad", kMargin / 2, top, width_ - kMargin, y_ - top + 8);
      y_ += 6;
    }
    y_ += kRowGap - 4;
  }

  const Diagram& diagram_;
  const int width_;
  int y_ = kHeadTop + kHeadHeight + kRowGap;
  Instant time_ = kNever;
  std::string bands_;
  std::string body_;
};

}  // namespace

std::string DrawAsSvg(const Diagram& diagram, const SvgTexts& texts) { return Drawer(diagram).Draw(texts); }

}  // namespace nut::explorer
