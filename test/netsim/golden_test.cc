// Every cell once more: it does as well as the table says, or better. Exactly, because the same code under
// virtual time does the same. A change of TCP that moves a cell down fails here; if the whole is worth it,
// record the table anew and say why in the commit:
//
//   bazel run //test/netsim:record
#include "test/netsim/golden.h"

#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <sstream>

#include "test/netsim/cells.h"
#include "test/netsim/simulation.h"
#include "test/netsim/theory.h"

namespace nut::netsim {
namespace {

constexpr std::string_view kRecord = "bazel run //test/netsim:record";

#ifdef __SANITIZE_ADDRESS__
// Ten times slower: the cells of few packets only. Their outcome is the same.
constexpr double kMostBits = 1e9;
#else
constexpr double kMostBits = 1e12;
#endif

const Golden& Table() {
  static const Golden table = [] {
    std::ifstream file("test/netsim/golden.txt");
    std::stringstream text;
    text << file.rdbuf();
    std::string error = "there is no test/netsim/golden.txt";
    auto read = file ? Golden::FromText(text.str(), error) : std::nullopt;
    EXPECT_TRUE(read) << error;
    return read.value_or(Golden());
  }();
  return table;
}

class GoldenTest : public testing::TestWithParam<Cell> {};

TEST_P(GoldenTest, DoesAsWellAsRecordedOrBetter) {
  const Cell& cell = GetParam();
  if (Expected(cell) * (cell.warm_up + cell.measured) > kMostBits) GTEST_SKIP() << "too slow for this build";
  const auto recorded = Table().Find(cell);
  ASSERT_TRUE(recorded) << "The table has no such cell. To record it: " << kRecord;
  const Outcome now = Simulation(cell).Run();
  const Judgement judgement = Judge(recorded, now);
  const std::string beside = "\n  " + std::string(Cell::Header()) + " | " + std::string(Outcome::Header()) +
                             "\n  " + std::string(Cell::Units()) + " | " + std::string(Outcome::Units()) +
                             "\n  " + cell.Name() + " | " + recorded->Text() + "  recorded\n  " +
                             cell.Name() + " | " + now.Text() + "  now\n";
  EXPECT_NE(judgement, Judgement::kWorse) << beside << "If the change is worth it: " << kRecord;
  if (judgement == Judgement::kBetter || judgement == Judgement::kChanged) {
    std::cout << NameOf(judgement) << ":" << beside << "To keep it: " << kRecord << "\n";
  }
}

INSTANTIATE_TEST_SUITE_P(Cells, GoldenTest, testing::ValuesIn(AllCells()),
                         [](const auto& info) { return "Cell" + std::to_string(info.index); });

TEST(GoldenTable, HoldsTheCellsAndNoOthers) {
  std::set<std::string> names;
  for (const Cell& cell : AllCells()) EXPECT_TRUE(names.insert(cell.Name()).second) << cell.Name();
  EXPECT_EQ(Table().size(), names.size()) << "To record them: " << kRecord;
}

}  // namespace
}  // namespace nut::netsim
