#include "test/netsim/golden.h"

#include <fmt/format.h>

namespace nut::netsim {
namespace {

constexpr std::string_view kBar = " | ";

}  // namespace

std::optional<Golden> Golden::FromText(std::string_view text, std::string& error) {
  Golden golden;
  for (size_t number = 1; !text.empty(); ++number) {
    const size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    if (line.empty() || line[0] == '#') continue;
    const size_t bar = line.find(kBar);
    const auto outcome =
        bar == std::string_view::npos ? std::nullopt : Outcome::FromText(line.substr(bar + kBar.size()));
    if (!outcome || !golden.outcomes_.emplace(line.substr(0, bar), *outcome).second) {
      error = fmt::format("line {}: {}: {}", number,
                          outcome ? "the same cell again" : "not a line of the table", line);
      return std::nullopt;
    }
  }
  return golden;
}

std::optional<Outcome> Golden::Find(const Cell& cell) const {
  const auto found = outcomes_.find(cell.Name());
  return found == outcomes_.end() ? std::nullopt : std::optional(found->second);
}

Judgement Judge(const std::optional<Outcome>& recorded, const Outcome& now) {
  if (!recorded) return Judgement::kNew;
  if (now == *recorded) return Judgement::kEqual;
  if (now.goodput < recorded->goodput || now.fairness < recorded->fairness) return Judgement::kWorse;
  if (now.goodput > recorded->goodput || now.fairness > recorded->fairness) return Judgement::kBetter;
  return Judgement::kChanged;
}

std::string_view NameOf(Judgement judgement) {
  switch (judgement) {
    case Judgement::kEqual: return "equal";
    case Judgement::kBetter: return "better";
    case Judgement::kChanged: return "changed";
    case Judgement::kWorse: return "worse";
    case Judgement::kNew: return "new";
  }
  return "?";
}

std::string TableHead() {
  return fmt::format(
      "# Written by //test/netsim:record, read by //test/netsim:golden_test; README.md explains it.\n"
      "#{}{}{}\n#{}{}{}\n",
      Cell::Header().substr(1), kBar, Outcome::Header(), Cell::Units().substr(1), kBar, Outcome::Units());
}

std::string TableLine(const Cell& cell, const Outcome& outcome) {
  return fmt::format("{}{}{}\n", cell.Name(), kBar, outcome.Text());
}

}  // namespace nut::netsim
