// Header prediction and the joining of segments are short ways to the same end: the same transfers with and
// without them put the same frames on the wire, bit by bit and at the same moment, over good networks and bad
// ones.
#include <gtest/gtest.h>

#include "test/simulation/transfer.h"

namespace nut::simulation {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kSeeds = 2;
#else
constexpr int kSeeds = 8;
#endif

struct Ways {
  bool header_prediction = true;
  bool joining = true;
};

struct Outcome {
  uint64_t trace = 0;
  uint64_t joined = 0;  // segments that were not handled on their own
};

class ShortWays : public testing::TestWithParam<std::pair<const char*, link::ImpairmentOptions>> {
 protected:
  static Outcome Run(const Ways& ways, int seed) {
    TwoNodesOptions options{.seed = std::to_string(seed), .audit = true};
    options.tcp.header_prediction = ways.header_prediction;
    // Small windows now and then: then segments lie beyond the edge, and the window shuts.
    if (seed % 4 == 3) options.tcp.receive_buffer = options.tcp.largest_receive_buffer = 20'000;
    if (!ways.joining) options.engine.maximum_coalesced = 0;
    TwoNodes nodes(options);
    nodes.Impair(GetParam().second);
    Transfer transfer(nodes, 1'000'000, 6000s);
    while (!transfer.done() && transfer.failure().empty() && nodes.elapsed() < 6000s) nodes.RunFor(10s);
    EXPECT_EQ(transfer.failure(), "") << GetParam().first << " seed " << seed;
    EXPECT_TRUE(transfer.done()) << GetParam().first << " seed " << seed;
    return {nodes.trace().value(), nodes.b().statistics()[Counter::kTcpCoalesced]};
  }
};

INSTANTIATE_TEST_SUITE_P(
    Networks, ShortWays,
    testing::Values(std::pair{"Clean", link::ImpairmentOptions{}},
                    std::pair{"Loss", link::ImpairmentOptions{.loss = 0.02}},
                    std::pair{"Reorder", link::ImpairmentOptions{.reorder = 0.1, .reorder_hold = 3ms}},
                    std::pair{"Duplicate", link::ImpairmentOptions{.duplicate = 0.1}},
                    std::pair{
                        "SlowLine",
                        link::ImpairmentOptions{.delay = 20ms, .jitter = 5ms, .bits_per_second = 10'000'000}},
                    std::pair{"Everything", link::ImpairmentOptions{.loss = 0.02,
                                                                    .duplicate = 0.03,
                                                                    .corrupt = 0.01,
                                                                    .reorder = 0.05,
                                                                    .delay = 10ms,
                                                                    .jitter = 3ms}}),
    [](const auto& info) { return info.param.first; });

TEST_P(ShortWays, HeaderPredictionChangesNoFrame) {
  for (int seed = 0; seed < kSeeds; ++seed) {
    EXPECT_EQ(Run({}, seed).trace, Run({.header_prediction = false}, seed).trace) << "seed " << seed;
  }
}

TEST_P(ShortWays, JoiningSegmentsChangesNoFrame) {
  uint64_t joined = 0;
  for (int seed = 0; seed < kSeeds; ++seed) {
    const Outcome with = Run({}, seed);
    const Outcome without = Run({.joining = false}, seed);
    EXPECT_EQ(with.trace, without.trace) << "seed " << seed;
    EXPECT_EQ(without.joined, 0u);
    joined += with.joined;
  }
  EXPECT_GT(joined, 100u) << "nothing was tested";
}

}  // namespace
}  // namespace nut::simulation
