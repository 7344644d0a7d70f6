// What tests of the engine stand on: virtual time, an executor, an engine over a fake network layer, and the
// other end of the wire in the hands of the test, which sees and says single segments.
#pragma once

#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "stack/base/clock.h"
#include "stack/tcp/engine.h"
#include "test/tcp/engine/fake_ip_layer.h"

namespace nut::tcp {

// A segment as it stood on the wire.
struct SeenSegment {
  wire::EndpointPair ends;  // local is the engine's
  wire::TcpFields fields;   // without options
  wire::TcpOptions options;
  std::string payload;
  net::SendParameters packet;

  std::string flags() const { return fields.flags.ToText(); }
};

class EngineTest : public ::testing::Test {
 protected:
  static constexpr uint32_t kPeerIss = 1000;

  explicit EngineTest(Parameters parameters = {}, EngineOptions options = {},
                      os::Scheduler* scheduler = nullptr)
      : executor_(clock_, {}, scheduler),
        engine_({executor_, ip_, statistics_, log_}, Rng("engine test"), Prompt(std::move(parameters)),
                options) {
    ip_.output = [this](link::FramePtr frame, const net::SendParameters& packet) { Keep(*frame, packet); };
    EXPECT_TRUE(engine_.Start().has_value());
  }
  ~EngineTest() override {
    Spawn("end", [&] { engine_.Shutdown(0s); });
    RunFor(1s);
    EXPECT_EQ(engine_.connection_count(), 0u) << "a connection has leaked";
  }

  // Every handshake is three segments, and says nothing of ECN.
  static Parameters Prompt(Parameters parameters) {
    parameters.syn_ack_patience = 0s;
    parameters.ecn = false;
    return parameters;
  }

  os::ThreadHandle Spawn(std::string_view name, std::function<void()> body, uint8_t priority = 64) {
    return executor_.Create(name, std::move(body), 0, priority).value();
  }
  void RunFor(Duration length) { executor_.RunUntil(clock_.Now() + length); }
  // Lets everybody do what can be done now.
  void Run() { RunFor(0s); }

  // --- the peer
  struct Says {
    wire::Endpoint from{kPeer, wire::Port(40000)};
    wire::Endpoint to{kOurs, wire::Port(80)};
    uint32_t sequence = kPeerIss;
    uint32_t acknowledgement = 0;
    wire::TcpFlags flags = wire::TcpFlags::kSyn;
    uint16_t window = 65535;
    wire::TcpOptions options;
    std::string_view payload;
    bool unicast = true;
    bool spoil_checksum = false;
  };

  static link::FramePtr Frame(link::FramePool& pool, const Says& says) {
    const size_t header = wire::kTcpHeaderSize + wire::TcpOptionsSize(says.options);
    link::FramePtr frame = pool.Allocate(header + says.payload.size());
    const MutableByteView bytes = frame->Append(header + says.payload.size());
    wire::Emit(bytes, {.source_port = says.from.port,
                       .destination_port = says.to.port,
                       .sequence = wire::SequenceNumber(says.sequence),
                       .acknowledgement = wire::SequenceNumber(says.acknowledgement),
                       .flags = says.flags,
                       .window = says.window,
                       .options = says.options});
    std::copy(says.payload.begin(), says.payload.end(), bytes.begin() + static_cast<ptrdiff_t>(header));
    wire::FinishTcpChecksum(bytes, {says.from.address, says.to.address});
    if (says.spoil_checksum) bytes[wire::kTcpChecksumOffset] ^= 0x40;
    return frame;
  }

  // Arrives; handled with the next Run.
  void Hear(const Says& says) {
    engine_.OnPacket({.frame = Frame(pool_, says),
                      .source = says.from.address,
                      .destination = says.to.address,
                      .protocol = static_cast<uint8_t>(wire::IpProtocol::kTcp),
                      .unicast = says.unicast});
  }
  // Arrives and is handled.
  void Say(const Says& says) {
    Hear(says);
    Run();
  }

