#include "stack/wire/ipv4.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/wire/checksum.h"

namespace nut::wire {
namespace {

constexpr size_t RoundUpTo4(size_t size) { return (size + 3) & ~size_t{3}; }

uint16_t HeaderChecksum(ByteView header) {
  // Nearly none has options.
  if (header.size() == kIpv4HeaderSize) return static_cast<uint16_t>(~SumOf<kIpv4HeaderSize>(header.data()));
  return Checksum(header);
}

}  // namespace

Parsed<size_t> Ipv4View::CheckHeader(ByteView bytes) {
  if (bytes.size() < kIpv4HeaderSize) return Reject(DropReason::kIpTruncated);
  // RFC 1122 3.2.1.1: any other version is dropped silently.
  if (bytes[0] >> 4 != 4) return Reject(DropReason::kIpBadVersion);
  const size_t header_size = static_cast<size_t>(bytes[0] & 0x0f) * 4;
  // RFC 791 3.1: the minimum value for a correct header is 5.
  if (header_size < kIpv4HeaderSize) return Reject(DropReason::kIpBadHeaderLength);
  if (header_size > bytes.size()) return Reject(DropReason::kIpTruncated);
  if (LoadBe16(bytes.data() + 2) < header_size) return Reject(DropReason::kIpBadTotalLength);
  return header_size;
}

Parsed<Ipv4View> Ipv4View::Parse(ByteView bytes) {
  const auto header_size = CheckHeader(bytes);
  if (!header_size) return Reject(header_size.error());
  const size_t total_length = LoadBe16(bytes.data() + 2);
  if (total_length > bytes.size()) return Reject(DropReason::kIpBadTotalLength);
  // RFC 1122 3.2.1.2: a host verifies the header checksum of every datagram and drops bad ones silently.
  if (HeaderChecksum(bytes.first(*header_size)) != 0) return Reject(DropReason::kIpBadChecksum);
  return Ipv4View(bytes.first(total_length));
}

Parsed<Ipv4View> Ipv4View::ParseQuoted(ByteView bytes) {
  const auto header_size = CheckHeader(bytes);
  if (!header_size) return Reject(header_size.error());
  return Ipv4View(bytes.first(std::min<size_t>(LoadBe16(bytes.data() + 2), bytes.size())));
}

size_t Ipv4HeaderSize(const Ipv4Fields& fields) {
  return kIpv4HeaderSize + RoundUpTo4(fields.options.size());
}

void Emit(MutableByteView out, const Ipv4Fields& fields) {
  NUT_INVARIANT(fields.options.size() <= kIpv4MaxOptionsSize, "IPv4 options too long");
  const size_t header_size = Ipv4HeaderSize(fields);
  NUT_INVARIANT(out.size() >= header_size, "no room for an IPv4 header");
  const size_t total_length = header_size + fields.payload_size;
  NUT_INVARIANT(total_length <= kIpv4MaxPacketSize, "IPv4 packet too long");
  NUT_INVARIANT(fields.fragment_offset % 8 == 0 && fields.fragment_offset / 8 <= 0x1fff,
                "bad fragment offset");

  uint8_t* p = out.data();
  p[0] = static_cast<uint8_t>(0x40 | header_size / 4);
  p[1] = fields.tos;
  StoreBe16(p + 2, static_cast<uint16_t>(total_length));
  StoreBe16(p + 4, fields.identification);
  const auto offset = static_cast<uint16_t>(fields.fragment_offset / 8);
  StoreBe16(p + 6, static_cast<uint16_t>(fields.dont_fragment << 14 | fields.more_fragments << 13 | offset));
  p[8] = fields.ttl;
  p[9] = static_cast<uint8_t>(fields.protocol);
  StoreBe16(p + 10, 0);
  fields.source.Store(p + 12);
  fields.destination.Store(p + 16);
  // The zeroes behind the options are End of Option List (RFC 791 3.1, Padding).
  std::fill(p + kIpv4HeaderSize, p + header_size, uint8_t{0});
  std::copy(fields.options.begin(), fields.options.end(), p + kIpv4HeaderSize);
  StoreBe16(p + 10, HeaderChecksum(out.first(header_size)));
}

}  // namespace nut::wire
