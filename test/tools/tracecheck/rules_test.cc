// Each rule: the same conversation with one thing changed is found, under the right name and no other.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test/tools/tracecheck/trace.h"
#include "tools/tracecheck/rules/rule_family.h"

namespace nut::tracecheck {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using Names = std::vector<std::string>;

// Open, a request of 100, an answer of 2000 in two segments, closed in order.
Trace Plain() {
  Trace t;
  t.Open();
  t.A(3, "PA", 1, 1, 100);
  t.B(4, "A", 1, 101, 1448);
  t.B(4.1, "PA", 1449, 101, 552);
  t.A(5, "A", 101, 2001);
  t.Close(10, 101, 2001);
  return t;
}

// The handshake and the request alone, for tests that go on otherwise.
Trace Begun(bool timestamps = true) {
  Trace t;
  t.timestamps = timestamps;
  t.Open();
  t.A(3, "PA", 1, 1, 100);
  t.B(4, "A", 1, 101);
  return t;
}

TEST(Rules, ACleanConversationIsCleanFromEverywhere) {
  for (const At at : {At::kA, At::kB, At::kBoth, At::kBetween}) {
    EXPECT_THAT(Plain().Judge(at, Level::kInformation), IsEmpty());
  }
}

TEST(Rules, NamesAreUniqueAndEachHasAReference) {
  std::set<std::string_view> names;
  for (const Rule* rule : AllRules()) {
    EXPECT_TRUE(names.insert(rule->name).second) << rule->name;
    EXPECT_TRUE(rule->reference.starts_with("RFC ")) << rule->name;
    EXPECT_FALSE(rule->meaning.empty()) << rule->name;
  }
  EXPECT_GT(names.size(), 60u);
}

// --- handshake

TEST(HandshakeRules, ASynAckForAnotherSyn) {
  Trace t;
  t.A(0, "S", 0, 0);
  t.B(1, "SA", 0, 0).tcp().ack_seq(t.isn_a);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("syn-ack-acknowledges-wrong"));
}

TEST(HandshakeRules, ASegmentWithoutAck) {
  Trace t = Plain();
  t.line(3).tcp().flags(Tins::TCP::PSH);
  t.line(3).tcp().ack_seq(0);
  t.line(3).tcp().remove_option(Tins::TCP::TSOPT);
  t.line(3).tcp().timestamp(10003, 0);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("segment-without-ack"));
}

TEST(HandshakeRules, SynWithFin) {
  Trace t;
  t.A(0, "SF", 0, 0);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("flags-contradict"));
}

TEST(HandshakeRules, TextBeforeTheOtherSyn) {
  Trace t;
  t.A(0, "S", 0, 0);
  t.A(1, "PA", 1, 1, 10);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("speaks-before-synchronised"));
}

TEST(HandshakeRules, TimeWaitIsReopenedOnlyByAYoungerSyn) {
  for (const bool old : {false, true}) {
    Trace t;
    t.timestamps = false;
    t.Open();
    t.B(10, "FA", 1, 1);  // B waits
    t.A(11, "FA", 1, 2);
    t.B(12, "A", 2, 2);
    t.isn_a = old ? 500 : 9000;
    t.isn_b = 70000;
    t.A(1000, "S", 0, 0);
    t.B(1001, "SA", 0, 1);
    t.A(1002, "A", 1, 1);
    if (old) {
      EXPECT_THAT(t.Judge(At::kB), ElementsAre("isn-goes-back", "time-wait-reopened-by-old-syn"));
    } else {
      EXPECT_THAT(t.Judge(At::kB), IsEmpty());
    }
  }
}

TEST(HandshakeRules, SimultaneousOpeningIsAllRight) {
  Trace t;
  t.A(0, "S", 0, 0);
  t.B(0.1, "S", 0, 0);
  t.A(1, "SA", 0, 1);
  t.B(1.1, "SA", 0, 1);
  t.A(2, "A", 1, 1, 10);
  t.B(3, "A", 1, 11);
  EXPECT_THAT(t.Judge(At::kBoth), IsEmpty());
}

// --- options