  // What the engine has sent since the last call.
  std::vector<SeenSegment> Sent() { return std::exchange(sent_, {}); }
  // The only segment sent since; a failure otherwise.
  SeenSegment OnlySent() {
    auto sent = Sent();
    EXPECT_EQ(sent.size(), 1u);
    return sent.empty() ? SeenSegment{} : sent.back();
  }

  // A peer's finished handshake with the listener on `to`: the peer's next sequence number is kPeerIss + 1,
  // ours is returned.
  uint32_t Handshake(wire::Endpoint from, wire::Endpoint to = {kOurs, wire::Port(80)}) {
    Sent();
    Say({.from = from, .to = to});
    const SeenSegment syn_ack = OnlySent();
    EXPECT_EQ(syn_ack.flags(), "[S.]");
    const uint32_t next = syn_ack.fields.sequence.number() + 1;
    Say({.from = from,
         .to = to,
         .sequence = kPeerIss + 1,
         .acknowledgement = next,
         .flags = wire::TcpFlags::kAck});
    return next;
  }
  static wire::Endpoint Client(uint16_t port) { return {kPeer, wire::Port(port)}; }

  ListenerHandle Listen(uint16_t port = 80, size_t backlog = 0, wire::IpAddress address = {}) {
    return engine_.Listen({address, wire::Port(port)}, backlog).value();
  }
  // A connection of ours to kPeer:`port` whose SYN has been answered and acknowledged.
  struct Opened {
    ConnectionHandle handle;
    wire::EndpointPair ends;
    uint32_t next = 0;  // our next sequence number; the peer's is kPeerIss + 1
  };
  Opened Open(uint16_t port = 7) {
    Sent();
    const auto handle = engine_.Connect({kPeer, wire::Port(port)}).value();
    Run();
    const SeenSegment syn = OnlySent();
    EXPECT_EQ(syn.flags(), "[S]");
    Opened opened{handle, syn.ends, syn.fields.sequence.number() + 1};
    Reply(opened, wire::TcpFlags::kSyn | wire::TcpFlags::kAck, kPeerIss);
    EXPECT_EQ(OnlySent().flags(), "[.]");
    return opened;
  }
  // The peer of `opened` says something that acknowledges all but `behind` octets.
  void Reply(const Opened& opened, wire::TcpFlags flags, uint32_t sequence, std::string_view payload = {},
             uint32_t acknowledged = 0) {
    Say({.from = opened.ends.remote,
         .to = opened.ends.local,
         .sequence = sequence,
         .acknowledgement = acknowledged != 0 ? acknowledged : opened.next,
         .flags = flags,
         .payload = payload});
  }

  State StateOf(ConnectionHandle handle) { return engine_.Info(handle).value().state; }
  uint64_t Drops(DropReason reason) const { return statistics_[reason]; }

  VirtualClock clock_;
  os::Executor executor_;
  Statistics statistics_;
  NullLog log_;
  link::FramePool pool_;
  FakeIpLayer ip_{statistics_, pool_};
  std::vector<SeenSegment> sent_;
  Engine engine_;

 private:
  void Keep(const link::Frame& frame, const net::SendParameters& packet) {
    const auto view = wire::TcpView::Parse(frame.data());
    ASSERT_TRUE(view.has_value());
    EXPECT_TRUE(ip_.checksum_offload || view->ChecksumOk({packet.source, packet.destination}));
    SeenSegment seen{
        .ends = {{packet.source, view->source_port()}, {packet.destination, view->destination_port()}},
        .fields = {.source_port = view->source_port(),
                   .destination_port = view->destination_port(),
                   .sequence = view->sequence(),
                   .acknowledgement = view->acknowledgement(),
                   .flags = view->flags(),
                   .window = view->window()},
        .options = wire::ParseTcpOptions(view->options()).value(),
        .payload = std::string(AsText(view->payload())),
        .packet = packet};
    sent_.push_back(std::move(seen));
  }
};

}  // namespace nut::tcp
