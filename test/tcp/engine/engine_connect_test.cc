// Opening from here.
#include <set>

#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::Ipv4Address;
using wire::Port;
using wire::TcpFlags;

class EngineConnectTest : public EngineTest {
 protected:
  explicit EngineConnectTest(Parameters parameters = {}) : EngineTest(parameters) {}

  // What a thread gets that connects and waits, then closes.
  struct Outcome {
    bool over = false;
    std::optional<Error> error;
    Duration took{};
  };
  void Connect(Outcome& outcome, wire::Endpoint remote, Duration timeout) {
    Spawn("connect", [this, &outcome, remote, timeout] {
      const Instant start = clock_.Now();
      const auto handle = engine_.Connect(remote);
      if (!handle) {
        outcome = {true, handle.error()};
        return;
      }
      const auto established = engine_.Wait(*handle, Interest::kEstablished, timeout);
      outcome = {true, established ? std::nullopt : std::optional(established.error()), clock_.Now() - start};
      static_cast<void>(engine_.Close(*handle));
    });
  }
};

TEST_F(EngineConnectTest, SynGoesOutAtOnceAndTheAnswerEstablishes) {
  const Opened opened = Open();
  EXPECT_EQ(StateOf(opened.handle), State::kEstablished);
  EXPECT_EQ(opened.ends.local.address, kOurs);
  EXPECT_EQ(engine_.Ends(opened.handle).value(), opened.ends);
  EXPECT_EQ(statistics_[Counter::kTcpActiveOpens], 1u);
  Spawn("close", [&] { EXPECT_TRUE(engine_.Close(opened.handle)); });
  Run();
}

TEST_F(EngineConnectTest, ResetRefuses) {
  Outcome outcome;
  Connect(outcome, {kPeer, Port(7)}, kForever);
  Run();
  const SeenSegment syn = OnlySent();
  Say({.from = syn.ends.remote,
       .to = syn.ends.local,
       .sequence = 0,
       .acknowledgement = syn.fields.sequence.number() + 1,
       .flags = TcpFlags::kRst | TcpFlags::kAck});
  ASSERT_TRUE(outcome.over);
  EXPECT_EQ(outcome.error, Error::kConnectionRefused);
  EXPECT_EQ(engine_.connection_count(), 0u);
}

TEST_F(EngineConnectTest, TimeoutOfTheCallerIsKept) {
  Outcome outcome;
  Connect(outcome, {kPeer, Port(7)}, 2500ms);
  RunFor(2499ms);
  EXPECT_FALSE(outcome.over);
  RunFor(1ms);
  EXPECT_EQ(outcome.error, Error::kTimedOut);
  EXPECT_EQ(outcome.took, 2500ms);
  Run();
  EXPECT_EQ(engine_.connection_count(), 0u);
}

TEST_F(EngineConnectTest, Rfc9293_Must23_SynGivesUpAfterThreeMinutes) {
  Outcome outcome;
  Connect(outcome, {kPeer, Port(7)}, kForever);
  RunFor(179s);
  EXPECT_FALSE(outcome.over);
  RunFor(120s);
  ASSERT_TRUE(outcome.over);
  EXPECT_EQ(outcome.error, Error::kTimedOut);
  EXPECT_EQ(engine_.connection_count(), 0u);
}

TEST_F(EngineConnectTest, WithoutARouteItFailsAtOnce) {
  ip_.route_error = Error::kNetworkUnreachable;
  EXPECT_EQ(engine_.Connect({kPeer, Port(7)}).error(), Error::kNetworkUnreachable);
  EXPECT_EQ(engine_.connection_count(), 0u);
}

TEST_F(EngineConnectTest, Rfc9293_Must46_ImpossibleDestinationIsAnError) {
  for (const Ipv4Address address :
       {Ipv4Address(), Ipv4Address::Broadcast(), Ipv4Address(224, 0, 0, 1), Ipv4Address(198, 19, 0, 255)}) {
    EXPECT_EQ(engine_.Connect({address, Port(7)}).error(), Error::kInvalidArgument) << address.ToText();
  }
  EXPECT_EQ(engine_.Connect({kPeer, Port(0)}).error(), Error::kInvalidArgument);
}

TEST_F(EngineConnectTest, Rfc9293_Must43_LocalEndMayBeChosen) {
  const auto handle = engine_.Connect({kPeer, Port(7)}, {kAlsoOurs, Port(1234)});
  ASSERT_TRUE(handle);
  Run();
  const SeenSegment syn = OnlySent();
  EXPECT_EQ(syn.ends.local, (wire::Endpoint{kAlsoOurs, Port(1234)}));
  // The same pair twice cannot be; another remote port can.
  EXPECT_EQ(engine_.Connect({kPeer, Port(7)}, {kAlsoOurs, Port(1234)}).error(), Error::kAddressInUse);
  EXPECT_TRUE(engine_.Connect({kPeer, Port(8)}, {kAlsoOurs, Port(1234)}));
  EXPECT_EQ(engine_.Connect({kPeer, Port(7)}, {kPeer, Port(1)}).error(), Error::kAddressNotAvailable);
}

TEST_F(EngineConnectTest, NobodyConnectsToItself) {
  EXPECT_EQ(engine_.Connect({kOurs, Port(50000)}, {kOurs, Port(50000)}).error(), Error::kAddressInUse);
}

