#include "tools/packets/frame_writer.h"

#include "tools/packets/frame_bytes.h"
#include "tools/packets/tcp_bits.h"

namespace nut::packets {
namespace {

void PutOption(Bytes& out, const TcpOptionText& option, const Bases& bases) {
  using Kind = TcpOptionText::Kind;
  switch (option.kind) {
    case Kind::kMss:
      Put8(out, kOptionMss);
      Put8(out, 4);
      Put16(out, option.first.value_or(0));
      break;
    case Kind::kWindowScale:
      Put8(out, kOptionWindowScale);
      Put8(out, 3);
      Put8(out, option.first.value_or(0));
      break;
    case Kind::kSackPermitted:
      Put8(out, kOptionSackPermitted);
      Put8(out, 2);
      break;
    case Kind::kSack:
      Put8(out, kOptionSack);
      Put8(out, static_cast<uint32_t>(2 + 8 * option.blocks.size()));
      for (const auto& [left, right] : option.blocks) {
        Put32(out, left + bases.ack);
        Put32(out, right + bases.ack);
      }
      break;
    case Kind::kTimestamps: {
      const uint32_t echo = option.second.value_or(0);
      Put8(out, kOptionTimestamps);
      Put8(out, 10);
      Put32(out, option.first.value_or(0) + bases.timestamp);
      Put32(out, echo + bases.echo);
      break;
    }
    case Kind::kNop: Put8(out, kOptionNop); break;
    case Kind::kEnd: Put8(out, kOptionEnd); break;
    case Kind::kOther:
      Put8(out, option.number);
      Put8(out, static_cast<uint32_t>(2 + option.bytes.size()));
      PutAll(out, option.bytes);
      break;
    case Kind::kRaw: PutAll(out, option.bytes); break;
  }
}

Bytes WriteTcp(const Packet& packet, const Route& route) {
  const TcpPart& tcp = packet.tcp;
  const uint8_t flags = tcp.flags.value_or(kAck);
  Bytes options;
  for (const TcpOptionText& option : tcp.options) PutOption(options, option, route.bases);
  while (options.size() % 4 != 0) Put8(options, kOptionEnd);
  const uint32_t words = tcp.header_words.value_or(static_cast<uint32_t>(5 + options.size() / 4));
  Bytes out;
  Put16(out, route.source_port);
  Put16(out, route.destination_port);
  Put32(out, tcp.sequence.value_or(0) + route.bases.sequence);
  Put32(out, tcp.ack ? *tcp.ack + route.bases.ack : (flags & kAck) != 0 ? route.bases.ack : 0);
  Put8(out, words << 4 | tcp.reserved.value_or(0));
  Put8(out, flags);
  Put16(out, tcp.window.value_or(65535));
  Put16(out, 0);
  Put16(out, tcp.urgent.value_or(0));
  PutAll(out, options);
  PutAll(out, PayloadOf(packet));
  return out;
}

Bytes WriteUdp(const Packet& packet, const Route& route) {
  Bytes out;
  Put16(out, packet.udp.source.value_or(route.source_port));
  Put16(out, packet.udp.destination.value_or(route.destination_port));
  const Bytes payload = PayloadOf(packet);
  Put16(out, packet.udp.length.value_or(static_cast<uint16_t>(8 + payload.size())));
  Put16(out, 0);
  PutAll(out, payload);
  return out;
}

Bytes WriteIcmp(const Packet& packet, const Route& route) {
  Bytes out;
  Put8(out, packet.icmp.type.value_or(8));
  Put8(out, packet.icmp.code.value_or(0));
  Put16(out, 0);
  Put32(out, packet.icmp.rest.value_or(0));
  if (packet.quoted) {
    Bytes quote = WriteIp(*packet.quoted, route.Reversed());
    const size_t header = (quote[0] & 0x0f) * 4u;
    quote.resize(std::min(quote.size(), header + packet.quoted_size.value_or(8)));
    PutAll(out, quote);
  }
  PutAll(out, PayloadOf(packet));
  Set16(out, 2, ~Sum(out) & 0xffff);
  return out;
}

Bytes WriteIgmp(const Packet& packet) {
  Bytes out;
  Put8(out, packet.igmp.type.value_or(0x11));
  Put8(out, packet.igmp.max_response.value_or(packet.igmp.type == 0x11u ? 100 : 0));
  Put16(out, 0);
  Put32(out, packet.igmp.group.value_or(wire::Ipv4Address()).number());
  PutAll(out, PayloadOf(packet));
  Set16(out, 2, ~Sum(out) & 0xffff);
  return out;
}

uint8_t NumberOf(Protocol protocol) {
  switch (protocol) {
    case Protocol::kUdp: return kProtocolUdp;
    case Protocol::kIcmp: return kProtocolIcmp;
    case Protocol::kIgmp: return kProtocolIgmp;
    case Protocol::kRaw: return 253;  // for experiments, RFC 3692
    default: return kProtocolTcp;
  }
}

// Header, and payload with its checksum.
Bytes WriteTransport(const Packet& packet, const Route& route, wire::Ipv4Address source,
                     wire::Ipv4Address destination) {
  Bytes payload;
  size_t checksum_at = 2;
  switch (packet.protocol) {
    case Protocol::kTcp:
      payload = WriteTcp(packet, route);
      checksum_at = 16;
      break;
    case Protocol::kUdp:
      payload = WriteUdp(packet, route);
      checksum_at = 6;
      break;
    case Protocol::kIcmp: payload = WriteIcmp(packet, route); break;
    case Protocol::kIgmp: payload = WriteIgmp(packet); break;
    default: return PayloadOf(packet);
  }
  if (checksum_at != 2 && !packet.udp.no_checksum) {
    // UDP's checksum ends with the length that its header says; what a wrong one cannot cover is left out.
    size_t covered = payload.size();
    if (packet.udp.length && *packet.udp.length >= 8) covered = std::min<size_t>(covered, *packet.udp.length);
    const uint32_t pseudo =
        PseudoSum(source.number(), destination.number(), NumberOf(packet.protocol), covered);
    uint32_t checksum = ~Sum(payload.data(), covered, pseudo) & 0xffff;
    if (packet.protocol == Protocol::kUdp && checksum == 0) checksum = 0xffff;
    Set16(payload, checksum_at, checksum);
  }
  if (packet.bad_checksum) payload[checksum_at] ^= 0x55;
  return payload;
}

Bytes WriteArp(const Packet& packet, const Route& route) {
  const ArpPart& arp = packet.arp;
  const auto put_mac = [](Bytes& out, const wire::MacAddress& mac) {
    out.insert(out.end(), mac.octets().begin(), mac.octets().end());
  };
  Bytes out;
  Put16(out, 1);
  Put16(out, kTypeIpv4);
  Put8(out, 6);
  Put8(out, 4);
  Put16(out, arp.operation.value_or(1));
  put_mac(out, arp.sender_mac.value_or(route.source_mac));
  Put32(out, arp.sender_ip.value_or(route.source).number());
  put_mac(out, arp.target_mac.value_or(arp.operation == 2u ? route.destination_mac : wire::MacAddress()));
  Put32(out, arp.target_ip.value_or(route.destination).number());
  return out;
}

bool IsGroup(wire::Ipv4Address address) { return address.is_multicast() || address.is_broadcast(); }

wire::MacAddress MacOf(wire::Ipv4Address address) {
  if (address.is_broadcast()) return wire::MacAddress::Broadcast();
  const uint32_t number = address.number();  // RFC 1112 6.4
  return wire::MacAddress({0x01, 0x00, 0x5e, static_cast<uint8_t>(number >> 16 & 0x7f),
                           static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)});
}

}  // namespace

