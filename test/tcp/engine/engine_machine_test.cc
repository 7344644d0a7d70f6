// The state machine's own habits: what it says, how it batches, whom it wakes.
#include <gtest/gtest.h>

#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::TcpFlags;

class EngineMachineTest : public EngineTest {};

// RFC 9293 MUST-58, MUST-59: all that is queued is processed before anything is acknowledged.
TEST_F(EngineMachineTest, OneBatchGetsOneAck) {
  const Opened opened = Open();
  const std::string piece(1460, 'x');
  for (uint32_t i = 0; i < 10; ++i) {
    Hear({.from = opened.ends.remote,
          .to = opened.ends.local,
          .sequence = kPeerIss + 1 + i * 1460,
          .acknowledgement = opened.next,
          .flags = TcpFlags::kAck,
          .payload = piece});
  }
  Run();
  EXPECT_EQ(OnlySent().fields.acknowledgement.number(), kPeerIss + 1 + 14600);
}

TEST_F(EngineMachineTest, NobodyHogsAPass) {
  const Opened first = Open(1);
  const Opened second = Open(2);
  // A window and a congestion window that take all: acknowledged quickly for a while.
  std::vector<uint16_t> order;
  Spawn("send", [&] {
    const std::string much(300000, 'x');
    EXPECT_TRUE(engine_.Send(first.handle, AsBytes(much)));
    EXPECT_TRUE(engine_.Send(second.handle, AsBytes("y")));
  });
  Run();
  const auto sent = Sent();
  ASSERT_FALSE(sent.empty());
  EXPECT_LE(sent.size(), 2u * EngineOptions().segments_per_pass);
  EXPECT_EQ(sent.back().ends.remote, second.ends.remote);
}

// The application's data is on the wire when Send returns: one switch, no waiting for a tick.
TEST_F(EngineMachineTest, SendIsOneSwitchAway) {
  const Opened opened = Open();
  size_t at_return = 0;
  Spawn("send", [&] {
    EXPECT_TRUE(engine_.Send(opened.handle, AsBytes("now")));
    at_return = sent_.size();
  });
  Run();
  EXPECT_EQ(at_return, 1u);
}

// What is asked for "later" costs no switch, and is done when the thread next waits: all of it in one pass.
TEST_F(EngineMachineTest, LaterIsWhenTheCallerWaits) {
  const Opened opened = Open();
  size_t at_return = 1;
  Spawn("later", [&] {
    EXPECT_TRUE(engine_.SendLater(opened.handle, AsBytes("last words")));
    EXPECT_TRUE(engine_.ShutdownLater(opened.handle));
    at_return = sent_.size();
    executor_.Sleep(1ms);
  });
  Run();
  EXPECT_EQ(at_return, 0u);
  const SeenSegment segment = OnlySent();
  EXPECT_EQ(segment.flags(), "[FP.]");
  EXPECT_EQ(segment.payload.size(), 10u);
  RunFor(1ms);
}

TEST_F(EngineMachineTest, ShutdownLaterAloneIsDoneToo) {
  const Opened opened = Open();
  Spawn("later", [&] { EXPECT_TRUE(engine_.ShutdownLater(opened.handle)); });
  Run();
  EXPECT_EQ(OnlySent().flags(), "[F.]");
}

TEST_F(EngineMachineTest, CloseLaterAloneIsDoneToo) {
  const Opened opened = Open();
  Spawn("later", [&] {
    EXPECT_TRUE(engine_.CloseLater(opened.handle));
    EXPECT_EQ(sent_.size(), 0u);
    EXPECT_EQ(engine_.CloseLater(opened.handle).error(), Error::kStaleHandle);
  });
  Run();
  EXPECT_EQ(OnlySent().flags(), "[F.]");
}

