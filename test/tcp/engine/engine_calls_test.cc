// What each call says at each moment of a connection's life, and who is told when that may have changed.
#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::Port;
using wire::TcpFlags;

// Why not; nothing where it was done.
using Why = std::optional<Error>;

class EngineCallsTest : public EngineTest {
 protected:
  explicit EngineCallsTest(Parameters parameters = {}) : EngineTest(std::move(parameters)) {}

  std::vector<Why> Sending(ConnectionHandle handle) {
    const link::ChunkRef chunk = link::Chunk::OnHeap(2000);
    chunk->Append(std::vector<uint8_t>(2000));
    const link::Slice slice{chunk, chunk->bytes()};
    std::vector<Why> answers;
    for (const auto& result : {engine_.Send(handle, AsBytes("x")), engine_.SendLater(handle, AsBytes("x")),
                               engine_.SendSlice(handle, slice), engine_.SendSliceLater(handle, slice),
                               engine_.SendUrgent(handle, AsBytes("x"))}) {
      answers.push_back(result ? Why() : Why(result.error()));
    }
    return answers;
  }
  std::vector<Why> Receiving(ConnectionHandle handle) {
    uint8_t octet = 0;
    const MutableByteView room(&octet, 1);
    ReceivedPiece pieces[1];
    std::vector<Why> answers;
    for (const auto& result :
         {engine_.Peek(handle, room), engine_.Receive(handle, room), engine_.ReceivePieces(handle, pieces)}) {
      answers.push_back(result ? Why() : Why(result.error()));
    }
    return answers;
  }
  static Why Of(const Result<void>& result) { return result ? Why() : Why(result.error()); }
  static std::vector<Why> All(size_t count, Why answer) { return std::vector<Why>(count, answer); }

  class Notes final : public ReadinessWatch {
   public:
    void OnReadiness() override { ++told; }
    int told = 0;
  };
};

TEST_F(EngineCallsTest, BeforeTheMachineHasComeByNothingIsOpenAndNothingIsWrong) {
  const ConnectionHandle handle = engine_.Connect({kPeer, Port(7)}).value();
  EXPECT_EQ(Sending(handle), All(5, Error::kWouldBlock));
  EXPECT_EQ(Receiving(handle), All(3, Error::kWouldBlock));
  EXPECT_EQ(Of(engine_.Shutdown(handle)), Error::kNotConnected);
  for (const Interest interest :
       {Interest::kEstablished, Interest::kReadable, Interest::kWritable, Interest::kDrained}) {
    EXPECT_FALSE(engine_.IsReady(handle, interest));
  }
  Run();
  EXPECT_EQ(Sending(handle), All(5, Error::kWouldBlock));
  EXPECT_EQ(Of(engine_.Shutdown(handle)), Error::kNotConnected);
  EXPECT_TRUE(engine_.Abort(handle));
}

TEST_F(EngineCallsTest, AfterShutdownNothingIsSentThoughTheMachineHasNotComeByYet) {
  const Opened opened = Open();
  EXPECT_EQ(Sending(opened.handle), All(5, {}));
  EXPECT_TRUE(engine_.ShutdownLater(opened.handle));
  EXPECT_EQ(StateOf(opened.handle), State::kEstablished);
  EXPECT_EQ(Sending(opened.handle), All(5, Error::kBrokenPipe));
  EXPECT_EQ(Of(engine_.ShutdownLater(opened.handle)), Error::kBrokenPipe);
  EXPECT_EQ(Of(engine_.Shutdown(opened.handle)), Error::kBrokenPipe);
  EXPECT_EQ(Receiving(opened.handle), All(3, Error::kWouldBlock));
  Run();
  EXPECT_EQ(StateOf(opened.handle), State::kFinWait1);
}

TEST_F(EngineCallsTest, WhatEndedSaysWhy) {
  const Opened opened = Open();
  Reply(opened, TcpFlags::kRst, kPeerIss + 1);
  EXPECT_EQ(Sending(opened.handle), All(5, Error::kConnectionReset));
  EXPECT_EQ(Receiving(opened.handle), All(3, Error::kConnectionReset));
  EXPECT_EQ(Of(engine_.Shutdown(opened.handle)), Error::kConnectionReset);
  EXPECT_TRUE(engine_.IsReady(opened.handle, Interest::kDrained));
  EXPECT_TRUE(engine_.Close(opened.handle));
  EXPECT_EQ(Sending(opened.handle), All(5, Error::kStaleHandle));
  EXPECT_EQ(Receiving(opened.handle), All(3, Error::kStaleHandle));
  EXPECT_EQ(engine_.TakeSoftError(opened.handle), std::nullopt);
}