Route Route::Reversed() const {
  Route back = *this;
  std::swap(back.source_mac, back.destination_mac);
  std::swap(back.source, back.destination);
  std::swap(back.source_port, back.destination_port);
  std::swap(back.bases.sequence, back.bases.ack);
  std::swap(back.bases.timestamp, back.bases.echo);
  return back;
}

Bytes PayloadOf(const Packet& packet) {
  if (packet.payload) return *packet.payload;
  Bytes payload(packet.payload_size.value_or(0));
  const uint32_t first = packet.protocol == Protocol::kTcp ? packet.tcp.sequence.value_or(0) : 0;
  for (size_t at = 0; at < payload.size(); ++at) payload[at] = PatternAt(first + static_cast<uint32_t>(at));
  return payload;
}

Bytes WriteIp(const Packet& packet, const Route& route) {
  const IpPart& ip = packet.ip;
  const auto source = ip.source.value_or(route.source),
             destination = ip.destination.value_or(route.destination);
  Bytes payload = WriteTransport(packet, route, source, destination);
  uint32_t offset = ip.offset.value_or(0);
  bool more = ip.more_fragments.value_or(false);
  if (packet.slice) {
    payload.resize(std::max(payload.size(), packet.slice->end));
    payload = Bytes(payload.begin() + static_cast<ptrdiff_t>(packet.slice->begin),
                    payload.begin() + static_cast<ptrdiff_t>(packet.slice->end));
    if (packet.slice->fill) payload.assign(payload.size(), *packet.slice->fill);
    offset = static_cast<uint32_t>(packet.slice->begin);
    more = packet.slice->more;
  }
  Bytes options = ip.options.value_or(Bytes{});
  while (options.size() % 4 != 0) Put8(options, 0);
  const size_t header_size = 20 + options.size();
  Bytes out;
  Put8(out, ip.version.value_or(4) << 4 | ip.header_words.value_or(static_cast<uint32_t>(header_size / 4)));
  Put8(out, ip.tos.value_or(0));
  Put16(out, ip.length.value_or(static_cast<uint32_t>(header_size + payload.size())));
  Put16(out, ip.id.value_or(route.ip_id));
  Put16(out, (ip.dont_fragment.value_or(false) ? 0x4000u : 0u) | (more ? 0x2000u : 0u) | offset / 8);
  Put8(out, ip.ttl.value_or(64));
  Put8(out, ip.protocol.value_or(NumberOf(packet.protocol)));
  Put16(out, 0);
  Put32(out, source.number());
  Put32(out, destination.number());
  PutAll(out, options);
  Set16(out, 10, (~Sum(out) & 0xffff) ^ ip.checksum_error.value_or(0));
  PutAll(out, payload);
  return out;
}

Bytes WriteFrame(const Packet& packet, const Route& route) {
  const bool is_arp = packet.protocol == Protocol::kArp;
  const Bytes payload = is_arp ? WriteArp(packet, route) : WriteIp(packet, route);
  wire::MacAddress destination_mac = route.destination_mac;
  const auto destination = packet.ip.destination.value_or(route.destination);
  if (is_arp ? packet.arp.operation.value_or(1) == 1 : false) destination_mac = wire::MacAddress::Broadcast();
  if (!is_arp && IsGroup(destination)) destination_mac = MacOf(destination);
  const auto to = packet.ethernet.destination.value_or(destination_mac);
  const auto from = packet.ethernet.source.value_or(route.source_mac);
  Bytes out(to.octets().begin(), to.octets().end());
  out.insert(out.end(), from.octets().begin(), from.octets().end());
  Put16(out, packet.ethernet.type.value_or(is_arp ? kTypeArp : kTypeIpv4));
  PutAll(out, payload);
  out.resize(out.size() + packet.ethernet.padding);
  return out;
}

}  // namespace nut::packets