TEST(OptionRules, SynOptionsOutsideOfSyn) {
  Trace t = Plain();
  t.line(3).tcp().mss(1460);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("mss-outside-syn"));
  t = Plain();
  t.line(3).tcp().winscale(3);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("window-scale-outside-syn"));
  t = Plain();
  t.line(3).tcp().sack_permitted();
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("sack-permitted-outside-syn"));
}

TEST(OptionRules, AnswersToOffersThatWereNotMade) {
  Trace t;
  t.Open();
  t.line(0).tcp().remove_option(Tins::TCP::WSCALE);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("window-scale-unasked"));
  Trace u;
  u.Open();
  u.line(0).tcp().remove_option(Tins::TCP::SACK_OK);
  EXPECT_THAT(u.Judge(At::kBetween), ElementsAre("sack-permitted-unasked"));
  Trace v;
  v.A(0, "S", 0, 0).tcp().remove_option(Tins::TCP::TSOPT);
  v.B(1, "SA", 0, 1);
  EXPECT_THAT(v.Judge(At::kBetween), ElementsAre("timestamps-unasked"));
}

TEST(OptionRules, AScaleAboveFourteen) {
  Trace t;
  t.scale_b = 15;
  t.A(0, "S", 0, 0);
  t.B(1, "SA", 0, 1);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("window-scale-above-14"));
}

TEST(OptionRules, ASynWithoutMss) {
  Trace t;
  t.A(0, "S", 0, 0).tcp().remove_option(Tins::TCP::MSS);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("mss-missing"));
}

TEST(OptionRules, AnOptionOfImpossibleLength) {
  Trace t;
  const uint8_t three[] = {1, 2, 3};
  auto& tcp = t.A(0, "S", 0, 0).tcp();
  tcp.remove_option(Tins::TCP::MSS);
  tcp.add_option(Tins::TCP::option(Tins::TCP::MSS, 3, three));
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("option-malformed", "mss-missing"));
}

// --- timestamps

TEST(TimestampRules, OneIsMissing) {
  Trace t = Plain();
  t.line(5).tcp().remove_option(Tins::TCP::TSOPT);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("timestamps-missing"));
}

TEST(TimestampRules, OneThatWasNotAgreedOn) {
  Trace t;
  t.timestamps = false;
  t.Open();
  t.A(3, "PA", 1, 1, 10).tcp().timestamp(7, 0);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("timestamps-not-agreed"));
}

TEST(TimestampRules, TheClockGoesBack) {
  Trace t = Plain();
  t.line(5).tcp().remove_option(Tins::TCP::TSOPT);
  t.line(5).tcp().timestamp(900000, 10003);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("tsval-goes-back"));
  EXPECT_THAT(t.Judge(At::kBetween), IsEmpty()) << "it may have been overtaken";
}

TEST(TimestampRules, TheEchoGoesBack) {
  Trace t = Plain();
  t.line(6).tcp().remove_option(Tins::TCP::TSOPT);
  t.line(6).tcp().timestamp(10005, 900001);
  t.line(3).tcp().remove_option(Tins::TCP::TSOPT);
  t.line(3).tcp().timestamp(10003, 900001);
  t.line(7).tcp().remove_option(Tins::TCP::TSOPT);
  t.line(7).tcp().timestamp(10010, 900004);
  t.A(13, "A", 102, 2002).tcp().remove_option(Tins::TCP::TSOPT);
  t.line(10).tcp().timestamp(10013, 900001);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("tsecr-goes-back"));
}

TEST(TimestampRules, AnEchoOfNothing) {
  Trace t = Plain();
  t.line(6).tcp().remove_option(Tins::TCP::TSOPT);
  t.line(6).tcp().timestamp(10005, 12345);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("tsecr-never-sent"));
}

TEST(TimestampRules, AnEchoWithoutAck) {
  Trace t;
  auto& tcp = t.A(0, "S", 0, 0).tcp();
  tcp.remove_option(Tins::TCP::TSOPT);
  tcp.timestamp(1, 2);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("tsecr-without-ack"));
}

