// The smallest parts of a connection, each at its edges: timers, rate limits, shared parameters, RFC 6937's
// reduction.

#include <gtest/gtest.h>

#include "stack/tcp/ecn_state.h"
#include "stack/tcp/rate_limit.h"
#include "stack/tcp/rate_reduction.h"
#include "stack/tcp/shared_parameters.h"
#include "stack/tcp/timer_set.h"
#include "stack/tcp/timestamps.h"

namespace nut::tcp {
namespace {

using wire::SequenceNumber;
using wire::TcpFlags;

constexpr Instant At(Duration since_start) { return Instant{} + since_start; }

// --- TimerSet

TEST(TimerSet, BeginsWithNothingArmed) {
  TimerSet timers;
  EXPECT_EQ(timers.earliest(), kNever);
  for (size_t i = 0; i < kTimerCount; ++i) {
    const auto timer = static_cast<Timer>(i);
    EXPECT_FALSE(timers.armed(timer));
    EXPECT_EQ(timers.at(timer), kNever);
    EXPECT_FALSE(timers.TakeExpired(timer, At(1h)));
  }
}

TEST(TimerSet, EachTimerIsItsOwn) {
  TimerSet timers;
  for (size_t i = 0; i < kTimerCount; ++i) timers.Arm(static_cast<Timer>(i), At(10s - i * 1s));
  EXPECT_EQ(timers.earliest(), At(4s));
  for (size_t i = 0; i < kTimerCount; ++i) EXPECT_EQ(timers.at(static_cast<Timer>(i)), At(10s - i * 1s));
  timers.Disarm(static_cast<Timer>(kTimerCount - 1));
  EXPECT_EQ(timers.earliest(), At(5s));
  timers.Clear();
  EXPECT_EQ(timers.earliest(), kNever);
}

TEST(TimerSet, AnExpiredOneIsTakenOnceAndNotBeforeItsTime) {
  TimerSet timers;
  timers.Arm(Timer::kPersist, At(5s));
  timers.Arm(Timer::kDelayedAck, At(5s));
  EXPECT_FALSE(timers.TakeExpired(Timer::kPersist, At(5s) - 1ns));
  EXPECT_TRUE(timers.armed(Timer::kPersist));
  EXPECT_TRUE(timers.TakeExpired(Timer::kPersist, At(5s)));
  EXPECT_FALSE(timers.armed(Timer::kPersist));
  EXPECT_FALSE(timers.TakeExpired(Timer::kPersist, At(5s)));
  EXPECT_TRUE(timers.TakeExpired(Timer::kDelayedAck, At(6s)));
}

// --- RateLimit

TEST(RateLimit, AllowsSoManyInASecond) {
  RateLimit limit;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(limit.Take(3, At(5s + i * 300ms)));
  EXPECT_FALSE(limit.Take(3, At(5999ms)));
  EXPECT_TRUE(limit.Take(3, At(6000ms))) << "the second is over";
  EXPECT_TRUE(limit.Take(3, At(6999ms)));
  EXPECT_TRUE(limit.Take(3, At(6999ms)));
  EXPECT_FALSE(limit.Take(3, At(6999ms)));
}

TEST(RateLimit, BeginsWithAWholeAllowanceInTheNodesFirstSecond) {
  RateLimit limit;
  EXPECT_TRUE(limit.Take(1, At(999ms)));
  EXPECT_FALSE(limit.Take(1, At(999ms)));
  EXPECT_TRUE(limit.Take(1, At(1000ms)));
}

TEST(RateLimit, ZeroAllowsNone) {
  RateLimit limit;
  EXPECT_FALSE(limit.Take(0, At(10s)));
}

// --- SharedParameters

TEST(SharedParameters, WhoHoldsThemAloneChangesThemInPlace) {
  SharedParameters parameters(Parameters{.ttl = 7});
  const Parameters* const place = &*parameters;
  parameters.Own().ttl = 8;
  EXPECT_EQ(&*parameters, place) << "no copy for nobody";
  EXPECT_EQ(parameters->ttl, 8);
}

TEST(SharedParameters, WhoSharesThemChangesHisOwn) {
  SharedParameters first(Parameters{.ttl = 7});
  SharedParameters second = first;
  EXPECT_EQ(&*second, &*first);
  second.Own().ttl = 8;
  EXPECT_EQ(first->ttl, 7);
  EXPECT_EQ(second->ttl, 8);
  const Parameters* const place = &*first;
  first.Own();
  EXPECT_EQ(&*first, place) << "the other one has left";
}

TEST(SharedParameters, AreTheDefaultsUnlessSaidOtherwise) {
  EXPECT_EQ(SharedParameters()->ttl, Parameters{}.ttl);
}

// --- RateReduction (RFC 6937 3)

constexpr uint32_t kMss = 1000;

TEST(RateReduction, InProportionWhileMoreThanSsthreshIsOut) {
  RateReduction reduction;
  reduction.Start(10000, 5000);
  EXPECT_EQ(reduction.ssthresh(), 5000u);
  EXPECT_EQ(reduction.OnAck(3000, 7000, true, kMss), 7000u + 1500u) << "half of what has arrived";
  reduction.NoteSent(1000);
  EXPECT_EQ(reduction.OnAck(1000, 7000, true, kMss), 7000u + 2000u - 1000u);
  reduction.NoteSent(2000);
  EXPECT_EQ(reduction.OnAck(0, 7000, true, kMss), 7000u) << "no less than nothing may go";
  // "CEIL(prr_delivered * ssthresh / RecoverFS)": 4,001 octets are 2,000.5.
  reduction.NoteSent(0);
  reduction.Start(10000, 5000);
  reduction.NoteSent(1);
  EXPECT_EQ(reduction.OnAck(4001, 5001, true, kMss), 5001u + 2001u - 1u);
  EXPECT_EQ(reduction.OnAck(1, 5001, true, kMss), 5001u + 2001u - 1u) << "4,002 are 2,001 exactly";
}

TEST(RateReduction, AtSsthreshAndBelowItIsOneForOneOrSlowStart) {
  RateReduction reduction;
  reduction.Start(10000, 5000);
  reduction.NoteSent(1000);
  EXPECT_EQ(reduction.OnAck(3000, 2000, false, kMss), 4000u) << "CRB: what has arrived less what was sent";
  EXPECT_EQ(reduction.OnAck(500, 1000, true, kMss), 1000u + 2500u + 1000u) << "SSRB: and a segment";
  EXPECT_EQ(reduction.OnAck(500, 4500, true, kMss), 5000u) << "not beyond ssthresh";
  EXPECT_EQ(reduction.OnAck(500, 5000, true, kMss), 5000u);
  // SSRB: of the last ACK at least.
  reduction.NoteSent(4000);
  EXPECT_EQ(reduction.OnAck(700, 1000, true, kMss), 1000u + 700u + 1000u);
  EXPECT_EQ(reduction.OnAck(0, 1000, false, kMss), 1000u + 200u);
  reduction.NoteSent(1000);
  EXPECT_EQ(reduction.OnAck(0, 1000, false, kMss), 1000u);
}

TEST(RateReduction, TheFirstRetransmissionIsFastWhateverHasArrived) {
  RateReduction reduction;
  reduction.Start(10000, 5000);
  EXPECT_EQ(reduction.OnAck(0, 9000, false, kMss), 10000u);
  EXPECT_EQ(reduction.OnAck(0, 1000, false, kMss), 2000u);
  reduction.NoteSent(1);
  EXPECT_EQ(reduction.OnAck(0, 9000, false, kMss), 9000u);
}

TEST(RateReduction, StartForgetsWhatWasBefore) {
  RateReduction reduction;
  reduction.Start(10000, 5000);
  reduction.NoteSent(9000);
  reduction.OnAck(9000, 1000, true, kMss);
  reduction.Start(10000, 5000);
  reduction.NoteSent(1);
  EXPECT_EQ(reduction.OnAck(2001, 9000, false, kMss), 9000u + 1001u - 1u);
}

TEST(RateReduction, NothingInFlightDividesByNothing) {
  RateReduction reduction;
  reduction.Start(0, 2000);
  reduction.NoteSent(1);
  EXPECT_EQ(reduction.OnAck(1, 3000, false, kMss), 3000u + 2000u - 1u);
}

// --- Timestamps (RFC 7323)

TEST(Timestamps, TheClockCountsMillisecondsFromItsOffset) {
  const Timestamps timestamps(1000);
  EXPECT_EQ(timestamps.Value(At(0s)), 1000u);
  EXPECT_EQ(timestamps.Value(At(5ms) - 1ns), 1004u);
  EXPECT_EQ(timestamps.Value(At(5ms)), 1005u);
  EXPECT_EQ(timestamps.RoundTrip(1000, At(5ms)), Duration(5ms));
  EXPECT_EQ(timestamps.RoundTrip(1006, At(5ms)), Duration(-1ms)) << "an echo from the future";
}

TEST(Timestamps, NothingIsEchoedBeforeSomethingCame) {
  Timestamps timestamps(7);
  EXPECT_FALSE(timestamps.enabled());
  timestamps.Enable();
  EXPECT_TRUE(timestamps.enabled());
  EXPECT_EQ(timestamps.recent(), 0u);
  EXPECT_EQ(timestamps.Stamp(At(1s)), (wire::TcpTimestamps{1007, 0}));
  EXPECT_FALSE(timestamps.IsOld(UINT32_MAX, At(1s))) << "older than nothing is nothing";
  timestamps.Start(50, At(1s));
  EXPECT_EQ(timestamps.Stamp(At(1s)), (wire::TcpTimestamps{1007, 50}));
}

TEST(Timestamps, OlderIsBelowTheLatestAroundTheCircle) {
  Timestamps timestamps(0);
  timestamps.Start(5, At(1s));
  EXPECT_TRUE(timestamps.IsOld(4, At(1s)));
  EXPECT_FALSE(timestamps.IsOld(5, At(1s)));
  EXPECT_FALSE(timestamps.IsOld(6, At(1s)));
  EXPECT_TRUE(timestamps.IsOld(UINT32_MAX, At(1s)));
  EXPECT_FALSE(timestamps.IsOld(5u + 0x7fffffffu, At(1s)));
}

TEST(Timestamps, For24DaysAndNoLonger) {
  Timestamps timestamps(0);
  timestamps.Start(5, At(1s));
  constexpr Duration kDays = std::chrono::hours(24 * 24);
  EXPECT_TRUE(timestamps.IsOld(4, At(1s) + kDays - 1ns));
  EXPECT_FALSE(timestamps.IsOld(4, At(1s) + kDays));
}

TEST(Timestamps, RecentMovesAtTheLeftEdgeAndNotBack) {
  Timestamps timestamps(0);
  const SequenceNumber edge(0xffff'fff0);
  timestamps.Start(5, At(1s));
  timestamps.Note(6, edge + 1, edge, At(2s));
  EXPECT_EQ(timestamps.recent(), 5u) << "behind Last.ACK.sent";
  timestamps.Note(6, edge, edge, At(2s));
  EXPECT_EQ(timestamps.recent(), 6u);
  timestamps.Note(7, edge - 1, edge, At(2s));
  EXPECT_EQ(timestamps.recent(), 7u);
  timestamps.Note(6, edge, edge, At(2s));
  EXPECT_EQ(timestamps.recent(), 7u);
  // An equal one makes it younger.
  constexpr Duration kDays = std::chrono::hours(24 * 24);
  timestamps.Note(7, edge, edge, At(3s));
  EXPECT_TRUE(timestamps.IsOld(6, At(2s) + kDays));
  EXPECT_FALSE(timestamps.IsOld(6, At(3s) + kDays));
}

// --- EcnState (RFC 3168)

constexpr TcpFlags kNone;
const TcpFlags kEce = TcpFlags::kEce;
const TcpFlags kCwr = TcpFlags::kCwr;
const TcpFlags kBoth = kEce | kCwr;
const SequenceNumber kNxt(1000);

EcnState Agreed() {
  EcnState ecn;
  ecn.TakeSyn(kBoth, true);
  EXPECT_TRUE(ecn.enabled());
  return ecn;
}

TEST(EcnState, WhoAnswersAgreesWhenBothWantIt) {
  for (const bool wanted : {false, true}) {
    for (const TcpFlags flags : {kNone, kEce, kCwr, kBoth}) {
      EcnState ecn;
      ecn.TakeSyn(flags | TcpFlags::kSyn, wanted);
      EXPECT_EQ(ecn.enabled(), wanted && flags == kBoth);
      EXPECT_EQ(ecn.SynFlags(true, wanted, false), ecn.enabled() ? kEce : kNone);
      EXPECT_EQ(ecn.SynFlags(true, wanted, true), ecn.enabled() ? kEce : kNone);
    }
  }
}

TEST(EcnState, WhoAsksNeedsEceAlone) {
  for (const bool wanted : {false, true}) {
    for (const bool repeated : {false, true}) {
      for (const TcpFlags flags : {kNone, kEce, kCwr, kBoth}) {
        EcnState ecn;
        EXPECT_EQ(ecn.SynFlags(false, wanted, repeated), wanted && !repeated ? kBoth : kNone);
        ecn.TakeSyn(flags | TcpFlags::kSyn | TcpFlags::kAck, wanted);
        EXPECT_EQ(ecn.enabled(), wanted && !repeated && flags == kEce);
      }
    }
  }
}

TEST(EcnState, ASynThatIsRepeatedTakesTheQuestionBack) {
  EcnState ecn;
  ecn.SynFlags(false, true, false);
  ecn.SynFlags(false, true, true);
  ecn.TakeSyn(kEce | TcpFlags::kAck, true);
  EXPECT_FALSE(ecn.enabled());
}

TEST(EcnState, AMarkIsEchoedUntilItIsAnswered) {
  EcnState ecn = Agreed();
  EXPECT_FALSE(ecn.echo());
  EXPECT_FALSE(ecn.OnText(false, kNone));
  EXPECT_FALSE(ecn.echo());
  EXPECT_TRUE(ecn.OnText(true, kNone)) << "news";
  EXPECT_TRUE(ecn.echo());
  EXPECT_FALSE(ecn.OnText(true, kNone)) << "known";
  EXPECT_FALSE(ecn.OnText(false, kNone));
  EXPECT_TRUE(ecn.echo());
  EXPECT_FALSE(ecn.OnText(false, kCwr));
  EXPECT_FALSE(ecn.echo());
  EXPECT_TRUE(ecn.OnText(true, kCwr)) << "the answer itself was marked";
  EXPECT_FALSE(ecn.OnText(true, kCwr)) << "and again, while it is told";
  EXPECT_TRUE(ecn.echo());
}

TEST(EcnState, AnEchoIsAnsweredOnceForWhatIsInFlight) {
  EcnState ecn = Agreed();
  EXPECT_FALSE(ecn.reduced_due());
  EXPECT_TRUE(ecn.OnEcho(kNxt - 500, kNxt));
  EXPECT_TRUE(ecn.reduced_due());
  ecn.NoteReducedSent();
  EXPECT_FALSE(ecn.reduced_due());
  EXPECT_FALSE(ecn.OnEcho(kNxt, kNxt + 500)) << "text before it has been answered";
  EXPECT_FALSE(ecn.reduced_due());
  EXPECT_TRUE(ecn.OnEcho(kNxt + 1, kNxt + 500));
  EXPECT_FALSE(ecn.OnEcho(kNxt + 500, kNxt + 900));
}

TEST(EcnState, TheFirstEchoCountsWhateverItsNumber) {
  for (const uint32_t ack : {0u, 1u, 0x7fffffffu, 0x80000000u, 0xffffffffu}) {
    EcnState ecn = Agreed();
    EXPECT_TRUE(ecn.OnEcho(SequenceNumber(ack), SequenceNumber(ack) + 10)) << ack;
  }
}

TEST(EcnState, AReductionForAnotherReasonAnswersToo) {
  EcnState ecn = Agreed();
  ecn.OnReduced(kNxt);
  EXPECT_TRUE(ecn.reduced_due());
  EXPECT_FALSE(ecn.OnEcho(kNxt, kNxt + 1));
  EXPECT_TRUE(ecn.OnEcho(kNxt + 1, kNxt + 1));
}

TEST(EcnState, WhereItWasNotAgreedNothingIsToBeSaid) {
  EcnState ecn;
  ecn.OnReduced(kNxt);
  EXPECT_FALSE(ecn.reduced_due());
}

}  // namespace
}  // namespace nut::tcp
