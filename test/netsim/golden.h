// Golden: the table in the repository, test/netsim/golden.txt: what came of every cell when it was last
// recorded, and what a new outcome is beside it. Values.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "test/netsim/cell.h"
#include "test/netsim/outcome.h"

namespace nut::netsim {

enum class Judgement : uint8_t {
  kEqual,
  kBetter,   // more goodput, more fairness, or both
  kChanged,  // neither; but some other column
  kWorse,    // less of one of the two
  kNew,      // the table has no such cell
};

class Golden {
 public:
  // Nothing when a line is no line of a table, or a cell comes twice; `error` says which.
  static std::optional<Golden> FromText(std::string_view text, std::string& error);

  std::optional<Outcome> Find(const Cell& cell) const;
  size_t size() const { return outcomes_.size(); }

 private:
  std::map<std::string, Outcome, std::less<>> outcomes_;  // by Cell::Name
};

Judgement Judge(const std::optional<Outcome>& recorded, const Outcome& now);
std::string_view NameOf(Judgement judgement);

// The table's first lines, and one line of it.
std::string TableHead();
std::string TableLine(const Cell& cell, const Outcome& outcome);

}  // namespace nut::netsim