TEST(TimestampRules, AClockThatTicksTooFast) {
  Trace t;
  t.ticks_a = 4;
  t.Open();
  for (int i = 0; i < 5; ++i) {
    t.A(500 * i + 3, "PA", 100 * i + 1, 1, 100);
    t.B(500 * i + 4, "A", 1, 100 * i + 101);
  }
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("timestamp-clock-too-fast"));
}

// --- acknowledgements

TEST(AcknowledgementRules, OfWhatWasNotSent) {
  Trace t = Begun();
  t.B(5, "A", 1, 102);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("ack-of-unsent"));
}

TEST(AcknowledgementRules, OfWhatCannotHaveCome) {
  Trace t = Begun();
  t.A(5, "A", 101, 1, 1000).comment = "impair: loss, draw 3";
  t.A(5.1, "PA", 1101, 1, 1000);
  t.B(6, "A", 1, 2101);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("ack-never-earned"));
}

TEST(AcknowledgementRules, GoingBack) {
  Trace t = Begun();
  t.B(5, "PA", 1, 51, 10);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("ack-goes-back"));
  EXPECT_THAT(t.Judge(At::kA), IsEmpty()) << "it may have been overtaken";
}

TEST(AcknowledgementRules, AStorm) {
  Trace t = Begun();
  for (int i = 0; i < 40; ++i) {
    t.A(5 + i, "A", 101, 1);
    t.B(5.5 + i, "A", 1, 101);
  }
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("ack-storm"));
}

TEST(AcknowledgementRules, TooLate) {
  Trace t = Begun();
  t.A(10, "PA", 101, 1, 100);
  t.A(650, "PA", 201, 1, 100);
  t.B(651, "A", 1, 301);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("ack-late"));
  EXPECT_THAT(t.Judge(At::kA), IsEmpty()) << "the path may be as long";
}

TEST(AcknowledgementRules, TooLateButForAnAddressThatNobodyTold) {
  Trace t = Begun();
  t.A(10, "PA", 101, 1, 100);
  t.A(650, "PA", 201, 1, 100);
  t.B(651, "A", 1, 301);
  t.Asks(12, kB, kA);
  t.Answers(640, kA, kB);
  EXPECT_THAT(t.Judge(At::kB), IsEmpty());

  Trace u = Begun();
  u.Asks(3, kB, kA);
  u.Answers(4, kA, kB);
  u.A(10, "PA", 101, 1, 100);
  u.B(651, "A", 1, 201);
  u.Asks(700, kB, kA);
  EXPECT_THAT(u.Judge(At::kB), ElementsAre("ack-late")) << "it knew the address all the time";

  Trace v = Begun();
  v.Asks(12, kA, kB);
  v.A(10, "PA", 101, 1, 100);
  v.B(651, "A", 1, 201);
  EXPECT_THAT(v.Judge(At::kB), ElementsAre("ack-late")) << "it was the other one that asked";
}

TEST(AcknowledgementRules, RequestsThatNobodyAnswersAreGivenUp) {
  Trace t = Begun();
  for (const double when : {12, 1012, 2012}) t.Asks(when, kB, kA);
  t.A(4900, "PA", 101, 1, 100);
  t.B(5600, "A", 1, 201);
  EXPECT_THAT(t.Judge(At::kB), IsEmpty()) << "it may still have waited";

  Trace u = Begun();
  for (const double when : {12, 1012, 2012}) u.Asks(when, kB, kA);
  u.A(5100, "PA", 101, 1, 100);
  u.B(5800, "A", 1, 201);
  EXPECT_THAT(u.Judge(At::kB), ElementsAre("ack-late"));
}

TEST(AcknowledgementRules, NotEverySecondSegment) {
  Trace t = Begun();
  t.A(10, "A", 101, 1, 1400);
  t.A(11, "PA", 1501, 1, 1400);
  t.B(200, "A", 1, 2901);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("ack-skips-second-segment"));
}

TEST(AcknowledgementRules, AGapThatIsNotReported) {
  Trace t = Begun();
  t.A(11, "PA", 201, 1, 100);
  t.A(700, "PA", 101, 1, 100);
  t.B(701, "A", 1, 301);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("gap-not-reported"));
}

