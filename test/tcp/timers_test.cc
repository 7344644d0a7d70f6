// What each timer does when it expires, and what is armed for what.
#include "stack/tcp/timers.h"

#include "test/tcp/tcb_test_base.h"

namespace nut::tcp {
namespace {

constexpr Instant kLater = Instant{} + 1000s + 1s;

class Timers : public TcbTest {
 protected:
  Timers() { Begin(Plain()); }
  Tcb& Begin(const Parameters& parameters) {
    Tcb& tcb = Established(parameters);
    tcb.ack_now = false;
    tcb.last_heard = kStart;
    return tcb;
  }
  // `timer` expires at `now`; nothing else does.
  void Expire(Timer timer, Instant now = kLater) {
    tcb().timers.Clear();
    tcb().timers.Arm(timer, now);
    HandleTimers(tcb(), now);
  }
  Instant At(Timer timer) { return tcb().timers.at(timer); }
};

// --- the small ones

TEST_F(Timers, ExpiredIsWhatIsDueAndNotBefore) {
  tcb().timers.Arm(Timer::kSendOverride, kLater);
  tcb().timers.Arm(Timer::kDelayedAck, kLater);
  HandleTimers(tcb(), kLater - 1ns);
  EXPECT_FALSE(tcb().override_due || tcb().ack_now);
  HandleTimers(tcb(), kLater);
  EXPECT_TRUE(tcb().override_due);
  EXPECT_TRUE(tcb().ack_now);
  EXPECT_EQ(Count(Counter::kTcpDelayedAcks), 1u);
  HandleTimers(tcb(), kLater);
  EXPECT_EQ(Count(Counter::kTcpDelayedAcks), 1u);
}

TEST_F(Timers, ALifetimeEndsAsItsStateHasIt) {
  tcb().state = State::kTimeWait;
  Expire(Timer::kLifetime);
  EXPECT_EQ(tcb().state, State::kClosed);
  EXPECT_FALSE(tcb().error);
  EXPECT_EQ(tcb().reset, nullptr);
  Begin(Plain()).state = State::kFinWait2;
  Expire(Timer::kLifetime);
  EXPECT_EQ(tcb().state, State::kClosed);
  EXPECT_FALSE(tcb().error);
  EXPECT_EQ(tcb().reset, nullptr) << "nobody waits for what the peer may still say";
  Begin(Plain()).state = State::kFinWait1;
  Expire(Timer::kLifetime);
  EXPECT_EQ(tcb().state, State::kClosed);
  EXPECT_EQ(tcb().error, Error::kTimedOut);
  EXPECT_NE(tcb().reset, nullptr);
}

TEST_F(Timers, GivingUpSaysWhatTheNetworkLastSaid) {
  tcb().soft_error = Error::kHostUnreachable;
  tcb().state = State::kFinWait1;
  Expire(Timer::kLifetime);
  EXPECT_EQ(tcb().error, Error::kHostUnreachable);
  Parameters silent = Plain();
  silent.reset_on_timeout = false;
  Begin(silent).state = State::kFinWait1;
  Expire(Timer::kLifetime);
  EXPECT_EQ(tcb().state, State::kClosed);
  EXPECT_EQ(tcb().reset, nullptr);
}

TEST_F(Timers, BuffersGoWhenNothingHasHappenedForTheirTime) {
  Begin(Sack());
  tcb().sack_state = std::make_unique<SackState>();
  tcb().last_activity = kLater - 999ms;
  Expire(Timer::kBufferRelease);
  EXPECT_EQ(At(Timer::kBufferRelease), kLater + 1ms);
  EXPECT_NE(tcb().sack_state, nullptr);
  tcb().last_activity = kLater - 1s;
  Queue(10);
  tcb().send_buffer.Consume(10);
  ASSERT_TRUE(tcb().send_buffer.has_memory());
  Expire(Timer::kBufferRelease);
  EXPECT_EQ(At(Timer::kBufferRelease), kNever);
  EXPECT_EQ(tcb().sack_state, nullptr);
  EXPECT_FALSE(tcb().send_buffer.has_memory());
  Queue(10);
  Sent(10);
  Expire(Timer::kBufferRelease);
  EXPECT_NE(tcb().sack_state, nullptr) << "something is out";
}

TEST_F(Timers, WhateverHoldsMemoryIsReleasedSomeDay) {
  const auto armed = [&] {
    tcb().timers.Disarm(Timer::kBufferRelease);
    UpdateTimers(tcb(), kLater);
    return At(Timer::kBufferRelease) == kLater + tcb().parameters->idle_buffer_release;
  };
  EXPECT_FALSE(armed());
  tcb().sack_state = std::make_unique<SackState>();
  EXPECT_TRUE(armed());
  tcb().timers.Arm(Timer::kBufferRelease, kLater + 1ms);
  UpdateTimers(tcb(), kLater);
  EXPECT_EQ(At(Timer::kBufferRelease), kLater + 1ms) << "armed once";
  tcb().sack_state.reset();
  EXPECT_FALSE(armed());
  tcb().receive_buffer.Place(0, IncomingText(AsBytes("abc")), 8, 100);
  EXPECT_TRUE(armed());
  tcb().receive_buffer.Clear();
  EXPECT_FALSE(armed());
  Queue(1);
  EXPECT_TRUE(armed());
  for (const State state : {State::kClosed, State::kDestroy}) {
    tcb().state = state;
    EXPECT_FALSE(armed());
  }
}

// --- retransmission

TEST_F(Timers, EverythingOutGoesAgainAfterATimeout) {
  Queue(5000);
  Sent(3000);
  tcb().progress_at = kStart;
  tcb().resend_head = true;
  tcb().ecn.TakeSyn(wire::TcpFlags::kEce | wire::TcpFlags::kCwr, true);
  Expire(Timer::kRetransmit);
  EXPECT_EQ(tcb().timeouts, 1);
  EXPECT_EQ(tcb().timed_out_at, kLater);
  EXPECT_EQ(tcb().send_from, Ours(0));
  EXPECT_FALSE(tcb().resend_head);
  EXPECT_TRUE(tcb().ecn.reduced_due());
  EXPECT_EQ(tcb().congestion.cwnd(), kMss);
  EXPECT_EQ(tcb().congestion.ssthresh(), 2000u);
  EXPECT_EQ(Count(Counter::kTcpRetransmissionTimeouts), 1u);
  EXPECT_EQ(Count(Counter::kTcpRetransmittedSegments), 0u) << "counted when it goes";
  EXPECT_EQ(At(Timer::kRetransmit), kLater + 2s);
  EXPECT_FALSE(tcb().soft_error);
  Expire(Timer::kRetransmit, kLater + 2s);
  EXPECT_FALSE(tcb().soft_error);
  Expire(Timer::kRetransmit, kLater + 6s);
  EXPECT_EQ(tcb().soft_error, Error::kTimedOut) << "R1";
  EXPECT_EQ(At(Timer::kRetransmit), kLater + 14s);
  tcb().soft_error.reset();
  Expire(Timer::kRetransmit, kLater + 14s);
  EXPECT_FALSE(tcb().soft_error) << "told once";
}

TEST_F(Timers, R1TellsNothingWorseThanTheNetworkHasSaid) {
  Queue(5000);
  Sent(3000);
  tcb().progress_at = kStart;
  tcb().timeouts = 2;
  tcb().soft_error = Error::kNetworkUnreachable;
  Expire(Timer::kRetransmit);
  EXPECT_EQ(tcb().soft_error, Error::kNetworkUnreachable);
}

TEST_F(Timers, AtR2ItIsOver) {
  Queue(5000);
  Sent(3000);
  tcb().progress_at = kLater - 924s + 1ns;
  Expire(Timer::kRetransmit);
  EXPECT_EQ(tcb().state, State::kEstablished);
  EXPECT_EQ(At(Timer::kRetransmit), kLater + 1ns);
  Begin(Plain());
  Queue(5000);
  Sent(3000);
  tcb().progress_at = kLater - 924s;
  Expire(Timer::kRetransmit);
  EXPECT_EQ(tcb().state, State::kClosed);
  EXPECT_EQ(tcb().error, Error::kTimedOut);
}

TEST_F(Timers, ASynThatIsNotAnsweredGoesAgain) {
  Make(Plain());
  tcb().Fire(Event::kActiveOpen, kStart);
  tcb().snd_nxt = tcb().send_from = kIss + 1;
  tcb().progress_at = kStart;
  Expire(Timer::kRetransmit);
  EXPECT_TRUE(tcb().syn_due);
  EXPECT_TRUE(tcb().syn_timed_out);
  EXPECT_EQ(tcb().retransmits, 1u);
  EXPECT_EQ(Count(Counter::kTcpRetransmittedSegments), 1u);
  EXPECT_EQ(tcb().snd_nxt, kIss + 1);
  EXPECT_EQ(At(Timer::kRetransmit), kLater + 2s);
}

TEST_F(Timers, WhatSharesTheTimerHasItsTurn) {
  Begin(Sack());
  Queue(5000);
  Sent(3000);
  SackState& state = *tcb().sack_state;
  tcb().progress_at = kStart;
  const auto at = [&](Instant retransmit, Instant alarm, Instant paced) {
    state.retransmit_at = retransmit;
    state.alarm_at = alarm;
    state.alarm = SackState::Alarm::kProbe;
    state.paused = paced != kNever;
    state.paced_until = paced;
    tcb().timeouts = 0;
    tcb().tail_probe_due = false;
    Expire(Timer::kRetransmit);
  };
  at(kLater + 1s, kLater, kNever);
  EXPECT_TRUE(tcb().tail_probe_due);
  EXPECT_EQ(tcb().timeouts, 0);
  at(kLater, kLater, kNever);
  EXPECT_TRUE(tcb().tail_probe_due) << "in the time-out's place";
  EXPECT_EQ(tcb().timeouts, 0);
  at(kLater + 1s, kLater + 500ms, kLater);
  EXPECT_FALSE(tcb().tail_probe_due);
  EXPECT_EQ(tcb().timeouts, 0);
  EXPECT_FALSE(state.paused);
  EXPECT_EQ(At(Timer::kRetransmit), kLater + 500ms);
  at(kLater, kLater + 1ns, kLater);
  EXPECT_EQ(tcb().timeouts, 1) << "the pause and the time-out together";
  state.phase = SackState::Phase::kOpen;
  at(kLater, kNever, kLater + 1s);
  EXPECT_EQ(tcb().timeouts, 1);
  EXPECT_TRUE(state.paused);
}

// --- zero windows

TEST_F(Timers, AShutWindowIsProbedAndNotTimedOut) {
  Queue(5000);
  Sent(3000);
  tcb().ArmRetransmit(kStart);
  tcb().timers.Arm(Timer::kSendOverride, kStart);
  tcb().resend_head = true;
  tcb().snd_wnd = 0;
  UpdateTimers(tcb(), kLater);
  EXPECT_EQ(At(Timer::kRetransmit), kNever);
  EXPECT_EQ(At(Timer::kSendOverride), kNever);
  EXPECT_FALSE(tcb().resend_head);
  EXPECT_EQ(tcb().progress_at, kLater);
  EXPECT_EQ(At(Timer::kPersist), kLater + 1s);
  UpdateTimers(tcb(), kLater + 500ms);
  EXPECT_EQ(At(Timer::kPersist), kLater + 1s);
  EXPECT_EQ(tcb().progress_at, kLater);
  tcb().probes = 5;
  tcb().probe_due = true;
  tcb().snd_wnd = 1;
  UpdateTimers(tcb(), kLater + 2s);
  EXPECT_EQ(At(Timer::kPersist), kNever);
  EXPECT_EQ(tcb().probes, 0);
  EXPECT_FALSE(tcb().probe_due);
  EXPECT_EQ(tcb().progress_at, kLater + 2s);
  EXPECT_EQ(tcb().send_from, Ours(0)) << "what was out goes again";
  EXPECT_EQ(At(Timer::kRetransmit), kLater + 3s);
}

TEST_F(Timers, AShutWindowMattersToWhoHasSomethingToSay) {
  tcb().snd_wnd = 0;
  UpdateTimers(tcb(), kLater);
  EXPECT_EQ(At(Timer::kPersist), kNever);
  Queue(1);
  UpdateTimers(tcb(), kLater);
  EXPECT_NE(At(Timer::kPersist), kNever);
  Begin(Plain()).snd_wnd = 0;
  tcb().close_requested = true;
  Sent(1);
  UpdateTimers(tcb(), kLater);
  EXPECT_NE(At(Timer::kPersist), kNever);
}

TEST_F(Timers, TheIntervalDoublesToItsLargest) {
  Queue(1);
  tcb().snd_wnd = 0;
  tcb().parameters.Own().maximum_persist_interval = 7s;
  tcb().progress_at = kLater;
  for (const auto& [probes, interval] : {std::pair{0, 2s}, {1, 4s}, {2, 7s}, {3, 7s}, {65533, 7s}}) {
    tcb().probes = static_cast<uint16_t>(probes);
    Expire(Timer::kPersist);
    EXPECT_TRUE(tcb().probe_due);
    EXPECT_EQ(At(Timer::kPersist), kLater + interval) << probes;
    EXPECT_EQ(tcb().probes, probes + 1);
  }
  Expire(Timer::kPersist);
  EXPECT_EQ(tcb().probes, 65535);
  Expire(Timer::kPersist);
  EXPECT_EQ(tcb().probes, 65535) << "it counts no further";
  tcb().parameters.Own().maximum_persist_interval = 900ms;
  Expire(Timer::kPersist);
  EXPECT_EQ(At(Timer::kPersist), kLater + 900ms);
}

TEST_F(Timers, APeerThatIsGoneIsGivenUp) {
  Queue(1);
  tcb().snd_wnd = 0;
  tcb().last_heard = kLater - 924s + 1ns;
  tcb().progress_at = kStart - 1000s;
  Expire(Timer::kPersist);
  EXPECT_EQ(tcb().state, State::kEstablished);
  tcb().last_heard = kStart - 1000s;
  tcb().progress_at = kLater - 924s + 1ns;
  Expire(Timer::kPersist);
  EXPECT_EQ(tcb().state, State::kEstablished);
  tcb().last_heard = tcb().progress_at = kLater - 924s;
  Expire(Timer::kPersist);
  EXPECT_EQ(tcb().state, State::kClosed);
}

// --- what is sent

TEST_F(Timers, TheRetransmissionTimerRunsWhileSomethingIsOut) {
  Queue(5000);
  Sent(1000);
  tcb().timers.Arm(Timer::kSendOverride, kLater);
  tcb().progress_at = kLater;
  UpdateTimers(tcb(), kLater);
  EXPECT_EQ(At(Timer::kRetransmit), kLater + 1s);
  EXPECT_EQ(At(Timer::kSendOverride), kNever);
  UpdateTimers(tcb(), kLater + 10ms);
  EXPECT_EQ(At(Timer::kRetransmit), kLater + 1s);
  tcb().snd_una = tcb().snd_nxt;
  tcb().send_buffer.Consume(1000);
  UpdateTimers(tcb(), kLater + 10ms);
  EXPECT_EQ(At(Timer::kRetransmit), kNever);
}

TEST_F(Timers, WhatIsTooSmallToGoGoesSomeDay) {
  Queue(100);
  tcb().max_snd_wnd = 65535;
  tcb().snd_wnd = 50;
  UpdateTimers(tcb(), kLater);
  EXPECT_EQ(At(Timer::kSendOverride), kLater + 200ms);
  UpdateTimers(tcb(), kLater + 100ms);
  EXPECT_EQ(At(Timer::kSendOverride), kLater + 200ms);
  tcb().snd_wnd = 100;
  UpdateTimers(tcb(), kLater + 100ms);
  EXPECT_EQ(At(Timer::kSendOverride), kNever) << "it can go now";
  tcb().snd_wnd = 50;
  UpdateTimers(tcb(), kLater);
  tcb().send_buffer.Clear();
  UpdateTimers(tcb(), kLater);
  EXPECT_EQ(At(Timer::kSendOverride), kNever) << "there is nothing";
}

TEST_F(Timers, TimeWaitAndHandshakesHaveTimersOfTheirOwn) {
  for (const State state : {State::kSynSent, State::kSynReceived, State::kTimeWait}) {
    Begin(Plain());
    Queue(100);
    Sent(100);
    tcb().state = state;
    UpdateTimers(tcb(), kLater);
    EXPECT_EQ(At(Timer::kRetransmit), kNever) << NameOf(state);
  }
}

}  // namespace
}  // namespace nut::tcp
