#include "tools/packets/frame_reader.h"

#include <fmt/format.h>

#include "tools/packets/frame_bytes.h"
#include "tools/packets/tcp_bits.h"

namespace nut::packets {
namespace {

using View = std::span<const uint8_t>;

Bytes Copy(View view) { return Bytes(view.begin(), view.end()); }

wire::Ipv4Address AddressAt(const uint8_t* bytes) { return wire::Ipv4Address(Get32(bytes)); }

void SetPayload(Packet& packet, View payload) {
  packet.payload = Copy(payload);
  packet.payload_size = payload.size();
}

TcpOptionText ReadOption(uint8_t kind, View value) {
  using Kind = TcpOptionText::Kind;
  TcpOptionText option;
  const size_t size = value.size();
  if (kind == kOptionMss && size == 2) {
    option.kind = Kind::kMss;
    option.first = Get16(value.data());
  } else if (kind == kOptionWindowScale && size == 1) {
    option.kind = Kind::kWindowScale;
    option.first = value[0];
  } else if (kind == kOptionSackPermitted && size == 0) {
    option.kind = Kind::kSackPermitted;
  } else if (kind == kOptionSack && size % 8 == 0) {
    option.kind = Kind::kSack;
    for (size_t at = 0; at < size; at += 8) {
      option.blocks.emplace_back(Get32(&value[at]), Get32(&value[at + 4]));
    }
  } else if (kind == kOptionTimestamps && size == 8) {
    option.kind = Kind::kTimestamps;
    option.first = Get32(value.data());
    option.second = Get32(&value[4]);
  } else {
    option.kind = Kind::kOther;
    option.number = kind;
    option.bytes = Copy(value);
  }
  return option;
}

void ReadOptions(View bytes, ReadPacket& read) {
  auto& options = read.packet.tcp.options;
  while (!bytes.empty()) {
    const uint8_t kind = bytes[0];
    if (kind == kOptionEnd) {
      options.push_back({.kind = TcpOptionText::Kind::kEnd});
      // RFC 9293 MUST-69.
      for (const uint8_t octet : bytes) {
        if (octet != 0) read.fault = "octets behind the end of options that are not zero";
      }
      return;
    }
    if (kind == kOptionNop) {
      options.push_back({.kind = TcpOptionText::Kind::kNop});
      bytes = bytes.subspan(1);
      continue;
    }
    if (bytes.size() < 2 || bytes[1] < 2 || bytes[1] > bytes.size()) {
      read.fault = "an option of an impossible length";
      options.push_back({.kind = TcpOptionText::Kind::kRaw, .bytes = Copy(bytes)});
      return;
    }
    options.push_back(ReadOption(kind, bytes.subspan(2, bytes[1] - 2u)));
    bytes = bytes.subspan(bytes[1]);
  }
}

void ReadTcp(View bytes, ReadPacket& read, bool whole) {
  TcpPart& tcp = read.packet.tcp;
  read.packet.protocol = Protocol::kTcp;
  read.source_port = Get16(bytes.data());
  read.destination_port = Get16(&bytes[2]);
  tcp.sequence = Get32(&bytes[4]);
  if (bytes.size() < 20) return;  // quoted
  tcp.ack = Get32(&bytes[8]);
  tcp.header_words = bytes[12] >> 4;
  tcp.reserved = bytes[12] & 0x0f;
  tcp.flags = bytes[13];
  tcp.window = Get16(&bytes[14]);
  tcp.urgent = Get16(&bytes[18]);
  const size_t header = *tcp.header_words * 4u;
  if (!whole) return;
  if (header < 20 || header > bytes.size()) {
    read.fault = "a TCP header of an impossible length";
    return;
  }
  ReadOptions(bytes.subspan(20, header - 20), read);
  SetPayload(read.packet, bytes.subspan(header));
}

void ReadUdp(View bytes, ReadPacket& read, bool whole) {
  read.packet.protocol = Protocol::kUdp;
  read.source_port = Get16(bytes.data());
  read.destination_port = Get16(&bytes[2]);
  read.packet.udp = {read.source_port, read.destination_port, Get16(&bytes[4]), Get16(&bytes[6]) == 0};
  if (!whole) return;
  if (*read.packet.udp.length != bytes.size()) read.fault = "a UDP length that is not the packet's";
  SetPayload(read.packet, bytes.subspan(8));
}

void ReadIcmp(View bytes, ReadPacket& read, bool whole) {
  Packet& packet = read.packet;
  packet.protocol = Protocol::kIcmp;
  packet.icmp = {bytes[0], bytes[1], Get32(&bytes[4])};
  const View rest = bytes.subspan(8);
  const uint8_t type = bytes[0];
  const bool is_error = type == 3 || type == 4 || type == 5 || type == 11 || type == 12;
  if (is_error && rest.size() >= 28) {
    packet.quoted = std::make_shared<Packet>(ReadQuoted(rest).packet);
    packet.quoted_size = rest.size() - (rest[0] & 0x0f) * 4u;
  }
  SetPayload(packet, rest);
  if (whole && Sum(bytes.data(), bytes.size()) != 0xffff) read.fault = "a wrong ICMP checksum";
}

void ReadTransport(View bytes, ReadPacket& read, uint8_t protocol, bool whole) {
  const IpPart& ip = read.packet.ip;
  const size_t least = whole && protocol == kProtocolTcp ? 20 : 8;
  if (bytes.size() < least) return;
  if (protocol == kProtocolTcp) {
    ReadTcp(bytes, read, whole);
  } else if (protocol == kProtocolUdp) {
    ReadUdp(bytes, read, whole);
  } else if (protocol == kProtocolIcmp) {
    ReadIcmp(bytes, read, whole);
  } else if (protocol == kProtocolIgmp) {
    read.packet.protocol = Protocol::kIgmp;
    read.packet.igmp = {bytes[0], bytes[1], AddressAt(&bytes[4])};
    SetPayload(read.packet, bytes.subspan(8));
    if (whole && Sum(bytes.data(), bytes.size()) != 0xffff) read.fault = "a wrong IGMP checksum";
  }
  const bool summed = protocol == kProtocolTcp || (protocol == kProtocolUdp && !read.packet.udp.no_checksum);
  if (whole && summed &&
      Sum(bytes.data(), bytes.size(),
          PseudoSum(ip.source->number(), ip.destination->number(), protocol, bytes.size())) != 0xffff) {
    read.fault = "a wrong checksum";
  }
}

void ReadArp(View bytes, ReadPacket& read) {
  if (bytes.size() < 28) {
    read.fault = "an ARP packet that is too short";
    return;
  }
  read.packet.protocol = Protocol::kArp;
  read.packet.arp = {Get16(&bytes[6]), wire::MacAddress::Load(&bytes[8]), wire::MacAddress::Load(&bytes[18]),
                     AddressAt(&bytes[14]), AddressAt(&bytes[24])};
  if (Get16(bytes.data()) != 1 || Get16(&bytes[2]) != kTypeIpv4 || bytes[4] != 6 || bytes[5] != 4) {
    read.fault = "an ARP packet that is not for Ethernet and IPv4";
  }
}

ReadPacket ReadIp(View bytes, bool whole, bool as_raw) {
  ReadPacket read;
  Packet& packet = read.packet;
  packet.protocol = Protocol::kRaw;
  const size_t header = bytes.empty() ? 0 : (bytes[0] & 0x0f) * 4u;
  if (bytes.size() < 20 || header < 20 || header > bytes.size()) {
    SetPayload(packet, bytes);
    read.fault = "no IP packet";
    return read;
  }
  const uint16_t fragment = Get16(&bytes[6]);
  IpPart& ip = packet.ip;
  ip.version = bytes[0] >> 4;
  ip.header_words = bytes[0] & 0x0f;
  ip.tos = bytes[1];
  ip.length = Get16(&bytes[2]);
  ip.id = Get16(&bytes[4]);
  ip.dont_fragment = (fragment & 0x4000) != 0;
  ip.more_fragments = (fragment & 0x2000) != 0;
  ip.offset = (fragment & 0x1fffu) * 8;
  ip.ttl = bytes[8];
  ip.protocol = bytes[9];
  ip.source = AddressAt(&bytes[12]);
  ip.destination = AddressAt(&bytes[16]);
  ip.options = Copy(bytes.subspan(20, header - 20));
  if (whole) {
    if (*ip.length < header || *ip.length > bytes.size()) {
      read.fault = "a total length that is not the packet's";
    } else {
      bytes = bytes.first(*ip.length);  // Ethernet pads what is short
    }
    if (Sum(bytes.data(), header) != 0xffff) read.fault = "a wrong IP header checksum";
  }
  const View payload = bytes.subspan(header);
  SetPayload(packet, payload);
  // A first fragment that is quoted shows its transport header like any other packet.
  const bool is_fragment = (whole && *ip.more_fragments) || *ip.offset != 0;
  if (!as_raw && !is_fragment) ReadTransport(payload, read, bytes[9], whole);
  return read;
}

}  // namespace

ReadPacket ReadFrame(View frame, bool as_raw) {
  ReadPacket read;
  read.packet.protocol = Protocol::kRaw;
  if (frame.size() < 14) {
    SetPayload(read.packet, frame);
    read.fault = "a frame that is too short";
    return read;
  }
  const uint16_t type = Get16(&frame[12]);
  const View payload = frame.subspan(14);
  if (type == kTypeIpv4) {
    read = ReadIp(payload, true, as_raw);
  } else if (type == kTypeArp) {
    ReadArp(payload, read);
  } else {
    SetPayload(read.packet, payload);
  }
  read.packet.ethernet.destination = wire::MacAddress::Load(frame.data());
  read.packet.ethernet.source = wire::MacAddress::Load(&frame[6]);
  read.packet.ethernet.type = type;
  return read;
}

ReadPacket ReadQuoted(View packet) { return ReadIp(packet, false, false); }

}  // namespace nut::packets