// --- window

TEST(WindowRules, TheRightEdgeMovesBack) {
  Trace t = Begun();
  t.B(5, "A", 1, 101).tcp().window(400);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("window-right-edge-retreats"));
}

TEST(WindowRules, TheScaleMayRoundDown) {
  Trace t = Begun();
  t.A(5, "PA", 101, 1, 100);
  t.B(6, "A", 1, 201).tcp().window(499);
  EXPECT_THAT(t.Judge(At::kB), IsEmpty());
}

TEST(WindowRules, TextBeyondTheWindow) {
  Trace t = Begun();
  t.B(5, "A", 1, 101).tcp().window(500);
  t.A(6, "PA", 101 + 64000 - 99, 1, 100);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("data-beyond-window"));
}

TEST(WindowRules, OneOctetMayAsk) {
  Trace t = Begun();
  t.A(6, "PA", 101 + 64000, 1, 1);
  EXPECT_THAT(t.Judge(At::kBetween), IsEmpty());
}

TEST(WindowRules, NewTextBeyondAShrunkWindow) {
  Trace t = Begun();
  t.B(5, "A", 1, 101).tcp().window(0);
  t.A(500, "PA", 101, 1, 100);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("data-beyond-shrunk-window"));
}

// --- sequence numbers and text

TEST(SequenceRules, AHole) {
  Trace t = Begun();
  t.A(5, "PA", 111, 1, 100);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("sequence-hole"));
  EXPECT_THAT(t.Judge(At::kB), IsEmpty()) << "something was lost";
}

TEST(SequenceRules, ASecondFinElsewhere) {
  Trace t = Plain();
  t.A(20, "FA", 103, 2002);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("fin-moved"));
}

TEST(SequenceRules, TextBehindTheFin) {
  Trace t = Begun();
  t.A(5, "FA", 101, 1);
  t.B(6, "A", 1, 102);
  t.A(7, "PA", 102, 1, 10);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("data-after-fin"));
}

TEST(SequenceRules, LifeAfterARst) {
  Trace t = Begun();
  t.A(5, "RA", 101, 1);
  t.A(6, "PA", 101, 1, 10);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("data-after-rst"));
}

TEST(SequenceRules, MoreThanTheMss) {
  Trace t;
  t.mss_b = 1000;
  t.Open();
  t.A(3, "PA", 1, 1, 989);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("mss-exceeded")) << "options come out of it";
}

TEST(SequenceRules, SuperSegmentsAreNoSegments) {
  Trace t = Begun();
  t.A(5, "PA", 101, 1, 8000);
  EXPECT_THAT(t.Judge(At::kA), IsEmpty());
  EXPECT_THAT(t.Judge(At::kA, Level::kError, {.super_segments = SuperSegments::kOff}),
              ElementsAre("mss-exceeded"));
}

TEST(SequenceRules, SmallSegmentsOneAfterTheOther) {
  Trace t = Begun();
  t.A(5, "PA", 101, 1, 10);
  t.A(6, "PA", 111, 1, 10);
  EXPECT_THAT(t.Judge(At::kA, Level::kInformation), ElementsAre("small-segments-outstanding"));
}

TEST(SequenceRules, UrgentPointers) {
  Trace t = Begun();
  t.A(5, "PAU", 101, 1, 10);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("urgent-without-octets"));
  Trace u = Begun();
  u.A(5, "PA", 101, 1, 10).tcp().urg_ptr(4);
  EXPECT_THAT(u.Judge(At::kBetween, Level::kInformation), ElementsAre("urgent-pointer-without-urg"));
}

TEST(TextRules, OtherOctetsForTheSameNumbers) {
  Trace t = Begun();
  t.A(5, "PA", 101, 1, 100);
  auto& again = t.A(400, "PA", 101, 1, 100);
  again.ip.rfind_pdu<Tins::RawPDU>().payload()[50] ^= 1;
  t.B(401, "A", 1, 201);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("text-changed"));
}

