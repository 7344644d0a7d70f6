// The IPv4 header (RFC 791). A view lives no longer than the frame it looks at, and spans exactly the packet:
// header, options and payload by the total length field, without the padding of a short Ethernet frame.
#pragma once

#include "stack/wire/ecn.h"
#include "stack/wire/ip_protocol.h"
#include "stack/wire/ipv4_address.h"
#include "stack/wire/parsed.h"

namespace nut::wire {

inline constexpr size_t kIpv4HeaderSize = 20;  // without options
inline constexpr size_t kIpv4MaxHeaderSize = 60;
inline constexpr size_t kIpv4MaxOptionsSize = kIpv4MaxHeaderSize - kIpv4HeaderSize;
inline constexpr size_t kIpv4MaxPacketSize = 65535;

class Ipv4View {
 public:
  // Checks version, header length, total length against the bytes present, and the header checksum; the
  // reasons are kIpTruncated, kIpBadVersion, kIpBadHeaderLength, kIpBadTotalLength, kIpBadChecksum. Options
  // are not walked (CheckIpv4Options in ipv4_options.h does), addresses not judged.
  static Parsed<Ipv4View> Parse(ByteView bytes);

  // For the packet quoted in an ICMP error, which is cut (RFC 792) and may have been rewritten on its way:
  // the whole header must be there, but the total length may exceed the bytes and the checksum may be
  // anything.
  static Parsed<Ipv4View> ParseQuoted(ByteView bytes);

  size_t header_size() const { return static_cast<size_t>(bytes_[0] & 0x0f) * 4; }  // 20–60 bytes
  uint8_t tos() const { return bytes_[1]; }
  uint8_t dscp() const { return bytes_[1] >> 2; }  // RFC 2474
  Ecn ecn() const { return EcnOf(bytes_[1]); }
  uint16_t total_length() const { return LoadBe16(bytes_.data() + 2); }
  uint16_t identification() const { return LoadBe16(bytes_.data() + 4); }
  bool dont_fragment() const { return bytes_[6] & 0x40; }
  bool more_fragments() const { return bytes_[6] & 0x20; }
  size_t fragment_offset() const { return (LoadBe16(bytes_.data() + 6) & 0x1fffu) * 8u; }  // in bytes
  bool is_fragment() const { return more_fragments() || fragment_offset() != 0; }
  uint8_t ttl() const { return bytes_[8]; }
  IpProtocol protocol() const { return static_cast<IpProtocol>(bytes_[9]); }
  Ipv4Address source() const { return Ipv4Address::Load(bytes_.data() + 12); }
  Ipv4Address destination() const { return Ipv4Address::Load(bytes_.data() + 16); }

  ByteView header() const { return bytes_.first(header_size()); }
  ByteView options() const { return header().subspan(kIpv4HeaderSize); }
  ByteView payload() const { return bytes_.subspan(header_size()); }
  ByteView packet() const { return bytes_; }

 private:
  explicit Ipv4View(ByteView bytes) : bytes_(bytes) {}
  // The checks that both kinds of parsing share: kNone, or the reason.
  static DropReason CheckHeader(ByteView bytes);

  ByteView bytes_;
};

struct Ipv4Fields {
  Ipv4Address source;
  Ipv4Address destination;
  IpProtocol protocol{};
  uint8_t ttl = 64;
  uint8_t tos = 0;
  uint16_t identification = 0;
  bool dont_fragment = false;
  bool more_fragments = false;
  size_t fragment_offset = 0;  // in bytes, a multiple of 8
  size_t payload_size = 0;     // header and payload together at most 65535
  ByteView options;            // at most 40 bytes; emitted with End-of-Options padding up to a multiple of 4
};

// 20–60, a multiple of 4.
size_t Ipv4HeaderSize(const Ipv4Fields& fields);

// Writes the first Ipv4HeaderSize(fields) bytes of `out`, checksum included.
void Emit(MutableByteView out, const Ipv4Fields& fields);

}  // namespace nut::wire
