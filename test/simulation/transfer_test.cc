// Transfers over bad networks, many seeds each: the content arrives whole, both sides end, nothing leaks; and the same seed
// is the same run, frame by frame.
#include "test/simulation/transfer.h"

#include <gtest/gtest.h>

namespace nut::simulation {
namespace {

struct Network {
  std::string_view name;
  link::ImpairmentOptions options;
  size_t megabyte_seeds;  // of the 200 seeds the first so many move 10 MB, the others `size`
  size_t size;
};

class TransferTest : public ::testing::TestWithParam<int> {};

TEST(Transfer, TwoRunsOfOneSeedAreTheSame) {
  const auto run = [](std::string seed) {
    TwoNodes nodes({.seed = std::move(seed)});
    nodes.Impair({.loss = 0.05, .duplicate = 0.02, .corrupt = 0.02, .reorder = 0.05});
    Transfer transfer(nodes, 300000, 600s);
    nodes.RunFor(3000s);
    EXPECT_EQ(transfer.failure(), "");
    EXPECT_TRUE(transfer.done());
    return nodes.trace().value();
  };
  const uint64_t first = run("17");
  EXPECT_EQ(run("17"), first);
  EXPECT_NE(run("18"), first);
}

TEST(Transfer, Clean) {
  for (int i = 0; i < 5; ++i) {
    TwoNodes nodes({});
    Transfer transfer(nodes, 10000000, 60s);
    nodes.RunFor(3000s);
    EXPECT_EQ(transfer.failure(), "");
    EXPECT_TRUE(transfer.done());
  }
}

}  // namespace
}  // namespace nut::simulation
