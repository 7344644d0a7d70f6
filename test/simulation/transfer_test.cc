// Transfers over bad networks, 200 seeds each: the content arrives whole, both sides end, nothing leaks; and
// the same seed is the same run, frame by frame.
#include "test/simulation/transfer.h"

#include <gtest/gtest.h>

#include <ostream>

namespace nut::simulation {
namespace {

constexpr int kSeedsPerCase = 20;  // so that shards get equal work
#ifdef __SANITIZE_ADDRESS__
constexpr int kSeeds = kSeedsPerCase;  // ten times slower
#else
constexpr int kSeeds = 200;
#endif
constexpr size_t kSize = 10'000'000;
// Of virtual time, which costs nothing. With every fifth frame lost in either direction most segments wait
// for the retransmission timer, backed off to a minute: 10 MB take half a day.
constexpr Duration kLimit = 500000s;

struct BadNetwork {
  std::string_view name;
  link::ImpairmentOptions options;
};

const BadNetwork kNetworks[] = {
    {"Clean", {}},
    {"Loss1", {.loss = 0.01}},
    {"Loss5", {.loss = 0.05}},
    {"Loss10", {.loss = 0.10}},
    {"Loss20", {.loss = 0.20}},
    {"Bursts", {.burst = {.enter = 0.005, .recover = 0.2}}},
    {"Reorder", {.reorder = 0.10, .reorder_hold = 3ms}},
    {"Duplicate", {.duplicate = 0.10}},
    {"Corrupt", {.corrupt = 0.02}},
    {"SlowLine", {.delay = 20ms, .jitter = 5ms, .bits_per_second = 10'000'000}},
    {"Everything",
     {.loss = 0.03, .duplicate = 0.03, .corrupt = 0.01, .reorder = 0.05, .delay = 10ms, .jitter = 3ms}},
};

struct Case {
  const BadNetwork& network;
  int first_seed;
  friend std::ostream& operator<<(std::ostream& out, const Case& c) {
    return out << c.network.name << "_" << c.first_seed;
  }
};

std::vector<Case> Cases() {
  std::vector<Case> cases;
  for (const BadNetwork& network : kNetworks) {
    for (int seed = 0; seed < kSeeds; seed += kSeedsPerCase) cases.push_back({network, seed});
  }
  return cases;
}

class TransferTest : public ::testing::TestWithParam<Case> {};

TEST_P(TransferTest, ArrivesWholeAndBothSidesEnd) {
  for (int seed = GetParam().first_seed; seed < GetParam().first_seed + kSeedsPerCase; ++seed) {
    TwoNodes nodes({.seed = std::to_string(seed), .audit = true});
    nodes.Impair(GetParam().network.options);
    Transfer transfer(nodes, kSize, kLimit);
    while (!transfer.done() && transfer.failure().empty() && nodes.elapsed() < kLimit) nodes.RunFor(10s);
    ASSERT_EQ(transfer.failure(), "")
        << GetParam() << " seed " << seed << " after " << ToSeconds(nodes.elapsed());
    ASSERT_TRUE(transfer.done()) << GetParam() << " seed " << seed << " has not ended";
  }
}

INSTANTIATE_TEST_SUITE_P(Networks, TransferTest, ::testing::ValuesIn(Cases()),
                         [](const auto& info) { return testing::PrintToString(info.param); });

TEST(Transfer, SameSeedIsTheSameRunFrameByFrame) {
  const auto run = [](std::string seed) {
    TwoNodes nodes({.seed = std::move(seed), .audit = true});
    nodes.Impair({.loss = 0.05, .duplicate = 0.02, .corrupt = 0.02, .reorder = 0.05});
    Transfer transfer(nodes, 1'000'000, 600s);
    nodes.RunFor(3000s);
    EXPECT_EQ(transfer.failure(), "");
    EXPECT_TRUE(transfer.done());
    return std::pair(nodes.trace().value(), nodes.executor().trace_hash());
  };
  for (int seed = 0; seed < 10; ++seed) {
    const auto first = run(std::to_string(seed));
    EXPECT_EQ(run(std::to_string(seed)), first);
    EXPECT_NE(run(std::to_string(seed + 1)).first, first.first);
  }
}

}  // namespace
}  // namespace nut::simulation