TEST(TextRules, OtherBordersOfSegmentsAreAllRight) {
  Trace u;
  u.timestamps = false;
  u.Open();
  u.A(3, "PA", 1, 1, 23);
  u.A(4, "PA", 24, 1, 23);
  u.A(400, "PA", 1, 1, 46);
  u.B(401, "A", 1, 47);
  EXPECT_THAT(u.Judge(At::kBetween), IsEmpty());
}

// --- retransmission

TEST(RetransmissionRules, TooEarly) {
  Trace t;
  t.sack = false;
  t.Open();
  t.A(3, "PA", 1, 1, 100);
  t.A(103, "PA", 1, 1, 100);
  t.B(104, "A", 1, 101);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("retransmission-too-early"));
  EXPECT_THAT(t.Judge(At::kB), IsEmpty()) << "the network may have duplicated it";
}

TEST(RetransmissionRules, TheSendersClockKnowsHowLongPacketsHaveWaited) {
  Trace t;
  t.sack = false;
  t.Open();
  t.A(3, "PA", 1, 1, 100);
  Tins::TCP& again = t.A(4, "PA", 1, 1, 100).tcp();
  const auto stamp = again.timestamp();
  again.remove_option(Tins::TCP::TSOPT);
  again.timestamp(stamp.first + 500, stamp.second);
  EXPECT_THAT(t.Judge(At::kA), IsEmpty());
}

TEST(RetransmissionRules, ATailLossProbeIsAllRight) {
  Trace t;
  t.Open();
  t.A(3, "PA", 1, 1, 100);
  t.A(33, "PA", 1, 1, 100);
  t.B(34, "A", 1, 101);
  EXPECT_THAT(t.Judge(At::kA), IsEmpty());
}

TEST(RetransmissionRules, OfWhatWasAcknowledged) {
  Trace t = Begun();
  t.A(300, "PA", 1, 1, 100);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("retransmits-acknowledged"));
}

Names AfterTimeouts(std::vector<double> at) {
  Trace t;
  t.sack = false;
  t.Open();
  for (const double when : at) t.A(when, "PA", 1, 1, 100);
  return t.Judge(At::kA);
}

TEST(RetransmissionRules, TimeoutsDouble) {
  EXPECT_THAT(AfterTimeouts({3, 303, 903, 2103}), IsEmpty());
  EXPECT_THAT(AfterTimeouts({3, 303, 603, 903, 1203}), ElementsAre("backoff-missing"));
}

TEST(RetransmissionRules, ATimeoutThatWaitedForAnAddressSeemsNearToTheNext) {
  Trace t;
  t.sack = false;
  t.Open();
  for (const double when : {3, 303, 1103, 1903}) t.A(when, "PA", 1, 1, 100);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("backoff-missing"));
  t.Asks(900, kA, kB);
  t.Answers(1102, kB, kA);
  EXPECT_THAT(t.Judge(At::kA), IsEmpty());
}

TEST(RetransmissionRules, OfWhatWasSacked) {
  Trace t = Begun();
  for (int i = 0; i < 4; ++i) t.A(5 + i * 0.1, "A", 101 + 1000 * i, 1, 1000);
  Trace::Sack(t.B(6, "A", 1, 101), t.isn_a, {{1101, 4101}});
  t.A(60, "A", 101, 1, 1000);
  t.A(61, "A", 1101, 1, 1000);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("retransmits-sacked"));
}

TEST(RetransmissionRules, OfSyns) {
  Trace t;
  t.A(0, "S", 0, 0);
  t.A(500, "S", 0, 0);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("syn-repeated-early"));
  Trace u;
  for (const double at : {0., 1000., 2000., 3000.}) u.A(at, "S", 0, 0);
  EXPECT_THAT(u.Judge(At::kA), ElementsAre("syn-backoff-missing"));
  Trace v;
  for (const double at : {0., 1000., 3000., 7000.}) v.A(at, "S", 0, 0);
  EXPECT_THAT(v.Judge(At::kA), IsEmpty());
}

Names Probes(std::vector<double> at) {
  Trace t = Begun();
  t.A(5, "A", 101, 1, 1000);
  t.B(6, "A", 1, 1101).tcp().window(0);
  for (const double when : at) {
    t.A(when, "A", 1101, 1, 1);
    t.B(when + 1, "A", 1, 1101).tcp().window(0);
  }
  Names names = t.Judge(At::kA);
  return names;
}

