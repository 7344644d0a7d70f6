// The parts of the simulator: the line keeps its rate, its queue and its losses; Jain's index is what Jain
// says; what the table says is read as it was written, and judged.
#include <gtest/gtest.h>

#include <set>

#include "stack/link/frame_pool.h"
#include "stack/wire/ethernet.h"
#include "test/netsim/bottleneck.h"
#include "test/netsim/cells.h"
#include "test/netsim/golden.h"
#include "test/netsim/simulation.h"
#include "test/netsim/theory.h"

namespace nut::netsim {
namespace {

class BottleneckTest : public testing::Test {
 protected:
  link::FramePtr Frame(size_t size, wire::EtherType type = wire::EtherType::kIpv4) {
    link::FramePtr frame = pool_.Allocate(size);
    wire::Emit(frame->Append(size), {.type = type});
    return frame;
  }
  static Instant At(Duration time) { return Instant{} + time; }
  link::FramePool pool_;
};

TEST_F(BottleneckTest, AFrameArrivesAfterItsTimeOnTheLineAndThatOfLight) {
  Bottleneck line({.bits_per_second = 1'000'000, .queue_octets = 10'000, .delay = 20ms}, Rng("1"));
  EXPECT_EQ(line.next_arrival(), kNever);
  line.Admit(Frame(1000), At(0s));  // 8 ms
  line.Admit(Frame(500), At(0s));   // 4 ms
  EXPECT_EQ(line.next_arrival(), At(28ms));
  EXPECT_EQ(line.PopArrived(At(27ms)), nullptr);
  EXPECT_EQ(line.PopArrived(At(28ms))->size(), 1000u);
  EXPECT_EQ(line.PopArrived(At(31ms)), nullptr);
  EXPECT_EQ(line.PopArrived(At(32ms))->size(), 500u);
  EXPECT_EQ(line.counts().carried, 2u);
  EXPECT_EQ(line.counts().waited, 20ms);
}

TEST_F(BottleneckTest, TheTailOfTheQueueIsDropped) {
  Bottleneck line({.bits_per_second = 1'000'000, .queue_octets = 2500}, Rng("1"));
  line.Admit(Frame(1000), At(0s));
  line.Admit(Frame(1000), At(0s));
  line.Admit(Frame(1000), At(0s));
  EXPECT_EQ(line.counts().tail_drops, 1u);
  line.Admit(Frame(500), At(0s));  // that fits
  EXPECT_EQ(line.counts().tail_drops, 1u);
  EXPECT_EQ(line.Backlog(At(0s)), 2500u);
  line.Admit(Frame(1000), At(8ms));  // one has left
  EXPECT_EQ(line.counts().carried, 4u);
}

TEST_F(BottleneckTest, AnEmptyLineTakesAFrameThatIsLargerThanItsQueue) {
  Bottleneck line({.bits_per_second = 1'000'000, .queue_octets = 100}, Rng("1"));
  line.Admit(Frame(1000), At(0s));
  EXPECT_EQ(line.counts().carried, 1u);
}

TEST_F(BottleneckTest, LossesAreAsManyAsAskedForAndStrikeIpv4Only) {
  Bottleneck line({.loss = 0.1}, Rng("1"));
  for (int i = 0; i < 10'000; ++i) line.Admit(Frame(60), At(0s));
  EXPECT_NEAR(static_cast<double>(line.counts().losses), 1000, 100);
  const uint64_t losses = line.counts().losses;
  for (int i = 0; i < 1000; ++i) line.Admit(Frame(60, wire::EtherType::kArp), At(0s));
  EXPECT_EQ(line.counts().losses, losses);
}

TEST_F(BottleneckTest, ALostFrameHasTakenItsTime) {
  Bottleneck line({.bits_per_second = 1'000'000, .queue_octets = 10'000, .loss = 1}, Rng("1"));
  line.Admit(Frame(1000), At(0s));
  EXPECT_EQ(line.next_arrival(), kNever);
  EXPECT_EQ(line.Backlog(At(0s)), 1000u);
}

TEST_F(BottleneckTest, WhatIsHeldBackIsOvertaken) {
  Bottleneck line({.delay = 10ms, .reorder = 0.5, .reorder_hold = 5ms}, Rng("1"));
  for (size_t i = 0; i < 100; ++i) line.Admit(Frame(60 + i), At(std::chrono::milliseconds(i)));
  size_t overtaken = 0;
  size_t last = 0;
  Instant before{};
  for (int i = 0; i < 100; ++i) {
    const Instant next = line.next_arrival();
    EXPECT_GE(next, before);
    before = next;
    const link::FramePtr frame = line.PopArrived(next);
    ASSERT_TRUE(frame);
    const Duration taken = next - At(std::chrono::milliseconds(frame->size() - 60));
    EXPECT_TRUE(taken == 10ms || taken == 15ms);
    if (frame->size() < last) ++overtaken;
    last = std::max(last, frame->size());
  }
  EXPECT_GT(overtaken, 30u);
  EXPECT_EQ(line.next_arrival(), kNever);
}

TEST(Jain, IsOneForEqualSharesAndOneOverNForASingleWinner) {
  EXPECT_EQ(JainIndex(std::vector<uint64_t>{5, 5, 5, 5}), 1000u);
  EXPECT_EQ(JainIndex(std::vector<uint64_t>{7, 0, 0, 0}), 250u);
  EXPECT_EQ(JainIndex(std::vector<uint64_t>{3, 1}), 800u);
  EXPECT_EQ(JainIndex(std::vector<uint64_t>{0, 0}), 1000u);
  EXPECT_EQ(JainIndex(std::vector<uint64_t>(16, uint64_t{1} << 40)), 1000u);
}

TEST(Theory, GivesTheFiguresOfTheRfcs) {
  // RFC 9438 5.1, table 1, at 100 ms (it has packets of 1500 octets, which a window in segments does not
  // see): "p = 10^-4 ... 187", "10^-5 ... 1054", beyond where Reno has more.
  EXPECT_NEAR(CubicWindow(0.1, 1e-4), 187, 1);
  EXPECT_NEAR(CubicWindow(0.1, 1e-5), 1054, 2);
  EXPECT_NEAR(RenoWindow(1e-2), 12.2, 0.1);
  EXPECT_EQ(CubicWindow(0.1, 1e-2), RenoWindow(1e-2));
  EXPECT_NEAR(Expected({.megabits = 1}), 956'000, 1000);
}

TEST(OutcomeText, IsReadAsItWasWritten) {
  const Outcome outcome{
      .goodput = 9563, .used = 999, .fairness = 1000, .resent = 4, .timeouts = 12, .queue_delay = 301};
  EXPECT_EQ(outcome.Text(), "   9563  99.9 1.000   0.04    12  30.1");
  EXPECT_EQ(Outcome::FromText(outcome.Text()), outcome);
  for (const std::string_view text :
       {"", "1 2 3 4 5 6", "9563 99.9 1.000 0.04 12", "9563 99.9 1.000 0.04 12 30.1 7",
        "x 99.9 1.000 0.04 12 30.1", "9563 -9.9 1.000 0.04 12 30.1"})
    EXPECT_FALSE(Outcome::FromText(text)) << text;
}

TEST(GoldenText, IsReadAsItWasWritten) {
  const Cell one{.rtt = 10};
  const Cell other{.rtt = 20};
  const Outcome outcome{.goodput = 5};
  std::string error;
  const auto table = Golden::FromText(TableHead() + TableLine(one, outcome), error);
  ASSERT_TRUE(table) << error;
  EXPECT_EQ(table->Find(one), outcome);
  EXPECT_FALSE(table->Find(other));
  EXPECT_FALSE(Golden::FromText(TableLine(one, outcome) + TableLine(one, outcome), error));
  EXPECT_NE(error.find("line 2: the same cell again"), std::string::npos) << error;
  EXPECT_FALSE(Golden::FromText("what is this", error));
}

TEST(GoldenText, NoTwoCellsShareALine) {
  std::set<std::string> names;
  for (const Cell& cell : AllCells()) EXPECT_TRUE(names.insert(cell.Name()).second) << cell.Name();
}

TEST(Judging, LessGoodputOrFairnessIsWorse) {
  const Outcome old{.goodput = 100, .fairness = 900, .timeouts = 3};
  EXPECT_EQ(Judge(old, old), Judgement::kEqual);
  EXPECT_EQ(Judge(old, {.goodput = 99, .fairness = 900, .timeouts = 3}), Judgement::kWorse);
  EXPECT_EQ(Judge(old, {.goodput = 200, .fairness = 899, .timeouts = 3}), Judgement::kWorse);
  EXPECT_EQ(Judge(old, {.goodput = 100, .fairness = 901, .timeouts = 3}), Judgement::kBetter);
  EXPECT_EQ(Judge(old, {.goodput = 101, .fairness = 900, .timeouts = 9}), Judgement::kBetter);
  EXPECT_EQ(Judge(old, {.goodput = 100, .fairness = 900, .timeouts = 2}), Judgement::kChanged);
  EXPECT_EQ(Judge(std::nullopt, old), Judgement::kNew);
}

TEST(SimulationTest, EqualSeedsAreEqualRunsAndOthersAreNot) {
  const Cell cell{.loss = 1, .warm_up = 1, .measured = 20};
  const Outcome first = Simulation(cell, "7").Run();
  EXPECT_EQ(Simulation(cell, "7").Run(), first);
  EXPECT_NE(Simulation(cell, "8").Run(), first);
}

TEST(SimulationTest, TheLineIsWhatLimitsAFlow) {
  const Outcome outcome = Simulation({.megabits = 5, .rtt = 20, .warm_up = 5, .measured = 10}).Run();
  EXPECT_GE(outcome.used, 990u);
  EXPECT_LE(outcome.used, 1010u);  // a queue of text that was sent before may still come
}

TEST(SimulationTest, AFlowWithALongerRoundTripGetsLess) {
  Simulation simulation({.rtt = 20,
                         .flows = 2,
                         .spread = Spread::kRtts,
                         .control = Control::kReno,
                         .warm_up = 5,
                         .measured = 60});
  static_cast<void>(simulation.Run());
  EXPECT_GT(simulation.flows()[0]->received(), 2 * simulation.flows()[1]->received());
}

}  // namespace
}  // namespace nut::netsim