TEST_F(EngineMachineTest, Rfc1191_TooBigLowersTheSegmentSizeOfTheConnectionItNames) {
  const Opened opened = Open();
  Spawn("send", [&] { EXPECT_TRUE(engine_.Send(opened.handle, AsBytes(std::string(5000, 'x')))); });
  Run();
  const auto before = Sent();
  ASSERT_FALSE(before.empty());
  const size_t size = before[0].payload.size();
  uint8_t quote[8] = {};
  StoreBe16(quote, opened.ends.local.port.number());
  StoreBe16(quote + 2, opened.ends.remote.port.number());
  StoreBe32(quote + 4, before[0].fields.sequence.number());
  const auto report = [&](uint16_t mtu) {
    engine_.OnIcmpError({.reporter = kPeer,
                         .local = kOurs,
                         .remote = kPeer,
                         .type = 3,
                         .code = 4,
                         .error = Error::kMessageTooLong,
                         .next_hop_mtu = mtu,
                         .transport_header = quote});
    Run();
  };
  // RFC 5927 7.2: a report about something else teaches nobody anything.
  StoreBe32(quote + 4, before[0].fields.sequence.number() - 1);
  report(300);
  EXPECT_TRUE(Sent().empty());
  EXPECT_TRUE(ip_.noted_mtus.empty());
  StoreBe32(quote + 4, before[0].fields.sequence.number());
  report(400);
  EXPECT_EQ(ip_.noted_mtus, std::vector<size_t>{400}) << "others want to know as well";
  const auto after = Sent();
  ASSERT_FALSE(after.empty());
  EXPECT_EQ(after[0].fields.sequence, before[0].fields.sequence) << "sent again at once";
  EXPECT_EQ(after[0].payload.size(), 360u);
  EXPECT_LT(after[0].payload.size(), size);
}

TEST_F(EngineMachineTest, Rfc1191_3_1_AConnectionBeginsWithWhatThePathIsKnownToCarry) {
  ip_.path_mtu = 500;
  const Opened opened = Open();
  Spawn("send", [&] { EXPECT_TRUE(engine_.Send(opened.handle, AsBytes(std::string(5000, 'x')))); });
  Run();
  const auto sent = Sent();
  ASSERT_FALSE(sent.empty());
  EXPECT_EQ(sent[0].payload.size(), 460u);
}

TEST_F(EngineMachineTest, SnapshotNamesOwnersAndQueues) {
  Spawn("httpd", [&] { Listen(80, 5); });
  ConnectionHandle handle;
  Spawn("client", [&] {
    handle = engine_.Connect({kPeer, wire::Port(7)}).value();
    executor_.Sleep(1s);
  });
  Run();
  const EngineSnapshot snapshot = engine_.Snapshot();
  ASSERT_EQ(snapshot.listeners.size(), 1u);
  EXPECT_EQ(snapshot.listeners[0].local.ToText(), "*:80");
  EXPECT_EQ(snapshot.listeners[0].accept_limit, 5u);
  ASSERT_EQ(snapshot.connections.size(), 1u);
  EXPECT_EQ(snapshot.connections[0].handle, handle);
  EXPECT_EQ(snapshot.connections[0].owner, "client");
  EXPECT_EQ(snapshot.connections[0].info.state, State::kSynSent);
  RunFor(2s);
  EXPECT_EQ(engine_.Snapshot().connections[0].owner, "") << "the thread has ended";
}

class KeepingLog final : public Log {
 public:
  bool Wants(LogLevel, std::string_view module) const override { return module == "tcp"; }
  void Write(LogLevel level, std::string_view, std::string_view text) override {
    EXPECT_EQ(level, LogLevel::kDebug);
    lines.emplace_back(text);
  }
  std::vector<std::string> lines;
};

TEST_F(EngineMachineTest, TransitionsAreLogged) {
  KeepingLog log;
  Engine engine({executor_, ip_, statistics_, log}, Rng("logged"), {});
  ASSERT_TRUE(engine.Start());
  ASSERT_TRUE(engine.Listen({{}, wire::Port(80)}));
  const auto hear = [&](const Says& says) {
    engine.OnPacket(
        {.frame = Frame(pool_, says), .source = says.from.address, .destination = kOurs, .unicast = true});
    Run();
  };
  hear({});
  hear({.sequence = kPeerIss + 1,
        .acknowledgement = OnlySent().fields.sequence.number() + 1,
        .flags = TcpFlags::kAck});
  ASSERT_TRUE(engine.Connect({kPeer, wire::Port(7)}, {kOurs, wire::Port(1234)}));
  Run();
  EXPECT_EQ(log.lines,
            (std::vector<std::string>{"198.19.0.10:80 < 198.19.0.1:40000 LISTEN -> SYN-RECEIVED",
                                      "198.19.0.10:80 < 198.19.0.1:40000 SYN-RECEIVED -> ESTABLISHED",
                                      "198.19.0.10:1234 > 198.19.0.1:7 to be opened",
                                      "198.19.0.10:1234 > 198.19.0.1:7 CLOSED -> SYN-SENT"}));
  Spawn("end", [&] { engine.Shutdown(0s); });
  RunFor(1s);
}

}  // namespace
}  // namespace nut::tcp
