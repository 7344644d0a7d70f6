// Each mutant forced into the one order of events in which it does harm: the process dies of it, by
// AddressSanitizer or a broken invariant; the same script without the mutant is clean.
#include <gtest/gtest.h>

#include <functional>

#include "stack/base/mutant.h"
#include "stack/net/udp_table.h"
#include "test/explore/mutants/engine_stage.h"

namespace nut::explore {
namespace {

using os::SchedulingChoice;
using os::SchedulingPoint;
using tcp::Interest;
using tcp::State;
using wire::TcpFlags;

constexpr uint8_t kMachinePriority = 32;
constexpr std::string_view kUseAfterFree = "heap-use-after-free";
constexpr std::string_view kLeak = "a connection has leaked";

using Choice = std::optional<size_t>;

void Shows(Mutant mutant, const std::function<void()>& play, std::string_view dies_of) {
  SetMutant(Mutant::kNone);
  play();
  EXPECT_DEATH(
      {
        SetMutant(mutant);
        play();
      },
      std::string(dies_of));
}

// A connect that is refused wakes its thread, which closes before the state machine has told everybody.
void CloseWhenWoken() {
  EngineStage stage;
  stage.director.Follow([&](const SchedulingChoice& choice) -> Choice {
    if (!Director::IsAt(choice, SchedulingPoint::kEventPost)) return {};
    return stage.director.Thread(choice, "client");
  });
  stage.Spawn(
      "client",
      [&] {
        const auto handle = stage.engine_.Connect({tcp::kPeer, wire::Port(7)}).value();
        EXPECT_EQ(stage.engine_.Wait(handle, Interest::kEstablished, kForever).error(),
                  Error::kConnectionRefused);
        EXPECT_TRUE(stage.engine_.Close(handle));
      },
      kMachinePriority);
  stage.Run();
  const tcp::SeenSegment syn = stage.OnlySent();
  stage.Say({.from = syn.ends.remote,
             .to = syn.ends.local,
             .acknowledgement = syn.fields.sequence.number() + 1,
             .flags = TcpFlags::kRst | TcpFlags::kAck});
}

// The state machine stands at "arp wait" with a SYN that it repeats; time passes until the connect gives up.
void ConnectTimesOutDuringRetransmission() {
  EngineStage stage;
  bool over = false;
  stage.director.Follow([&](const SchedulingChoice& choice) -> Choice {
    const bool retransmission =
        Director::IsAt(choice, SchedulingPoint::kArpWait) && stage.clock_.Now().time_since_epoch() >= 1s;
    if (over || !(retransmission || choice.kind == os::ChoiceKind::kThread)) return {};
    return Director::Time(choice);
  });
  stage.Spawn(
      "client",
      [&] {
        const auto handle = stage.engine_.Connect({tcp::kPeer, wire::Port(7)}).value();
        EXPECT_EQ(stage.engine_.Wait(handle, Interest::kEstablished, 1200ms).error(), Error::kTimedOut);
        over = true;
        EXPECT_TRUE(stage.engine_.Reset(handle));
      },
      kMachinePriority);
  stage.RunFor(3s);
  EXPECT_TRUE(over);
}

// A thread of low right waits; one of high right closes; the state machine runs between the two.
void CloseUnderSleeper(Interest interest, bool reset = false) {
  EngineStage stage;
  tcp::ConnectionHandle handle;
  if (interest == Interest::kEstablished) {
    handle = stage.engine_.Connect({tcp::kPeer, wire::Port(7)}).value();
    stage.Run();
  } else {
    handle = stage.Open().handle;
  }
  stage.Spawn(
      "sleeper",
      [&] { EXPECT_EQ(stage.engine_.Wait(handle, interest, kForever).error(), Error::kStaleHandle); }, 200);
  stage.Run();
  stage.Spawn(
      "closer", [&] { EXPECT_TRUE(reset ? stage.engine_.Reset(handle) : stage.engine_.Close(handle)); }, 20);
  stage.RunFor(600s);
}

TEST(DirectedMutants, ReclaimAtOnce) { Shows(Mutant::kReclaimAtOnce, CloseWhenWoken, kUseAfterFree); }

TEST(DirectedMutants, ReclaimByMarkOnly) {
  Shows(
      Mutant::kReclaimByMarkOnly, [] { CloseUnderSleeper(Interest::kEstablished); }, kUseAfterFree);
  Shows(Mutant::kReclaimByMarkOnly, ConnectTimesOutDuringRetransmission, kUseAfterFree);
}

TEST(DirectedMutants, R1BorrowedSegment) {
  Shows(Mutant::kR1BorrowedSegment, ConnectTimesOutDuringRetransmission, kUseAfterFree);
}

TEST(DirectedMutants, R2Revival) {
  Shows(
      Mutant::kR2Revival, [] { CloseUnderSleeper(Interest::kEstablished); }, kLeak);
}

TEST(DirectedMutants, R3FreedUnderWaiter) {
  Shows(
      Mutant::kR3FreedUnderWaiter, [] { CloseUnderSleeper(Interest::kReadable, /*reset=*/true); },
      kUseAfterFree);
}

TEST(DirectedMutants, R4SilentClose) {
  Shows(
      Mutant::kR4SilentClose, [] { CloseUnderSleeper(Interest::kReadable); }, kLeak);
}

// The reader is told of the end of the stream and closes at once.
void CloseAtTheEndOfTheStream() {
  EngineStage stage;
  const EngineStage::Opened opened = stage.Open();
  stage.director.Follow([&](const SchedulingChoice& choice) -> Choice {
    const bool yields = choice.kind == os::ChoiceKind::kThread;
    if (!yields && !Director::IsAt(choice, SchedulingPoint::kEventPost)) return {};
    return stage.director.Thread(choice, "reader");
  });
  stage.Spawn(
      "reader",
      [&] {
        uint8_t byte[1];
        EXPECT_TRUE(stage.engine_.Wait(opened.handle, Interest::kReadable, kForever));
        EXPECT_EQ(stage.engine_.Receive(opened.handle, byte).value_or(1), 0u);
        EXPECT_TRUE(stage.engine_.Close(opened.handle));
      },
      kMachinePriority);
  stage.Run();
  stage.Reply(opened, TcpFlags::kFin | TcpFlags::kAck, EngineStage::kPeerIss + 1);
  stage.engine_.CheckInvariants();
  EXPECT_EQ(stage.engine_.Snapshot().connections.at(0).info.state, State::kLastAck);
}

TEST(DirectedMutants, R5FinAfterYield) {
  Shows(Mutant::kR5FinAfterYield, CloseAtTheEndOfTheStream, "a FIN that was counted is acted upon");
}

// Three duplicate ACKs; while the head goes out again, time passes.
void TimePassesInFastRetransmit() {
  EngineStage stage;
  const EngineStage::Opened opened = stage.Open();
  stage.Spawn("sender", [&] {
    for (int i = 0; i < 4; ++i)
      EXPECT_TRUE(stage.engine_.Send(opened.handle, AsBytes(std::string(1460, 'x'))));
  });
  stage.Run();
  stage.Spawn("timer", [&] { stage.executor_.Sleep(10ms); });
  stage.Run();
  for (int i = 0; i < 3; ++i) {
    stage.Hear({.from = opened.ends.remote,
                .to = opened.ends.local,
                .sequence = EngineStage::kPeerIss + 1,
                .acknowledgement = opened.next,
                .flags = TcpFlags::kAck});
  }
  stage.director.Follow([&](const SchedulingChoice& choice) -> Choice {
    return Director::IsAt(choice, SchedulingPoint::kArpWait) ? Director::Time(choice) : Choice{};
  });
  stage.RunFor(100ms);
  stage.engine_.CheckInvariants();
}

TEST(DirectedMutants, R6DeafHandler) {
  Shows(Mutant::kR6DeafHandler, TimePassesInFastRetransmit, "what has ended badly has ended");
}

// Accept is called while a handshake is under way.
void AcceptDuringHandshake() {
  EngineStage stage;
  const tcp::ListenerHandle listener = stage.Listen();
  stage.Say({.from = EngineStage::Client(1)});
  stage.Spawn("acceptor", [&] { static_cast<void>(stage.engine_.Accept(listener)); });
  stage.Run();
  stage.engine_.CheckInvariants();
}

TEST(DirectedMutants, R7HalfOpenAccept) {
  Shows(Mutant::kR7HalfOpenAccept, AcceptDuringHandshake, "accept hands out no handshake");
}

// One client vanishes in its handshake; the next one is served all the same.
void NextHandshake() {
  EngineStage stage;
  const tcp::ListenerHandle listener = stage.Listen();
  stage.Say({.from = EngineStage::Client(1)});
  stage.RunFor(stage.engine_.parameters().syn_received_timeout + 1s);
  stage.Handshake(EngineStage::Client(2));
  NUT_INVARIANT(stage.engine_.Accept(listener).has_value(), "the next client was not served");
}

TEST(DirectedMutants, R8StaleHandshake) {
  Shows(Mutant::kR8StaleHandshake, NextHandshake, "patience begins|not served");
}

// A reset while there is something to be read.
void ReadAfterReset() {
  EngineStage stage;
  const EngineStage::Opened opened = stage.Open();
  stage.Reply(opened, TcpFlags::kAck, EngineStage::kPeerIss + 1, "unread");
  stage.Reply(opened, TcpFlags::kRst, EngineStage::kPeerIss + 7);
  uint8_t bytes[10];
  stage.Spawn("reader", [&] { EXPECT_EQ(stage.engine_.Receive(opened.handle, bytes).value_or(0), 6u); });
  stage.Run();
}

TEST(DirectedMutants, R9StaleCounters) {
  Shows(Mutant::kR9StaleCounters, ReadAfterReset, "what is readable is there");
}

// A handshake is reset; whoever runs then closes the listener.
void CloseDuringResetOfHandshake() {
  EngineStage stage;
  const tcp::ListenerHandle listener = stage.Listen();
  stage.Say({.from = EngineStage::Client(1)});
  stage.director.Follow([&](const SchedulingChoice& choice) -> Choice {
    if (choice.kind == os::ChoiceKind::kThread) return stage.director.Thread(choice, "tcpsm");
    return stage.director.Thread(choice, "closer");
  });
  stage.Hear(
      {.from = EngineStage::Client(1), .sequence = EngineStage::kPeerIss + 1, .flags = TcpFlags::kRst});
  stage.Spawn(
      "closer", [&] { EXPECT_TRUE(stage.engine_.CloseListener(listener)); }, kMachinePriority);
  stage.Run();
}

TEST(DirectedMutants, R10DiscardAfterWake) {
  Shows(Mutant::kR10DiscardAfterWake, CloseDuringResetOfHandshake, kUseAfterFree);
}

// Two connections whose TIME-WAIT ends at the same moment.
void TwoTimeWaits() {
  EngineStage stage;
  const EngineStage::Opened opened[] = {stage.Open(1), stage.Open(2)};
  stage.Spawn("closer", [&] {
    for (const EngineStage::Opened& each : opened) EXPECT_TRUE(stage.engine_.Close(each.handle));
  });
  stage.Run();
  for (const EngineStage::Opened& each : opened)
    stage.Reply(each, TcpFlags::kFin | TcpFlags::kAck, EngineStage::kPeerIss + 1, {}, each.next + 1);
  stage.RunFor(stage.engine_.parameters().time_wait + 100ms);
  stage.engine_.CheckInvariants();
}

TEST(DirectedMutants, R11OneTimerPerPass) {
  Shows(Mutant::kR11OneTimerPerPass, TwoTimeWaits, "does not sleep past a timer");
}

// --- UDP: a table and two threads

struct UdpStage : HasDirector {
  UdpStage() { director.Watch(executor); }
  void Spawn(std::string_view name, std::function<void()> body) {
    NUT_INVARIANT(executor.Create(name, std::move(body), 0, kMachinePriority).has_value(), "no thread");
  }
  VirtualClock clock;
  os::Executor executor{clock, {}, &director};
  link::FramePool pool;
  net::UdpTable table{executor, Rng("udp")};
  net::UdpHandle handle = table.Open({{}, wire::Port(7)}).value();
};

void CloseUnderReader() {
  UdpStage stage;
  stage.Spawn("reader", [&] { EXPECT_EQ(stage.table.Wait(stage.handle).error(), Error::kStaleHandle); });
  stage.executor.RunUntil(stage.clock.Now());
  stage.Spawn("closer", [&] { EXPECT_TRUE(stage.table.Close(stage.handle)); });
  EXPECT_EQ(stage.executor.Run(), os::RunResult::kFinished);
}

void CloseDuringDelivery() {
  UdpStage stage;
  stage.director.Follow([&](const SchedulingChoice& choice) -> Choice {
    if (!Director::IsAt(choice, SchedulingPoint::kEventPost)) return {};
    return stage.director.Thread(choice, "closer");
  });
  stage.Spawn("receiver", [&] {
    net::UdpDatagram datagram;
    datagram.frame = stage.pool.Allocate(1);
    stage.table.Deliver(stage.handle, datagram);
  });
  stage.Spawn("closer", [&] { EXPECT_TRUE(stage.table.Close(stage.handle)); });
  EXPECT_EQ(stage.executor.Run(), os::RunResult::kFinished);
}

TEST(DirectedMutants, R12UdpFreedAtOnce) {
  Shows(Mutant::kR12UdpFreedAtOnce, CloseUnderReader, kUseAfterFree);
  Shows(Mutant::kR12UdpFreedAtOnce, CloseDuringDelivery, kUseAfterFree);
}

// A handle is kept beyond its connection, in whose place there is another one.
void UseAfterClose() {
  EngineStage stage;
  const EngineStage::Opened first = stage.Open(1);
  stage.Spawn("closer", [&] { EXPECT_TRUE(stage.engine_.Reset(first.handle)); });
  stage.Run();
  const EngineStage::Opened second = stage.Open(2);
  stage.Spawn("stranger", [&] {
    NUT_INVARIANT(!stage.engine_.Send(first.handle, AsBytes("x")), "sent on another's connection");
  });
  stage.Run();
  stage.Spawn("closer", [&] { EXPECT_TRUE(stage.engine_.Close(second.handle)); });
  stage.Run();
}

TEST(DirectedMutants, R13StaleStream) {
  Shows(Mutant::kR13StaleStream, UseAfterClose, "sent on another's connection");
}

}  // namespace
}  // namespace nut::explore
