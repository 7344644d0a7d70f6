// What a connection makes of its path: whether it swallows large packets, how fast it is fed, how long it may
// be silent.
#include "stack/tcp/black_hole.h"
#include "stack/tcp/pacing.h"
#include "stack/tcp/timers.h"
#include "stack/tcp/user_timeout.h"
#include "test/tcp/tcb_test_base.h"

namespace nut::tcp {
namespace {

using wire::TcpUserTimeout;

constexpr Instant kLater = Instant{} + 1001s;

// --- black holes

class BlackHoleOf : public TcbTest {
 protected:
  BlackHoleOf() { Begin(); }
  // Three time-outs in a row of two segments of 1,460 octets.
  Tcb& Begin() {
    Parameters parameters = Plain();
    parameters.maximum_mss = 65495;
    Tcb& tcb = Established(parameters, 65535, {.mss = 1460});
    Queue(5000);
    Sent(2920);
    tcb.timeouts = 3;
    tcb.timed_out_at = kStart;
    return tcb;
  }
  uint16_t Suspected() {
    SuspectBlackHole(tcb());
    EXPECT_EQ(tcb().path_mtu != 1500, tcb().black_hole_at != 0);
    return tcb().path_mtu;
  }
};

TEST_F(BlackHoleOf, ThreeTimeoutsInARowLowerTheSize) {
  tcb().timeouts = 2;
  EXPECT_EQ(Suspected(), 1500);
  tcb().timeouts = 3;
  EXPECT_EQ(Suspected(), 1024);
  EXPECT_EQ(tcb().send_mss, 984u);
  EXPECT_EQ(tcb().black_hole_at, 100) << "1,000 s";
  EXPECT_EQ(Count(Counter::kTcpBlackHoles), 1u);
  EXPECT_EQ(Suspected(), 576);
  EXPECT_EQ(Suspected(), 576) << "none is smaller";
  EXPECT_EQ(Count(Counter::kTcpBlackHoles), 2u);
}

TEST_F(BlackHoleOf, TheSizesAreTriedInTurn) {
  for (const auto& [now, next] : {std::pair{1025, 1024}, {1024, 576}, {577, 576}, {576, 576}, {500, 500}}) {
    Begin().path_mtu = static_cast<uint16_t>(now);
    tcb().UpdateSendMss();
    SuspectBlackHole(tcb());
    EXPECT_EQ(tcb().path_mtu, next) << now;
  }
}

TEST_F(BlackHoleOf, WhatArrivedBehindTheGapMakesItDoubtful) {
  tcb().sack_state = std::make_unique<SackState>();
  EXPECT_EQ(Suspected(), 1024);
  Begin().sack_state = std::make_unique<SackState>();
  tcb().sack_state->large_arrived = true;
  tcb().timeouts = 5;
  EXPECT_EQ(Suspected(), 1500);
  tcb().timeouts = 6;
  EXPECT_EQ(Suspected(), 1024);
}

TEST_F(BlackHoleOf, WhereItCannotBeThereIsNone) {
  tcb().parameters.Own().path_mtu_discovery = false;
  EXPECT_EQ(Suspected(), 1500);
  Begin().parameters.Own().black_hole_timeouts = 0;
  EXPECT_EQ(Suspected(), 1500);
}

TEST_F(BlackHoleOf, WhatFitsIntoTheSmallerOneIsNotSwallowedForItsSize) {
  for (const auto& [octets, mtu] : {std::pair{984u, 1500}, {985u, 1024}}) {
    Begin();
    tcb().snd_nxt = Ours(octets);
    EXPECT_EQ(Suspected(), mtu) << octets;
  }
}

TEST_F(BlackHoleOf, TheLargerOnesAreTriedAgainAfterTenMinutes) {
  Suspected();
  RetryLargePackets(tcb(), kStart + 600s - 1ns);
  EXPECT_EQ(tcb().path_mtu, 1024);
  EXPECT_NE(tcb().black_hole_at, 0);
  RetryLargePackets(tcb(), kStart + 600s);
  EXPECT_EQ(tcb().path_mtu, 1500);
  EXPECT_EQ(tcb().send_mss, 1460u);
  EXPECT_EQ(tcb().black_hole_at, 0);
}

TEST_F(BlackHoleOf, TheStampGoesAroundAndIsNeverZero) {
  for (const Duration at : {2559s, 2560s, 2569s, 2570s, 10s * 256 * 5 + 2550s}) {
    Begin().timed_out_at = Instant{} + at;
    EXPECT_EQ(Suspected(), 1024);
    const Instant due = Instant{} + at / 10s * 10s + 600s;
    RetryLargePackets(tcb(), due - 1ns);
    EXPECT_EQ(tcb().path_mtu, 1024) << at.count();
    RetryLargePackets(tcb(), due + 10s);
    EXPECT_EQ(tcb().path_mtu, 1500) << at.count();
  }
}

// --- pacing

class PacingOf : public TcbTest {
 protected:
  // A window of 20,000 octets and a round trip of 20 ms: an octet takes half a microsecond in slow start.
  PacingOf() {
    Parameters parameters = Sack();
    parameters.pacing = true;
    parameters.pacing_burst = 1ms;
    Established(parameters).congestion.SetWindow(20000);
    tcb().sack_state = std::make_unique<SackState>();
    tcb().rtt.Sample(20ms);
  }
  SackState& state() { return *tcb().sack_state; }
};

TEST_F(PacingOf, ABurstGoesAndThenComesAPause) {
  PaceSent(tcb(), 2000, kLater);
  EXPECT_EQ(state().paced_until, kLater) << "what came late is made up for";
  EXPECT_FALSE(state().paused);
  EXPECT_EQ(Count(Counter::kTcpPacedPauses), 0u);
  PaceSent(tcb(), 1000, kLater);
  EXPECT_EQ(state().paced_until, kLater + 500us);
  EXPECT_TRUE(state().paused);
  EXPECT_EQ(Count(Counter::kTcpPacedPauses), 1u);
  EXPECT_FALSE(EndPause(tcb(), kLater + 500us - 1ns));
  EXPECT_TRUE(state().paused);
  EXPECT_TRUE(EndPause(tcb(), kLater + 500us));
  EXPECT_FALSE(state().paused);
  EXPECT_FALSE(EndPause(tcb(), kLater + 500us)) << "once";
}

TEST_F(PacingOf, BeyondSlowStartItIsTheWindowAndAFifth) {
  tcb().congestion.LeaveSlowStart();
  PaceSent(tcb(), 24000, kLater);
  EXPECT_EQ(state().paced_until, kLater + 19ms);
}

TEST_F(PacingOf, WithoutARoundTripThereIsNoRate) {
  tcb().rtt = RttEstimator(*tcb().parameters);
  PaceSent(tcb(), 100000, kLater);
  EXPECT_FALSE(state().paused);
  EXPECT_EQ(state().paced_until, Instant{});
  EXPECT_EQ(LargestBurst(tcb()), UINT32_MAX);
}

TEST_F(PacingOf, ABurstIsOneSegmentAtLeastAndSixtyFourAtMost) {
  EXPECT_EQ(LargestBurst(tcb()), 2000u);
  tcb().parameters.Own().pacing_burst = 1500us - 1ns;
  EXPECT_EQ(LargestBurst(tcb()), 2000u);
  tcb().parameters.Own().pacing_burst = 1500us;
  EXPECT_EQ(LargestBurst(tcb()), 3000u);
  tcb().parameters.Own().pacing_burst = 1ns;
  EXPECT_EQ(LargestBurst(tcb()), 1000u);
  tcb().parameters.Own().pacing_burst = 32ms;
  EXPECT_EQ(LargestBurst(tcb()), 64000u);
  tcb().parameters.Own().pacing_burst = 1s;
  EXPECT_EQ(LargestBurst(tcb()), 64000u);
}

// --- keep-alive

class KeepAliveTimer : public TcbTest {
 protected:
  KeepAliveTimer() {
    Parameters parameters = Plain();
    parameters.keep_alive = true;
    parameters.keep_alive_idle = 10s;
    parameters.keep_alive_interval = 3s;
    parameters.keep_alive_probes = 2;
    Established(parameters).last_heard = kLater - 10s;
  }
  void Expire(Timer timer, Instant now = kLater) {
    tcb().timers.Clear();
    tcb().timers.Arm(timer, now);
    HandleTimers(tcb(), now);
  }
  Instant At(Timer timer) { return tcb().timers.at(timer); }
};

TEST_F(KeepAliveTimer, NotBeforeItsTime) {
  tcb().last_heard += 1ns;
  Expire(Timer::kKeepAlive);
  EXPECT_FALSE(tcb().keep_alive_due);
  EXPECT_EQ(At(Timer::kKeepAlive), kLater + 1ns);
  Expire(Timer::kKeepAlive, kLater + 1ns);
  EXPECT_TRUE(tcb().keep_alive_due);
  EXPECT_EQ(tcb().keep_alives, 1);
  EXPECT_EQ(At(Timer::kKeepAlive), kLater + 1ns + 3s);
}

TEST_F(KeepAliveTimer, NotWhileOtherTimersWatch) {
  Queue(1);
  Expire(Timer::kKeepAlive);
  EXPECT_FALSE(tcb().keep_alive_due) << "something waits to be sent";
  EXPECT_EQ(At(Timer::kKeepAlive), kLater + 10s);
  Sent(1);
  Expire(Timer::kKeepAlive);
  EXPECT_FALSE(tcb().keep_alive_due) << "an octet is out";
  EXPECT_EQ(At(Timer::kKeepAlive), kLater + 10s);
}

TEST_F(KeepAliveTimer, AfterItsProbesItIsOver) {
  Expire(Timer::kKeepAlive);
  Expire(Timer::kKeepAlive);
  EXPECT_EQ(tcb().keep_alives, 2);
  EXPECT_EQ(tcb().state, State::kEstablished);
  Expire(Timer::kKeepAlive);
  EXPECT_EQ(tcb().state, State::kClosed);
  EXPECT_EQ(tcb().error, Error::kTimedOut);
}

TEST_F(KeepAliveTimer, OneProbeAtLeast) {
  tcb().parameters.Own().keep_alive_probes = 0;
  Expire(Timer::kKeepAlive);
  EXPECT_TRUE(tcb().keep_alive_due);
  Expire(Timer::kKeepAlive);
  EXPECT_EQ(tcb().state, State::kClosed);
}

TEST_F(KeepAliveTimer, SwitchedOffMeanwhileItDoesNothing) {
  tcb().parameters.Own().keep_alive = false;
  Expire(Timer::kKeepAlive);
  EXPECT_FALSE(tcb().keep_alive_due);
  EXPECT_EQ(At(Timer::kKeepAlive), kNever);
}

// --- the user timeout option (RFC 5482)

class UserTimeoutOf : public TcbTest {
 protected:
  UserTimeoutOf() {
    Parameters parameters = Plain();
    parameters.user_timeout_option = true;
    parameters.retransmission_timeout = 200s;
    parameters.least_advised_timeout = 100s;
    parameters.largest_advised_timeout = 1000s;
    Established(parameters);
  }
  // What R2 comes to when the peer says so.
  Duration Told(uint16_t value, bool minutes = false) {
    TakeUserTimeout(tcb(), {.user_timeout = TcpUserTimeout{.minutes = minutes, .value = value}});
    return tcb().parameters->user_timeout();
  }
  TcpUserTimeout Says(Duration timeout) {
    tcb().parameters.Own().retransmission_timeout = timeout;
    wire::TcpOptions options;
    TellUserTimeout(tcb(), options);
    return options.user_timeout.value_or(TcpUserTimeout{});
  }
};

TEST_F(UserTimeoutOf, TheLargerOfBothWithinTheLimits) {
  EXPECT_EQ(Told(300), Duration(300s));
  EXPECT_EQ(Told(199), Duration(200s));
  EXPECT_EQ(Told(10, true), Duration(600s));
  EXPECT_EQ(Told(1001), Duration(1000s));
  EXPECT_EQ(Told(17, true), Duration(1000s));
  EXPECT_EQ(Count(Counter::kTcpUserTimeoutsIn), 5u);
  EXPECT_EQ(Told(0), Duration(1000s)) << "reserved";
  EXPECT_EQ(Count(Counter::kTcpUserTimeoutsIn), 5u);
  tcb().parameters.Own().retransmission_timeout = 50s;
  EXPECT_EQ(Told(60), Duration(100s));
}

TEST_F(UserTimeoutOf, WhatChangesNothingCostsNoParametersOfOnesOwn) {
  const SharedParameters shared = tcb().parameters;
  EXPECT_EQ(Told(100), Duration(200s));
  EXPECT_EQ(&*tcb().parameters, &*shared);
  EXPECT_EQ(tcb().parameters->advised_timeout, Duration{});
  EXPECT_EQ(Told(300), Duration(300s));
  EXPECT_NE(&*tcb().parameters, &*shared);
}

TEST_F(UserTimeoutOf, WhereItIsNotWantedItIsNotTaken) {
  TakeUserTimeout(tcb(), {});
  EXPECT_EQ(tcb().parameters->advised_timeout, Duration{});
  tcb().parameters.Own().user_timeout_changeable = false;
  EXPECT_EQ(Told(300), Duration(200s));
  tcb().parameters.Own().user_timeout_changeable = true;
  tcb().parameters.Own().user_timeout_option = false;
  EXPECT_EQ(Told(300), Duration(200s));
  EXPECT_EQ(Count(Counter::kTcpUserTimeoutsIn), 0u);
  EXPECT_EQ(Says(300s), TcpUserTimeout{}) << "nor said";
}

TEST_F(UserTimeoutOf, SecondsAsLongAsTheyFitAndThenMinutes) {
  EXPECT_EQ(Says(200s), (TcpUserTimeout{.value = 200}));
  EXPECT_EQ(Says(200s + 1ns), (TcpUserTimeout{.value = 201}));
  EXPECT_EQ(Says(0s), (TcpUserTimeout{.value = 1}));
  EXPECT_EQ(Says(1ns), (TcpUserTimeout{.value = 1}));
  EXPECT_EQ(Says(1s + 1ns), (TcpUserTimeout{.value = 2}));
  EXPECT_EQ(Says(32767s), (TcpUserTimeout{.value = 32767}));
  EXPECT_EQ(Says(32767s + 1ns), (TcpUserTimeout{.minutes = true, .value = 547}));
  EXPECT_EQ(Says(547min), (TcpUserTimeout{.minutes = true, .value = 547}));
  EXPECT_EQ(Says(547min + 1s), (TcpUserTimeout{.minutes = true, .value = 548}));
  EXPECT_EQ(Says(32767min), (TcpUserTimeout{.minutes = true, .value = 32767}));
  EXPECT_EQ(Says(32768min), (TcpUserTimeout{.minutes = true, .value = 32767}));
}

}  // namespace
}  // namespace nut::tcp
