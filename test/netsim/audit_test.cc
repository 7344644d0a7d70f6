// An auditor that shares no code with the stack reads along at both ends of slow, lossy and disorderly lines:
// every sender keeps to the windows, the time-outs and the growth that the RFCs allow.
#include <gtest/gtest.h>

#include <vector>

#include "test/netsim/simulation.h"

namespace nut::netsim {
namespace {

// Some seconds of each kind of network, with all that sends differently.
std::vector<Cell> AuditedCells() {
  std::vector<Cell> cells;
  for (const Control control : {Control::kCubic, Control::kReno}) {
    for (const bool sack : {true, false}) {
      for (const double loss : {0.0, 1.0, 10.0}) {
        for (const double reorder : {0.0, 2.0}) {
          cells.push_back({.rtt = 40, .loss = loss, .reorder = reorder, .control = control, .sack = sack});
        }
      }
      cells.push_back({.megabits = 1, .rtt = 200, .queue = 0.25, .control = control, .sack = sack});
      cells.push_back({.megabits = 100, .rtt = 10, .queue = 4, .control = control, .sack = sack});
      cells.push_back({.rtt = 20, .flows = 4, .spread = Spread::kRtts, .control = control, .sack = sack});
    }
  }
  for (Cell& cell : cells) {
    cell.warm_up = 1;
    cell.measured = 10;
  }
  return cells;
}

class NetworkAudit : public testing::TestWithParam<Cell> {};

TEST_P(NetworkAudit, NothingIsForbidden) {
  for (const std::string_view seed : {"1", "2"}) {
    Simulation simulation(GetParam(), seed, /*audited=*/true);
    EXPECT_GT(simulation.Run().goodput, 0u);
    EXPECT_EQ(simulation.Findings(), "") << GetParam().Name() << ", seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, NetworkAudit, testing::ValuesIn(AuditedCells()));

}  // namespace
}  // namespace nut::netsim