TEST_F(EngineCallsTest, AnAbortTellsTheReasonThatWasGiven) {
  const Opened opened = Open();
  EXPECT_TRUE(engine_.Abort(opened.handle, Error::kTimedOut));
  Run();
  EXPECT_EQ(OnlySent().flags(), "[R.]");
  EXPECT_EQ(Receiving(opened.handle), All(3, Error::kTimedOut));
  const Opened other = Open(8);
  EXPECT_TRUE(engine_.Reset(other.handle));
  EXPECT_EQ(Of(engine_.Reset(other.handle)), Error::kStaleHandle);
  Run();
  EXPECT_EQ(OnlySent().flags(), "[R.]");
}

TEST_F(EngineCallsTest, NewParametersCountAtOnceAndAreAppliedInThePass) {
  const Opened opened = Open();
  Parameters parameters = engine_.GetParameters(opened.handle).value();
  const uint8_t before = parameters.ttl;
  parameters.ttl = 9;
  parameters.tos = 32;
  EXPECT_TRUE(engine_.SetParameters(opened.handle, parameters));
  EXPECT_EQ(engine_.GetParameters(opened.handle)->ttl, 9);
  EXPECT_NE(before, 9);
  Run();
  EXPECT_EQ(engine_.GetParameters(opened.handle)->ttl, 9);
  EXPECT_TRUE(engine_.Send(opened.handle, AsBytes("x")));
  Run();
  const SeenSegment sent = OnlySent();
  EXPECT_EQ(sent.packet.ttl, 9);
  EXPECT_EQ(sent.packet.tos, 32);
  EXPECT_EQ(engine_.parameters().ttl, before) << "nobody else's";
}

TEST_F(EngineCallsTest, WhatIsSentLaterGoesWithTheNextPass) {
  const Opened opened = Open();
  EXPECT_TRUE(engine_.SendLater(opened.handle, AsBytes("a")));
  EXPECT_TRUE(Sent().empty());
  Run();
  EXPECT_EQ(OnlySent().payload, "a") << "and nobody had to ask";
}

TEST_F(EngineCallsTest, EndsAndLocalsAreToldToTheirOwners) {
  const ListenerHandle listener = Listen(80);
  EXPECT_EQ(engine_.Local(listener)->ToText(), "*:80");
  const Opened opened = Open();
  EXPECT_EQ(engine_.Ends(opened.handle).value(), opened.ends);
  EXPECT_EQ(engine_.UrgentBytesAhead(opened.handle), 0u);
  EXPECT_EQ(engine_.time_wait_count(), 0u);
  EXPECT_TRUE(engine_.CloseListener(listener));
  EXPECT_EQ(engine_.Local(listener).error(), Error::kStaleHandle);
}

TEST_F(EngineCallsTest, ReadingThatChangesNothingWakesNobody) {
  const Opened opened = Open();
  Reply(opened, TcpFlags::kAck, kPeerIss + 1, "abc");
  const auto switches = [&] {
    for (const os::ThreadInfo& thread : executor_.Threads()) {
      if (thread.name == "tcpsm") return thread.switches;
    }
    return uint64_t{0};
  };
  const uint64_t before = switches();
  EXPECT_GT(before, 0u);
  char room[3];
  EXPECT_TRUE(engine_.Receive(opened.handle, {reinterpret_cast<uint8_t*>(room), 3}));
  Run();
  EXPECT_EQ(switches(), before);
}

// --- who is told

class FullBufferTest : public EngineCallsTest {
 protected:
  FullBufferTest() : EngineCallsTest({.send_buffer = 500, .largest_send_buffer = 0}) {}
};

