#include "test/tcp/connection_harness.h"

#include <fmt/format.h>

#include <algorithm>

namespace nut::tcp {
namespace {

wire::TcpFlags FlagsFrom(std::string_view letters) {
  wire::TcpFlags flags;
  for (const char letter : letters) {
    switch (letter) {
      case 'S': flags |= wire::TcpFlags::kSyn; break;
      case 'F': flags |= wire::TcpFlags::kFin; break;
      case 'R': flags |= wire::TcpFlags::kRst; break;
      case 'P': flags |= wire::TcpFlags::kPsh; break;
      case '.': flags |= wire::TcpFlags::kAck; break;
      case 'E': flags |= wire::TcpFlags::kEce; break;
      case 'W': flags |= wire::TcpFlags::kCwr; break;
      case 'U': flags |= wire::TcpFlags::kUrg; break;
      default: ADD_FAILURE() << "no such flag: " << letter;
    }
  }
  return flags;
}

}  // namespace

ConnectionHarness::ConnectionHarness() {
  // The options that tests of their own switch on.
  parameters.timestamps = false;
  parameters.window_scaling = false;
  parameters.congestion = CongestionAlgorithm::kNewReno;
  parameters.ecn = false;
  parameters.receive_buffer = 65535;
  parameters.syn_ack_patience = 0s;
}

void ConnectionHarness::Make() {
  const ConnectionSetup setup{.ends = {{wire::Ipv4Address(198, 19, 0, 10), wire::Port(80)},
                                       {wire::Ipv4Address(198, 19, 0, 1), wire::Port(4711)}},
                              .initial_sequence = wire::SequenceNumber(iss),
                              .path_mtu = path_mtu};
  connection_ = std::make_unique<Connection>(parameters, setup, statistics_);
  sent_.clear();
}

void ConnectionHarness::OpenActive() {
  Make();
  connection_->QueueFirst({reinterpret_cast<const uint8_t*>(first.data()), first.size()});
  connection_->OpenActive(now_);
  Pump();
}

void ConnectionHarness::OpenPassive(Packet syn) {
  Make();
  const SegmentValue segment = Build(syn);
  connection_->OpenPassive(segment.AsIncoming(), now_);
  Pump();
}

void ConnectionHarness::Establish(uint16_t window, wire::TcpOptions options) {
  OpenActive();
  Expect({.flags = "S", .seq = 0});
  EXPECT_EQ(Inject({.flags = "S.", .seq = 0, .ack = 1, .win = window, .options = options}),
            DropReason::kNone);
  Drain();
  ASSERT_EQ(NameOf(connection_->state()), NameOf(State::kEstablished));
}

void ConnectionHarness::MoveTo(State state) {
  switch (state) {
    case State::kEstablished: break;
    case State::kFinWait1: Shutdown(); break;
    case State::kFinWait2:
      Shutdown();
      Inject({.flags = ".", .seq = 1, .ack = 2});
      break;
    case State::kCloseWait: Inject({.flags = "F.", .seq = 1, .ack = 1}); break;
    case State::kClosing:
      Shutdown();
      Inject({.flags = "F.", .seq = 1, .ack = 1});
      break;
    case State::kLastAck:
      Inject({.flags = "F.", .seq = 1, .ack = 1});
      Shutdown();
      break;
    case State::kTimeWait:
      Shutdown();
      Inject({.flags = "F.", .seq = 1, .ack = 2});
      break;
    default: FAIL() << "no way to " << NameOf(state);
  }
  Drain();
  ASSERT_EQ(NameOf(connection_->state()), NameOf(state));
}

SegmentValue ConnectionHarness::Build(const Packet& packet) const {
  SegmentValue segment;
  segment.fields.sequence = wire::SequenceNumber(irs + packet.seq);
  segment.fields.flags = FlagsFrom(packet.flags);
  if (segment.fields.flags.ack()) segment.fields.acknowledgement = wire::SequenceNumber(iss + packet.ack);
  segment.fields.window = packet.win.value_or(65535);
  segment.fields.urgent_pointer = packet.up;
  segment.fields.options = packet.options;
  segment.ecn = packet.ecn.value_or(wire::Ecn::kNotEct);
  segment.payload.assign(packet.data.begin(), packet.data.end());
  return segment;
}

DropReason ConnectionHarness::Inject(const Packet& packet) {
  const SegmentValue segment = Build(packet);
  const DropReason reason = connection_->OnSegment(segment.AsIncoming(), now_);
  Pump();
  return reason;
}

void ConnectionHarness::Pump() {
  connection_->CheckInvariants();
  OutgoingSegment out;
  int count = 0;
  while (connection_->wants_output() && connection_->Dispatch(now_, segmentation, out)) {
    for (SegmentValue& piece : SegmentValue::Cut(out)) sent_.push_back(std::move(piece));
    connection_->CheckInvariants();
    ASSERT_LT(++count, 10'000) << "endless output";
  }
  EXPECT_FALSE(connection_->Dispatch(now_, segmentation, out)) << "wants_output and Dispatch disagree";
}

void ConnectionHarness::Advance(Duration length) {
  const Instant end = now_ + length;
  while (connection_->poll_at() <= end) {
    now_ = std::max(now_, connection_->poll_at());
    connection_->OnTimer(now_);
    Pump();
  }
  now_ = end;
}

std::optional<Duration> ConnectionHarness::TimeToOutput(Duration limit) {
  const Instant start = now_;
  while (sent_.empty() && connection_->poll_at() <= start + limit) {
    now_ = std::max(now_, connection_->poll_at());
    connection_->OnTimer(now_);
    Pump();
  }
  if (sent_.empty()) return std::nullopt;
  return now_ - start;
}

size_t ConnectionHarness::Send(std::string_view data) {
  const auto taken = connection_->Send(AsBytes(data), now_);
  Pump();
  return taken.value_or(0);
}

std::string ConnectionHarness::Receive(size_t limit) {
  std::string text(limit, '\0');
  const auto count = connection_->Receive({reinterpret_cast<uint8_t*>(text.data()), text.size()}, now_);
  text.resize(count.value_or(0));
  Pump();
  return text;
}

void ConnectionHarness::Shutdown() {
  EXPECT_TRUE(connection_->Shutdown(now_).has_value());
  Pump();
}

void ConnectionHarness::Close() {
  connection_->Close(now_);
  Pump();
}

void ConnectionHarness::Abort() {
  connection_->Abort(Error::kConnectionAborted, now_);
  Pump();
}

std::optional<SegmentValue> ConnectionHarness::Next() {
  if (sent_.empty()) return std::nullopt;
  SegmentValue segment = std::move(sent_.front());
  sent_.pop_front();
  return segment;
}

void ConnectionHarness::Expect(const Packet& packet) {
  const auto segment = Next();
  ASSERT_TRUE(segment.has_value()) << "nothing was sent; expected [" << packet.flags << "] seq "
                                   << packet.seq;
  SCOPED_TRACE(fmt::format("sent {} seq {} ack {} win {} len {}", segment->fields.flags.ToText(),
                           RelativeSequence(*segment), RelativeAck(*segment), segment->fields.window,
                           segment->payload.size()));
  EXPECT_EQ(segment->fields.flags.ToText(), FlagsFrom(packet.flags).ToText());
  EXPECT_EQ(RelativeSequence(*segment), packet.seq);
  if (segment->fields.flags.ack()) {
    EXPECT_EQ(RelativeAck(*segment), packet.ack);
  }
  EXPECT_EQ(AsText(segment->payload), packet.data);
  if (packet.win) {
    EXPECT_EQ(segment->fields.window, *packet.win);
  }
  EXPECT_EQ(segment->fields.urgent_pointer, packet.up);
  if (packet.ecn) {
    EXPECT_EQ(segment->ecn, *packet.ecn);
  }
}

void ConnectionHarness::ExpectSilence() {
  for (const SegmentValue& segment : sent_) ADD_FAILURE() << "unexpected: " << segment.ToText();
  sent_.clear();
}

size_t ConnectionHarness::DrainText() {
  size_t octets = 0;
  for (const SegmentValue& segment : sent_) octets += segment.payload.size();
  sent_.clear();
  return octets;
}

void ConnectionHarness::Drain() { sent_.clear(); }

}  // namespace nut::tcp