TEST(RetransmissionRules, ProbesBecomeRarer) {
  EXPECT_THAT(Probes({300, 900, 2100, 4500}), IsEmpty());
  EXPECT_THAT(Probes({300, 600, 900, 1200}), ElementsAre("probe-backoff-missing"));
}

// --- congestion

TEST(CongestionRules, TheInitialWindow) {
  for (const int segments : {10, 12}) {
    Trace t;
    t.Open();
    for (int i = 0; i < segments; ++i) t.A(3 + i * 0.01, "A", 1 + 1448 * i, 1, 1448);
    if (segments == 10) {
      EXPECT_THAT(t.Judge(At::kA), IsEmpty());
    } else {
      EXPECT_THAT(t.Judge(At::kA), ElementsAre("initial-window-exceeded"));
    }
  }
}

TEST(CongestionRules, MoreThanSlowStart) {
  Trace t = Begun();
  for (int i = 0; i < 15; ++i) t.A(5 + i * 0.01, "A", 101 + 1448 * i, 1, 1448);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("congestion-window-exceeded"));
}

TEST(CongestionRules, AWindowAtOnceAfterATimeout) {
  Trace t;
  t.sack = false;
  t.Open();
  for (int i = 0; i < 8; ++i) t.A(3 + i * 0.01, "A", 1 + 1000 * i, 1, 1000);
  for (int i = 0; i < 8; ++i) t.A(400 + i * 0.01, "A", 1 + 1000 * i, 1, 1000);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("window-after-timeout"));
}

TEST(CongestionRules, AWindowAtOnceAfterALongSilence) {
  Trace t = Begun();
  uint32_t next = 101;
  for (int round = 0; round < 4; ++round) {
    for (int i = 0; i < 8; ++i, next += 1448) t.A(10 + round * 10 + i * 0.01, "A", next, 1, 1448);
    t.B(15 + round * 10, "A", 1, next);
  }
  for (int i = 0; i < 20; ++i, next += 1448) t.A(40000 + i * 0.01, "A", next, 1, 1448);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("restart-window-exceeded"));
}

// --- SACK

Trace WithGap() {
  Trace t = Begun();
  t.A(5, "A", 101, 1, 1000);
  t.A(5.1, "A", 1101, 1, 1000);
  t.A(5.2, "A", 2101, 1, 1000);
  t.A(5.3, "A", 3101, 1, 1000);
  t.Erase(5);
  return t;
}

TEST(SackRules, AGapIsReported) {
  Trace t = WithGap();
  Trace::Sack(t.B(6, "A", 1, 101), t.isn_a, {{1101, 4101}});
  EXPECT_THAT(t.Judge(At::kB), IsEmpty());
}

TEST(SackRules, WithoutPermission) {
  Trace t = WithGap();
  t.line(0).tcp().remove_option(Tins::TCP::SACK_OK);
  t.line(1).tcp().remove_option(Tins::TCP::SACK_OK);
  Trace::Sack(t.B(6, "A", 1, 101), t.isn_a, {{1101, 4101}});
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("sack-not-permitted"));
}

TEST(SackRules, BlocksThatCannotBe) {
  const std::vector<std::pair<std::vector<std::pair<uint32_t, uint32_t>>, std::string>> cases{
      {{{2101, 1101}}, "sack-block-empty"},
      {{{1101, 5101}}, "sack-of-unsent"},
      {{{501, 4101}}, "sack-never-earned"},
      {{{3101, 4101}, {1, 51}}, "sack-below-ack"},
      {{{3101, 4101}, {1101, 3101}}, "sack-blocks-overlap"},
      {{{1, 51}, {1101, 4101}}, "dsack-without-duplicate"},
  };
  for (const auto& [blocks, name] : cases) {
    Trace t = WithGap();
    Trace::Sack(t.B(6, "A", 1, 101), t.isn_a, blocks);
    EXPECT_THAT(t.Judge(At::kB), ElementsAre(name));
  }
}