TEST_F(FullBufferTest, AWatchIsToldWhenEitherWouldNotBlock) {
  const Opened opened = Open();
  Notes watch;
  engine_.Watch(opened.handle, watch);
  EXPECT_EQ(engine_.Send(opened.handle, AsBytes(std::string(500, 'x'))).value(), 500u);
  Run();
  EXPECT_FALSE(engine_.IsReady(opened.handle, Interest::kWritable));
  EXPECT_FALSE(engine_.IsReady(opened.handle, Interest::kReadable));
  EXPECT_EQ(watch.told, 0) << "neither";
  Reply(opened, TcpFlags::kAck, kPeerIss + 1, "abc");
  EXPECT_EQ(watch.told, 1) << "readable";
  Reply(opened, TcpFlags::kAck, kPeerIss + 4, {}, opened.next + 500);
  EXPECT_EQ(watch.told, 2) << "and writable";
  char room[3];
  EXPECT_TRUE(engine_.Receive(opened.handle, {reinterpret_cast<uint8_t*>(room), 3}));
  Reply(opened, TcpFlags::kAck, kPeerIss + 4, {}, opened.next + 500);
  EXPECT_EQ(watch.told, 3) << "writable alone";
  EXPECT_TRUE(engine_.Close(opened.handle));
  EXPECT_EQ(watch.told, 4);
  Run();
  EXPECT_EQ(watch.told, 4) << "it minds the others";
}

TEST_F(EngineCallsTest, WhoWatchesWhatIsGoneIsToldAtOnce) {
  Notes watch;
  engine_.Watch(ConnectionHandle{}, watch);
  EXPECT_EQ(watch.told, 1);
  engine_.Watch(ListenerHandle{}, watch);
  EXPECT_EQ(watch.told, 2);
  EXPECT_TRUE(engine_.IsReady(ConnectionHandle{}, Interest::kReadable));
  EXPECT_TRUE(engine_.IsAcceptable(ListenerHandle{}));
}

TEST_F(EngineCallsTest, AListenersWatchIsToldOfEachConnection) {
  const ListenerHandle listener = Listen();
  Notes watch;
  engine_.Watch(listener, watch);
  EXPECT_FALSE(engine_.IsAcceptable(listener));
  Handshake(Client(1));
  EXPECT_EQ(watch.told, 1);
  EXPECT_TRUE(engine_.IsAcceptable(listener));
  Handshake(Client(2));
  EXPECT_EQ(watch.told, 2);
  EXPECT_TRUE(engine_.Accept(listener));
  EXPECT_TRUE(engine_.IsAcceptable(listener));
  EXPECT_TRUE(engine_.Accept(listener));
  EXPECT_FALSE(engine_.IsAcceptable(listener));
  EXPECT_TRUE(engine_.CloseListener(listener));
  EXPECT_EQ(watch.told, 3);
}

TEST_F(EngineCallsTest, EachIsWokenByWhatItWaitsFor) {
  const Opened opened = Open();
  std::string woken;
  const auto wait = [&](char name, Interest interest) {
    Spawn("wait", [this, &woken, name, interest, handle = opened.handle] {
      if (engine_.Wait(handle, interest, kForever)) woken += name;
    });
  };
  wait('r', Interest::kReadable);
  wait('d', Interest::kDrained);
  Run();
  EXPECT_EQ(woken, "");
  Reply(opened, TcpFlags::kAck, kPeerIss + 1, "abc");
  EXPECT_EQ(woken, "r");
  EXPECT_TRUE(engine_.Shutdown(opened.handle));
  Run();
  EXPECT_EQ(woken, "r") << "its FIN is not acknowledged";
  Reply(opened, TcpFlags::kAck, kPeerIss + 4, {}, opened.next + 1);
  EXPECT_EQ(woken, "rd");
  EXPECT_EQ(StateOf(opened.handle), State::kFinWait2);
}

TEST_F(EngineCallsTest, AWaitThatMayNotLastOnlyLooks) {
  const Opened opened = Open();
  std::vector<Why> answers;
  Spawn("look", [&] {
    for (const Interest interest : {Interest::kEstablished, Interest::kReadable, Interest::kWritable}) {
      for (const Duration timeout : {Duration(0), Duration(-1s)}) {
        const auto looked = engine_.Wait(opened.handle, interest, timeout);
        answers.push_back(looked ? Why() : Why(looked.error()));
      }
    }
  });
  Run();
  EXPECT_EQ(answers, (std::vector<Why>{{}, {}, Error::kTimedOut, Error::kTimedOut, {}, {}}));
}

TEST_F(EngineCallsTest, AnEngineThatDoesNotRunTakesNothing) {
  Engine engine({executor_, ip_, statistics_, log_}, Rng("not started"), {});
  engine.OnPacket({.frame = Frame(pool_, {}), .source = kPeer, .destination = kOurs, .unicast = true});
  EXPECT_EQ(Drops(DropReason::kTcpNoConnection), 1u);
  EXPECT_EQ(statistics_[Counter::kTcpInSegments], 1u);
  EXPECT_EQ(pool_.in_use(), 0u);
}

}  // namespace
}  // namespace nut::tcp
