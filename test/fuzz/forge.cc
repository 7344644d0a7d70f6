#include "test/fuzz/forge.h"

#include <algorithm>

#include "stack/wire/checksum.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/tcp.h"
#include "stack/wire/udp.h"

namespace nut::fuzz {
namespace {

using wire::IpProtocol;

Bytes Join(size_t room_in_front, ByteView payload) {
  Bytes bytes(room_in_front + payload.size());
  std::copy(payload.begin(), payload.end(), bytes.begin() + static_cast<ptrdiff_t>(room_in_front));
  return bytes;
}

}  // namespace

Bytes ForgeIpv4(const Host& from, const Host& to, wire::Ipv4Fields fields, ByteView payload) {
  fields.source = from.ip;
  fields.destination = to.ip;
  fields.payload_size = payload.size();
  Bytes frame = Join(wire::kEthernetHeaderSize + wire::Ipv4HeaderSize(fields), payload);
  wire::Emit(frame, wire::EthernetFields{to.mac, from.mac, wire::EtherType::kIpv4});
  wire::Emit(MutableByteView(frame).subspan(wire::kEthernetHeaderSize), fields);
  return frame;
}

Bytes ForgeTcp(const Host& from, const Host& to, const ForgedSegment& segment) {
  const ByteView options = segment.options.first(std::min(segment.options.size(), wire::kTcpMaxOptionsSize));
  const size_t header_size = wire::kTcpHeaderSize + (options.size() + 3) / 4 * 4;
  Bytes bytes = Join(header_size, segment.payload);
  uint8_t* const p = bytes.data();
  StoreBe16(p, segment.source_port);
  StoreBe16(p + 2, segment.destination_port);
  StoreBe32(p + 4, segment.sequence);
  StoreBe32(p + 8, segment.acknowledgement);
  p[12] = static_cast<uint8_t>(header_size / 4 << 4);
  p[13] = segment.flags;
  StoreBe16(p + 14, segment.window);
  StoreBe16(p + 18, segment.urgent_pointer);
  std::copy(options.begin(), options.end(), p + wire::kTcpHeaderSize);
  wire::FinishTcpChecksum(bytes, {from.ip, to.ip});
  return ForgeIpv4(from, to, {.protocol = IpProtocol::kTcp, .dont_fragment = true}, bytes);
}

Bytes ForgeUdp(const Host& from, const Host& to, uint16_t source_port, uint16_t destination_port, ByteView payload) {
  Bytes datagram = Join(wire::kUdpHeaderSize, payload);
  wire::Emit(datagram, {wire::Port(source_port), wire::Port(destination_port)}, {from.ip, to.ip});
  return ForgeIpv4(from, to, {.protocol = IpProtocol::kUdp}, datagram);
}

Bytes ForgeIcmp(const Host& from, const Host& to, const wire::IcmpFields& fields, ByteView payload) {
  Bytes message = Join(wire::kIcmpHeaderSize, payload);
  wire::Emit(message, fields);
  return ForgeIpv4(from, to, {.protocol = IpProtocol::kIcmp}, message);
}

Bytes ForgeArp(const wire::MacAddress& from, const wire::MacAddress& to, const wire::ArpFields& fields) {
  Bytes frame(wire::kEthernetHeaderSize + wire::kArpSize);
  wire::Emit(frame, wire::EthernetFields{to, from, wire::EtherType::kArp});
  wire::Emit(MutableByteView(frame).subspan(wire::kEthernetHeaderSize), fields);
  return frame;
}

}  // namespace nut::fuzz