TEST_F(EngineConnectTest, Rfc9293_Must42_ListenOnThePortOfAnActiveOpen) {
  ASSERT_TRUE(engine_.Connect({kPeer, Port(7)}, {kOurs, Port(80)}));
  EXPECT_TRUE(engine_.Listen({{}, Port(80)}));
}

TEST_F(EngineConnectTest, Rfc9293_Must10_SimultaneousOpen) {
  const auto handle = engine_.Connect({kPeer, Port(7)}).value();
  Run();
  const SeenSegment syn = OnlySent();
  Say({.from = syn.ends.remote, .to = syn.ends.local, .flags = TcpFlags::kSyn});
  const SeenSegment syn_ack = OnlySent();
  EXPECT_EQ(syn_ack.flags(), "[S.]");
  EXPECT_EQ(syn_ack.fields.sequence, syn.fields.sequence)
      << "the same SYN, not one further as the original had it";
  Say({.from = syn.ends.remote,
       .to = syn.ends.local,
       .sequence = kPeerIss + 1,
       .acknowledgement = syn.fields.sequence.number() + 1,
       .flags = TcpFlags::kAck});
  EXPECT_EQ(StateOf(handle), State::kEstablished);
}

TEST_F(EngineConnectTest, HardIcmpErrorRefusesSoftOneDoesNot) {
  Outcome outcome;
  Connect(outcome, {kPeer, Port(7)}, kForever);
  Run();
  const SeenSegment syn = OnlySent();
  uint8_t quote[8] = {};
  StoreBe16(quote, syn.ends.local.port.number());
  StoreBe16(quote + 2, 7);
  StoreBe32(quote + 4, syn.fields.sequence.number());
  const auto report = [&](uint8_t code, Error error, bool hard) {
    engine_.OnIcmpError({.reporter = kPeer,
                         .local = kOurs,
                         .remote = kPeer,
                         .type = 3,
                         .code = code,
                         .error = error,
                         .hard = hard,
                         .transport_header = quote});
    Run();
  };
  report(1, Error::kHostUnreachable, false);
  EXPECT_FALSE(outcome.over) << "RFC 9293 MUST-56";
  report(3, Error::kConnectionRefused, true);
  EXPECT_EQ(outcome.error, Error::kConnectionRefused) << "RFC 9293 SHLD-26";
}

TEST_F(EngineConnectTest, Rfc9293_Must55_SourceQuenchIsDiscarded) {
  const uint8_t quote[8] = {};
  engine_.OnIcmpError({.type = 4, .transport_header = quote});
  Run();
  EXPECT_EQ(Drops(DropReason::kIcmpUnmatched), 0u);
}

TEST_F(EngineConnectTest, ListeningPortsAreNotEphemeralOnes) {
  Parameters narrow;
  narrow.first_ephemeral_port = 50000;
  narrow.last_ephemeral_port = 50001;
  Engine engine({executor_, ip_, statistics_, log_}, Rng("narrow"), narrow);
  ASSERT_TRUE(engine.Start());
  ASSERT_TRUE(engine.Listen({{}, Port(50000)}));
  for (uint16_t remote = 1; remote <= 20; ++remote) {
    const auto handle = engine.Connect({kPeer, Port(remote)});
    ASSERT_TRUE(handle);
    EXPECT_EQ(engine.Ends(*handle)->local.port, Port(50001));
  }
  // To the same remote end there is no other pair left.
  EXPECT_EQ(engine.Connect({kPeer, Port(1)}).error(), Error::kAddressNotAvailable);
  Spawn("end", [&] { engine.Shutdown(0s); });
  RunFor(1s);
}

TEST_F(EngineConnectTest, TableLimitIsAnError) {
  Parameters small;
  small.maximum_connections = 3;
  Engine engine({executor_, ip_, statistics_, log_}, Rng("small"), small);
  ASSERT_TRUE(engine.Start());
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(engine.Connect({kPeer, Port(7)}));
  EXPECT_EQ(engine.Connect({kPeer, Port(7)}).error(), Error::kNoBuffers);
  Spawn("end", [&] { engine.Shutdown(0s); });
  RunFor(1s);
}

TEST_F(EngineConnectTest, SequenceNumbersOfManyConnectionsAreUnrelated) {
  std::set<uint32_t> top_bytes;
  for (uint16_t port = 1; port <= 500; ++port) ASSERT_TRUE(engine_.Connect({kPeer, Port(port)}));
  Run();
  for (const SeenSegment& syn : Sent()) top_bytes.insert(syn.fields.sequence.number() >> 24);
  EXPECT_GT(top_bytes.size(), 200u);
}

// The path from the peer to us may be another one.
TEST_F(EngineConnectTest, Rfc1191_3_1_TheMssOptionIsNotLoweredByWhatThePathCarries) {
  ip_.path_mtu = 1000;
  ASSERT_TRUE(engine_.Connect({kPeer, Port(7)}));
  Run();
  EXPECT_EQ(OnlySent().options.mss, 1460);
}

TEST_F(EngineConnectTest, PacketsCarryTheSocketsOptions) {
  Parameters parameters;
  parameters.ttl = 3;
  parameters.tos = 0x10;
  parameters.path_mtu_discovery = false;
  ASSERT_TRUE(engine_.Connect({kPeer, Port(7)}, {}, &parameters));
  Run();
  const SeenSegment syn = OnlySent();
  EXPECT_EQ(syn.packet.ttl, 3);
  EXPECT_EQ(syn.packet.tos, 0x10);
  EXPECT_FALSE(syn.packet.dont_fragment);
}

}  // namespace
}  // namespace nut::tcp
