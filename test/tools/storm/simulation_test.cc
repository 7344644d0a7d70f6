#include "tools/storm/simulation.h"

#include <gtest/gtest.h>

namespace nut::storm {
namespace {

SimulationOptions Options(uint64_t connections, std::string seed = "1") {
  SimulationOptions options;
  options.connections = connections;
  options.seed = std::move(seed);
  options.check_every = 1000;
  return options;
}

std::string FaultsOf(const StormResult& result) {
  std::string text;
  for (const std::string& fault : result.faults) text += fault + "\n";
  return text;
}

class EveryKind : public ::testing::TestWithParam<size_t> {};

TEST_P(EveryKind, AloneMakesAStormThatPasses) {
  SimulationOptions options = Options(2000);
  const auto kind = static_cast<Kind>(GetParam());
  options.mix = Mix::Only(kind);
  const StormResult result = Simulation(options).Run(nullptr);
  EXPECT_EQ(FaultsOf(result), "");
  EXPECT_EQ(result.client.ended(kind), 2000u);
  EXPECT_EQ(result.server.ended(kind), IsSeenByServer(kind) ? 2000u : result.client.established_early);
}

INSTANTIATE_TEST_SUITE_P(Storm, EveryKind, ::testing::Range<size_t>(0, kKindCount), [](const auto& info) {
  std::string name(kKindNames[info.param]);
  std::erase(name, '-');
  return name;
});

TEST(Simulation, TheUsualMixPasses) {
  const StormResult result = Simulation(Options(20000)).Run(nullptr);
  EXPECT_EQ(FaultsOf(result), "");
  EXPECT_EQ(result.client.opened, 20000u);
  EXPECT_EQ(result.client.under_way(), 0u);
  EXPECT_GT(result.client.octets_received, 0u);
}

TEST(Simulation, ABadNetworkChangesNothing) {
  SimulationOptions options = Options(5000);
  options.impairment.loss = 0.03;
  options.impairment.reorder = 0.05;
  options.impairment.duplicate = 0.02;
  options.impairment.corrupt = 0.01;
  options.impairment.delay = 1ms;
  options.impairment.jitter = 500us;
  const StormResult result = Simulation(options).Run(nullptr);
  EXPECT_EQ(FaultsOf(result), "");
  EXPECT_EQ(result.client.ended(), 5000u);
  EXPECT_GT(result.totals.at("retransmitted"), 1000u);
}

TEST(Simulation, EqualSeedsGiveEqualStorms) {
  const auto run = [](std::string seed) {
    StormResult result = Simulation(Options(3000, std::move(seed))).Run(nullptr);
    return std::tuple(result.totals["frames"], result.totals["switches"], result.client.octets_sent);
  };
  EXPECT_EQ(run("17"), run("17"));
  EXPECT_NE(run("17"), run("18"));
}

TEST(Simulation, EveryWayOfClosingEarlyHappens) {
  SimulationOptions options = Options(3000);
  options.mix = Mix::Only(Kind::kCloseEarly);
  const StormResult result = Simulation(options).Run(nullptr);
  EXPECT_EQ(FaultsOf(result), "");
  // Before and after the handshake was over.
  EXPECT_GT(result.client.established_early, 100u);
  EXPECT_LT(result.client.established_early, 2000u);
}

// Says "no new connections" at once.
class ImpatientWatcher final : public Watcher {
 public:
  bool OnProgress(const StormSnapshot&) override { return false; }
};

TEST(Simulation, EndsInOrderWhenToldTo) {
  ImpatientWatcher watcher;
  const StormResult result = Simulation(Options(1'000'000)).Run(&watcher);
  EXPECT_EQ(FaultsOf(result), "");
  EXPECT_GT(result.client.opened, 0u);
  EXPECT_LT(result.client.opened, 100'000u);
}

}  // namespace
}  // namespace nut::storm
