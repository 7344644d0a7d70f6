// The table of all scenarios: a new one is one file in this folder and one line here.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "test/explore/scenario.h"
#include "test/explore/scenarios/scenarios.h"

namespace nut::explore {
namespace {

constexpr Scenario kScenarios[] = {
    {"close-during-retransmit", "close while a SYN that nobody answers is retransmitted", Size::kSmall,
     CloseDuringRetransmit},
    {"connect-timeout", "connects that time out, and the same port again", Size::kMedium, ConnectTimeout},
};

// Each, and each with ARP failing in the middle of it.
struct Table {
  Table() {
    names.reserve(std::size(kScenarios));
    for (const Scenario& scenario : kScenarios) {
      scenarios.push_back(scenario);
      names.push_back(std::string(scenario.name) + "/arp");
      Scenario variant = scenario;
      variant.name = names.back();
      variant.arp_fails = true;
      scenarios.push_back(variant);
    }
    std::sort(scenarios.begin(), scenarios.end(),
              [](const Scenario& x, const Scenario& y) { return x.name < y.name; });
  }

  std::vector<std::string> names;
  std::vector<Scenario> scenarios;
};

// Levenshtein: how many letters have to be changed, added or taken away.
size_t Distance(std::string_view from, std::string_view to) {
  std::vector<size_t> row(to.size() + 1);
  for (size_t i = 0; i < row.size(); ++i) row[i] = i;
  for (size_t i = 1; i <= from.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= to.size(); ++j) {
      const size_t changed = diagonal + (from[i - 1] != to[j - 1]);
      diagonal = row[j];
      row[j] = std::min({changed, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::span<const Scenario> AllScenarios() {
  static const Table table;
  return table.scenarios;
}

const Scenario* FindScenario(std::string_view name) {
  const auto all = AllScenarios();
  const auto found = std::find_if(all.begin(), all.end(), [&](const Scenario& s) { return s.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const Scenario& NearestScenario(std::string_view name) {
  const auto all = AllScenarios();
  return *std::min_element(all.begin(), all.end(), [&](const Scenario& x, const Scenario& y) {
    return Distance(x.name, name) < Distance(y.name, name);
  });
}

}  // namespace nut::explore