TEST(SackRules, TheFirstBlockIsTheLatest) {
  Trace t = WithGap();
  t.A(200, "A", 5101, 1, 1000);
  Trace::Sack(t.B(201, "A", 1, 101), t.isn_a, {{1101, 4101}, {5101, 6101}});
  Settings exact{.slack = Time{}};
  EXPECT_THAT(t.Judge(At::kB, Level::kWarning, exact), ElementsAre("sack-first-block"));
}

TEST(SackRules, ADuplicateMayBeReported) {
  Trace t = Begun();
  t.A(300, "PA", 1, 1, 100);
  Trace::Sack(t.B(301, "A", 1, 101), t.isn_a, {{1, 101}});
  EXPECT_THAT(t.Judge(At::kB), IsEmpty());
}

TEST(SackRules, ABlockThatIsLeftOver) {
  Trace t = WithGap();
  Trace::Sack(t.B(6, "A", 1, 101), t.isn_a, {{1101, 4101}});
  t.A(7, "A", 101, 1, 1000);
  Trace::Sack(t.B(8, "A", 1, 4101), t.isn_a, {{1101, 4101}});
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("sack-block-stale"));
}

TEST(SackRules, ABlockThatIsLeftOverFromBeforeTheLastOne) {
  Trace t = WithGap();
  Trace::Sack(t.B(6, "A", 1, 101), t.isn_a, {{1101, 4101}});
  t.A(7, "A", 5101, 1, 1000);
  Trace::Sack(t.B(8, "A", 1, 101), t.isn_a, {{5101, 6101}});
  t.A(9, "A", 101, 1, 1000);
  Trace::Sack(t.B(10, "A", 1, 4101), t.isn_a, {{1101, 4101}, {5101, 6101}});
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("sack-block-stale"));
}

// --- RST

TEST(ResetRules, SequenceNumbers) {
  Trace t = Begun();
  t.B(5, "R", 77, 0).tcp().remove_option(Tins::TCP::TSOPT);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("rst-sequence"));
  Trace u = Begun();
  u.B(5, "R", 1, 0).tcp().remove_option(Tins::TCP::TSOPT);
  EXPECT_THAT(u.Judge(At::kB), IsEmpty());
}

TEST(ResetRules, ARefusal) {
  for (const bool right : {true, false}) {
    Trace t;
    t.timestamps = false;
    t.A(0, "S", 0, 0);
    t.B(1, "RA", 0, 1).tcp().seq(right ? 0 : 4711);
    // Elsewhere than where it was sent a SYN-ACK may be missing, and 4711 be the number behind it.
    EXPECT_THAT(t.Judge(At::kBetween), IsEmpty());
    if (right) {
      EXPECT_THAT(t.Judge(At::kB), IsEmpty());
    } else {
      EXPECT_THAT(t.Judge(At::kB), ElementsAre("rst-sequence"));
    }
  }
}

TEST(ResetRules, InAnswerToARst) {
  Trace t = Begun();
  t.B(100, "A", 1, 101);
  t.A(200, "RA", 101, 1);
  t.B(201, "R", 1, 0).tcp().remove_option(Tins::TCP::TSOPT);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("rst-answers-rst"));
}

TEST(ResetRules, OneThatIsIgnored) {
  Trace t = Begun();
  t.A(200, "RA", 101, 1);
  t.B(300, "PA", 1, 101, 10);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("rst-ignored"));
}

TEST(ChallengeRules, ARstInTheWindowIsChallenged) {
  Trace t = Begun();
  t.A(5, "R", 501, 0);
  t.A(2000, "PA", 101, 1, 10);
  t.B(2001, "A", 1, 111);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("challenge-ack-missing"));
}

TEST(ChallengeRules, ASynDoesNotReset) {
  Trace t = Begun();
  t.isn_a = 777777;
  t.A(5, "S", 0, 0);
  t.isn_a = 1000;
  t.B(6, "RA", 1, 101);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("syn-answered-by-rst"));
}

// --- ECN

Trace WithEcn() {
  Trace t;
  t.ecn = true;
  t.Open();
  t.A(3, "PA", 1, 1, 100).ip.tos(2);
  t.B(4, "A", 1, 101);
  return t;
}

