#include "test/fuzz/node_script.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/wire/ethernet.h"
#include "test/fuzz/mend.h"
#include "test/fuzz/node_actions.h"
#include "test/fuzz/node_health.h"
#include "test/fuzz/node_worlds.h"
#include "test/fuzz/outgoing.h"

namespace nut::fuzz {
namespace {

using hostile::kGateway;
using hostile::kNodeIp;
using hostile::kNodeMac;
using wire::IpProtocol;
using wire::MacAddress;
using wire::TcpFlags;

constexpr Host kNode{kNodeIp, kNodeMac};
constexpr MacAddress kGatewayMac({2, 0, 0, 0, 0, 1});
constexpr Host kMute{wire::Ipv4Address(198, 19, 0, 4), MacAddress({2, 0, 0, 0, 0, 4})};  // never answers ARP

// Who speaks with the node; the last two are also whom it connects to.
constexpr std::array<Host, 6> kHosts = {{
    {kGateway, kGatewayMac},
    {wire::Ipv4Address(198, 19, 0, 2), MacAddress({2, 0, 0, 0, 0, 2})},
    {wire::Ipv4Address(203, 0, 113, 5), kGatewayMac},
    kMute,
    {wire::Ipv4Address(198, 19, 0, 5), MacAddress({2, 0, 0, 0, 0, 5})},
    {wire::Ipv4Address(198, 51, 100, 9), kGatewayMac},
}};
constexpr uint16_t kFirstPeerPort = 5000;
constexpr size_t kMostSentKept = 32;
constexpr unsigned kMostActions = 12;
constexpr Duration kLongestLife = 7200s;
// A command is worth so many switches at most: more is a loop that feeds itself.
constexpr uint64_t kMostSwitches = 200'000;
// More than a service's idle time, and what an orphan of its connections may take afterwards; not as long as an active
// connection may retransmit, since the services and threads here lose patience before.
constexpr Duration kLongestGoodbye = 1500s;
constexpr size_t kMss = 1460;

constexpr auto kFilling = [] {
  std::array<uint8_t, 8192> bytes{};
  bytes.fill('f');
  return bytes;
}();

wire::Ipv4Address OnLink(uint8_t last) { return wire::Ipv4Address(198, 19, 0, last); }

}  // namespace

NodeScript::NodeScript(Trace trace) : trace_(std::move(trace)), actions_left_(kMostActions) {
  uint16_t port = kFirstPeerPort;
  for (const Host& host : kHosts) peers_.emplace_back(host, port++);
}

void NodeScript::Run(ByteView bytes) {
  ScriptReader script(bytes);
  const uint8_t chosen = script.Byte();
  world_ = MakeWorld(chosen);
  world_->device().on_sent = [this](ByteView frame) { OnSent(frame); };
  world_->Start();
  while (!script.done()) {
    const uint8_t first = script.Byte();
    RunCommand(first, script);
    if ((first & kWithoutRunning) == 0) Settle();
  }
  world_->frames().FailAt(0);
  Settle();
  if (MustRest(chosen)) Rest();
  CheckHealth(*world_);
  world_->Stop();
}

void NodeScript::Settle() {
  const uint64_t before = world_->executor().switches();
  world_->Run();
  NUT_INVARIANT(world_->executor().switches() - before < kMostSwitches, "the node is busy with itself");
  world_->node().tcp().CheckInvariants();
}

// Whatever has happened: when nobody says anything any more, everything ends.
void NodeScript::Rest() {
  world_->RunFor(kLongestGoodbye);
  world_->node().tcp().CheckInvariants();
  NUT_INVARIANT(world_->node().tcp().connection_count() == 0, "a connection does not end");
  NUT_INVARIANT(world_->node().network().Reassemblies().empty(), "a datagram waits for ever");
}

void NodeScript::RunCommand(uint8_t first, ScriptReader& script) {
  const size_t number = first >> 4 & 7;
  const Host& host = kHosts[number % kHosts.size()];
  ModelPeer& peer = peers_[number % peers_.size()];
  switch (static_cast<Command>(first & 15)) {
    case Command::kTime: return Wait(script);
    case Command::kRaw: {
      const ByteView frame = script.String();
      return Bring(Bytes(frame.begin(), frame.end()));
    }
    case Command::kMended: return Mended(host, script);
    case Command::kSegment: return Segment(peer, script);
    case Command::kOpen: return Open(peer, script);
    case Command::kText: return Text(peer, script);
    case Command::kAck: return Ack(peer, script);
    case Command::kClose: return Close(peer, script);
    case Command::kIcmp: return Icmp(host, script);
    case Command::kArp: return Arp(host, kHosts[(number + 1) % kHosts.size()], script);
    case Command::kFragment: return Fragment(host, script);
    case Command::kUdp: return Udp(host, script);
    case Command::kReflect: return Reflect(script);
    case Command::kRepeat: return Repeat(script);
    case Command::kNode: return ActAsNode(peer, script);
    case Command::kFault: return world_->frames().FailAt(script.Byte());
  }
}

void NodeScript::Wait(ScriptReader& script) {
  const uint8_t code = script.Byte();
  if (code >= kFirstRound) return AcknowledgeFor(code - kFirstRound + 1u);
  const Duration length = code < kWaits.size() ? kWaits[code] : Duration(10ms * (code - 15));
  if (world_->now() + length > Instant{} + kLongestLife) return;
  const uint64_t before = world_->executor().switches();
  world_->RunFor(length);
  NUT_INVARIANT(world_->executor().switches() - before < kMostSwitches, "the node is busy while nothing happens");
}

void NodeScript::AcknowledgeFor(unsigned rounds) {
  for (unsigned round = 0; round < rounds; ++round) {
    for (ModelPeer& peer : peers_) {
      if (peer.TakeUnacknowledged()) SendInOrder(peer, TcpFlags::kAck.bits(), {});
    }
    world_->RunFor(1ms);
  }
}

void NodeScript::Mended(const Host& from, ScriptReader& script) {
  const ByteView given = script.String();
  Bytes frame(given.begin(), given.end());
  if (frame.size() < wire::kEthernetHeaderSize + wire::kIpv4HeaderSize) return;
  const bool is_arp = frame[12] == 0x08 && frame[13] == 0x06;
  // A frame for everybody may stay one.
  const MacAddress to = frame[0] == 0xff ? MacAddress::Broadcast() : kNodeMac;
  wire::Emit(frame, wire::EthernetFields{to, from.mac, is_arp ? wire::EtherType::kArp : wire::EtherType::kIpv4});
  uint8_t* const packet = frame.data() + wire::kEthernetHeaderSize;
  if (is_arp) return Bring(std::move(frame));
  packet[0] = static_cast<uint8_t>(0x40 | std::max(5, packet[0] & 15));
  StoreBe16(packet + 2, static_cast<uint16_t>(frame.size() - wire::kEthernetHeaderSize));
  from.ip.Store(packet + 12);
  const wire::Ipv4Address destination = wire::Ipv4Address::Load(packet + 16);
  if (!destination.is_multicast() && !destination.is_broadcast()) kNodeIp.Store(packet + 16);
  MendChecksums(frame);
  Bring(std::move(frame));
}

uint32_t NodeScript::SequenceOf(const ModelPeer& peer, uint8_t shape, ScriptReader& script) {
  switch (shape & (kSequenceDelta | kSequenceAtEdge)) {
    case kSequenceDelta: return peer.snd_nxt() + static_cast<uint32_t>(script.SignedByte());
    case kSequenceAtEdge: return peer.window_edge() + static_cast<uint32_t>(script.SignedByte());
    case kSequenceDelta | kSequenceAtEdge: return script.Word();
    default: return peer.snd_nxt();
  }
}

uint32_t NodeScript::AckOf(const ModelPeer& peer, uint8_t shape, ScriptReader& script) {
  uint32_t acknowledgement = peer.rcv_nxt();
  if (shape & kAckDelta) acknowledgement += static_cast<uint32_t>(script.SignedByte());
  return shape & kAckAnything ? script.Word() : acknowledgement;
}

ByteView NodeScript::PayloadOf(ScriptReader& script) {
  constexpr uint8_t kFirstFilled = 200;
  const uint8_t code = script.Byte();
  if (code < kFirstFilled) return script.Bytes(code);
  return ByteView(kFilling).first(std::min<size_t>(kMss, size_t{code - kFirstFilled + 1u} * 26));
}

Bytes NodeScript::OptionsOf(const ModelPeer& peer) const {
  if (!peer.timestamps()) return {};
  wire::TcpOptions options;
  options.timestamps = {static_cast<uint32_t>(ToMillis(world_->now().time_since_epoch())), peer.timestamp_to_echo()};
  Bytes bytes(wire::TcpOptionsSize(options));
  wire::EmitTcpOptions(bytes, options);
  return bytes;
}

void NodeScript::Segment(ModelPeer& peer, ScriptReader& script) {
  ForgedSegment segment{.source_port = peer.port(), .destination_port = peer.node_port()};
  segment.flags = script.Byte();
  const uint8_t shape = script.Byte();
  segment.sequence = SequenceOf(peer, shape, script);
  segment.acknowledgement = AckOf(peer, shape, script);
  if (shape & kWindow) segment.window = script.Half();
  if (shape & kUrgent) segment.urgent_pointer = script.Half();
  const Bytes usual = OptionsOf(peer);
  segment.options = shape & kRawOptions ? script.String() : ByteView(usual);
  segment.payload = PayloadOf(script);
  const TcpFlags flags(segment.flags);
  if ((shape & kKeepPlace) == 0 && segment.sequence == peer.snd_nxt()) {
    peer.Advance(static_cast<uint32_t>(segment.payload.size()) + flags.syn() + flags.fin());
  }
  Bring(ForgeTcp(peer.host(), kNode, segment));
}

void NodeScript::Open(ModelPeer& peer, ScriptReader& script) {
  const uint16_t node_port = kPorts[script.Byte() % kPorts.size()];
  const uint8_t asked = script.Byte();
  wire::TcpOptions options;
  if (asked & kOpenMss) options.mss = script.Half();
  if (asked & kOpenScale) options.window_scale = std::min(script.Byte(), wire::kTcpMaxWindowScale);
  if (asked & kOpenTimestamps) options.timestamps = {1, 0};
  Bytes bytes(wire::TcpOptionsSize(options));
  wire::EmitTcpOptions(bytes, options);

  peer.set_node_port(node_port);
  // Each incarnation begins beyond the one before.
  peer.Restart(peer.snd_nxt() + 1'000'000);
  ForgedSegment syn{.source_port = peer.port(), .destination_port = node_port, .sequence = peer.snd_nxt()};
  syn.flags = TcpFlags::kSyn.bits();
  syn.options = bytes;
  peer.Advance(1);
  Bring(ForgeTcp(peer.host(), kNode, syn));
  if (asked & kOpenHalf) return;
  Settle();
  SendInOrder(peer, TcpFlags::kAck.bits(), {});
}

void NodeScript::SendInOrder(ModelPeer& peer, uint8_t flags, ByteView payload, uint16_t window) {
  const Bytes options = OptionsOf(peer);
  ForgedSegment segment{.source_port = peer.port(),
                        .destination_port = peer.node_port(),
                        .sequence = peer.snd_nxt(),
                        .acknowledgement = peer.rcv_nxt(),
                        .flags = flags,
                        .window = window,
                        .options = options,
                        .payload = payload};
  peer.Advance(static_cast<uint32_t>(payload.size()) + TcpFlags(flags).fin());
  Bring(ForgeTcp(peer.host(), kNode, segment));
}

void NodeScript::Text(ModelPeer& peer, ScriptReader& script) {
  SendInOrder(peer, (TcpFlags::kAck | TcpFlags::kPsh).bits(), AsBytes(kTexts[script.Byte() % kTexts.size()]));
}

void NodeScript::Ack(ModelPeer& peer, ScriptReader& script) {
  SendInOrder(peer, TcpFlags::kAck.bits(), {}, script.Half());
}

void NodeScript::Close(ModelPeer& peer, ScriptReader& script) {
  const uint8_t how = script.Byte() % 3;
  if (how == 1) return SendInOrder(peer, TcpFlags::kRst.bits(), {});
  if (how == 2) peer.Advance(static_cast<uint32_t>(-1));
  SendInOrder(peer, (TcpFlags::kFin | TcpFlags::kAck).bits(), {});
}

void NodeScript::Icmp(const Host& from, ScriptReader& script) {
  const Bytes* const sent = Sent(script.Byte());
  const auto type = static_cast<wire::IcmpType>(script.Byte());
  const uint8_t code = script.Byte();
  const uint32_t rest = script.Word();
  const uint8_t kept = script.Byte();
  const uint8_t place = script.Byte();
  const uint8_t damage = script.Byte();
  Bytes quote;
  if (sent != nullptr) quote.assign(sent->begin() + wire::kEthernetHeaderSize, sent->end());
  if (kept != 0 && kept < quote.size()) quote.resize(kept);
  if (place < quote.size()) quote[place] ^= damage;
  Bring(ForgeIcmp(from, kNode, {type, code, rest}, quote));
}

void NodeScript::Arp(const Host& from, const Host& next, ScriptReader& script) {
  const uint8_t shape = script.Byte();
  const uint8_t byte = script.Byte();
  wire::ArpFields fields{wire::ArpOperation::kRequest, from.mac, from.ip, {}, kNodeIp};
  if (shape & kArpReply) fields.operation = wire::ArpOperation::kReply;
  if (shape & kArpSenderIsNode) fields.sender_ip = kNodeIp;
  if (shape & kArpSenderIsNext) fields.sender_ip = next.ip;
  if (shape & kArpSenderByte) fields.sender_ip = OnLink(byte);
  if (shape & kArpTargetOther) fields.target_ip = OnLink(byte);
  if (shape & kArpGroupMac) fields.sender_mac = MacAddress({1, 0, 0x5e, 0, 0, byte});
  Bytes frame = ForgeArp(from.mac, shape & kArpUnicast ? kNodeMac : MacAddress::Broadcast(), fields);
  if (shape & kArpCut) frame.resize(std::min<size_t>(frame.size(), byte));
  Bring(std::move(frame));
}

void NodeScript::Fragment(const Host& from, ScriptReader& script) {
  wire::Ipv4Fields fields{.protocol = static_cast<IpProtocol>(script.Byte())};
  fields.identification = script.Byte();
  const uint16_t place = script.Half();
  fields.more_fragments = (place & 0x2000) != 0;
  fields.dont_fragment = (place & 0x4000) != 0;
  fields.fragment_offset = static_cast<size_t>(place & 0x1fff) * 8;
  const size_t size = std::min<size_t>(size_t{script.Byte()} * 8, kMss);
  const uint8_t lie = script.Byte();
  Bytes payload(size);
  for (size_t i = 0; i < size; ++i) payload[i] = static_cast<uint8_t>((fields.fragment_offset + i) / 8) ^ lie;
  Bring(ForgeIpv4(from, kNode, fields, payload));
}

void NodeScript::Udp(const Host& from, ScriptReader& script) {
  const uint16_t node_port = kPorts[script.Byte() % kPorts.size()];
  const uint16_t own_port = script.Half();
  const size_t size = size_t{script.Byte()} * 5;
  const Bytes payload(size, script.Byte());
  Bring(ForgeUdp(from, kNode, own_port, node_port, payload));
}

void NodeScript::Reflect(ScriptReader& script) {
  const Bytes* const sent = Sent(script.Byte());
  if (sent == nullptr || sent->size() < wire::kEthernetHeaderSize + wire::kIpv4HeaderSize) return;
  Bytes frame = *sent;
  const auto swap = [&](size_t a, size_t b, size_t size) {
    std::swap_ranges(frame.begin() + static_cast<ptrdiff_t>(a), frame.begin() + static_cast<ptrdiff_t>(a + size),
                     frame.begin() + static_cast<ptrdiff_t>(b));
  };
  swap(0, 6, 6);
  if (frame[12] == 0x08 && frame[13] == 0x00) swap(wire::kEthernetHeaderSize + 12, wire::kEthernetHeaderSize + 16, 4);
  MendChecksums(frame);
  Bring(std::move(frame));
}

void NodeScript::Repeat(ScriptReader& script) {
  const unsigned times = script.Byte() & 31u;
  const Bytes frame = last_brought_;
  for (unsigned i = 0; i < times; ++i) Bring(frame);
}

void NodeScript::ActAsNode(const ModelPeer& peer, ScriptReader& script) {
  const auto action = static_cast<NodeAction>(script.Byte() % static_cast<uint8_t>(NodeAction::kCount));
  if (actions_left_ == 0) return;
  --actions_left_;
  const wire::Endpoint remote{peer.host().ip, wire::Port(peer.port())};
  world_->OnThread("actor", [&node = world_->node(), action, remote] { Act(node, action, remote); });
}

void NodeScript::Bring(Bytes frame) {
  if (trace_) trace_(world_->now(), "<", frame);
  if (const auto segment = FindSegment(frame)) {
    for (ModelPeer& peer : peers_) {
      if (peer.Matches(segment->ip.source(), segment->tcp.source_port(), segment->tcp.destination_port())) {
        peer.OnToNode(segment->tcp);
      }
    }
  }
  world_->device().Bring(frame);
  last_brought_ = std::move(frame);
}

void NodeScript::OnSent(ByteView frame) {
  if (trace_) trace_(world_->now(), ">", frame);
  CheckOutgoing(frame, world_->node().options().mtu);
  if (sent_.size() == kMostSentKept) sent_.pop_back();
  sent_.emplace_front(frame.begin(), frame.end());
  const auto ethernet = wire::EthernetView::Parse(frame);
  if (ethernet->Is(wire::EtherType::kArp)) return AnswerArp(ethernet->payload());
  const auto segment = FindSegment(frame);
  if (!segment) return;
  for (ModelPeer& peer : peers_) {
    // The node connects: its port is new to the peer.
    if (segment->tcp.flags().syn() && !segment->tcp.flags().ack() && segment->ip.destination() == peer.host().ip &&
        segment->tcp.destination_port().number() == peer.port()) {
      peer.set_node_port(segment->tcp.source_port().number());
    }
    if (peer.Matches(segment->ip.destination(), segment->tcp.destination_port(), segment->tcp.source_port())) {
      peer.OnFromNode(segment->tcp);
    }
  }
}

void NodeScript::AnswerArp(ByteView packet) {
  const auto arp = wire::ArpView::Parse(packet);
  if (!arp || arp->operation() != wire::ArpOperation::kRequest || arp->target_ip() == kMute.ip) return;
  for (const Host& host : kHosts) {
    if (host.ip != arp->target_ip() || (host.mac == kGatewayMac && host.ip != kGateway)) continue;
    const wire::ArpFields answer{wire::ArpOperation::kReply, host.mac, host.ip, kNodeMac, kNodeIp};
    world_->device().Bring(ForgeArp(host.mac, kNodeMac, answer));
  }
}

const Bytes* NodeScript::Sent(uint8_t back) const {
  return sent_.empty() ? nullptr : &sent_[back % sent_.size()];
}

}  // namespace nut::fuzz