TEST(EcnRules, MarksAreEchoedUntilTheyAreNoticed) {
  Trace t = WithEcn();
  t.A(5, "PA", 101, 1, 100).ip.tos(3);
  t.B(6, "AE", 1, 201);
  t.A(7, "PAC", 201, 1, 100).ip.tos(2);
  t.B(8, "A", 1, 301);
  EXPECT_THAT(t.Judge(At::kBoth), IsEmpty());
}

TEST(EcnRules, CodepointsWhereNoneMayBe) {
  Trace t = WithEcn();
  t.line(4).ip.tos(2);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("ect-on-control"));
  Trace u = Plain();
  u.line(3).ip.tos(2);
  EXPECT_THAT(u.Judge(At::kBetween), ElementsAre("ect-not-agreed"));
}

TEST(EcnRules, FlagsWithoutAgreement) {
  Trace t = Begun();
  t.A(5, "PAC", 101, 1, 100);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("ecn-flags-not-agreed"));
  Trace u;
  u.A(0, "S", 0, 0);
  u.B(1, "SAE", 0, 1);
  EXPECT_THAT(u.Judge(At::kBetween), ElementsAre("ecn-unasked"));
}

TEST(EcnRules, AnEchoWithoutAMark) {
  Trace t = WithEcn();
  t.A(5, "PA", 101, 1, 100).ip.tos(2);
  t.B(6, "AE", 1, 201);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("ece-without-ce"));
}

TEST(EcnRules, AnEchoThatStops) {
  Trace t = WithEcn();
  t.A(5, "PA", 101, 1, 100).ip.tos(3);
  t.B(6, "AE", 1, 201);
  t.A(105, "PA", 201, 1, 100).ip.tos(2);
  t.B(106, "A", 1, 301);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("ece-stops-before-cwr"));
}

TEST(EcnRules, AnEchoThatIsNotHeeded) {
  Trace t = WithEcn();
  t.A(5, "PA", 101, 1, 100).ip.tos(2);
  t.A(5.1, "PA", 201, 1, 100).ip.tos(3);
  t.B(6, "AE", 1, 201);
  t.A(105, "PA", 301, 1, 100).ip.tos(2);
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("cwr-missing"));
}

// --- headers

TEST(HeaderRules, BitsThatAreReserved) {
  Trace t = Plain();
  t.line(3).ip.flags(static_cast<Tins::IP::Flags>(Tins::IP::DONT_FRAGMENT | Tins::IP::FLAG_RESERVED));
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("ip-reserved-bit"));
  Trace u = Plain();
  u.line(3).ip.ttl(0);
  EXPECT_THAT(u.Judge(At::kBetween), ElementsAre("ttl-zero"));
}

TEST(HeaderRules, AnIdentificationAgain) {
  Trace t = Begun();
  for (int i = 0; i < 2; ++i) {
    auto& ip = t.A(5 + i, "PA", 101 + 100 * i, 1, 100).ip;
    ip.flags(static_cast<Tins::IP::Flags>(0));
    ip.id(4711);
  }
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("ip-id-repeated"));
}

TEST(DamageRules, AChecksumThatIsWrongAtItsSource) {
  Trace t = Begun();
  t.A(5, "PA", 101, 1, 100).wrong_checksum = true;
  EXPECT_THAT(t.Judge(At::kA), ElementsAre("tcp-checksum"));
  EXPECT_THAT(t.Judge(At::kB, Level::kInformation), ElementsAre("damaged-packet"));
  EXPECT_THAT(t.Judge(At::kA, Level::kInformation, {.checksums = ChecksumMode::kOff}), IsEmpty());
}

TEST(DamageRules, WhatWasDamagedEarnsNoAck) {
  Trace t = Begun(false);
  t.A(5, "PA", 101, 1, 100).wrong_checksum = true;
  t.B(6, "A", 1, 201);
  EXPECT_THAT(t.Judge(At::kB), ElementsAre("ack-of-unsent"));
}

}  // namespace
}  // namespace nut::tracecheck
