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

DropReason Ipv4View::CheckHeader(ByteView bytes) {
  if (bytes.size() < kIpv4HeaderSize) return DropReason::kIpTruncated;
  // RFC 1122 3.2.1.1: any other version is dropped silently.
  if (bytes[0] >> 4 != 4) return DropReason::kIpBadVersion;
  const size_t header_size = Ipv4View(bytes).header_size();
  // RFC 791 3.1: the minimum value for a correct header is 5.
  if (header_size < kIpv4HeaderSize) return DropReason::kIpBadHeaderLength;
  if (header_size > bytes.size()) return DropReason::kIpTruncated;
  if (Ipv4View(bytes).total_length() < header_size) return DropReason::kIpBadTotalLength;
  return DropReason::kNone;
}

Parsed<Ipv4View> Ipv4View::Parse(ByteView bytes) {
  if (const DropReason fault = CheckHeader(bytes); fault != DropReason::kNone) return Reject(fault);
  const Ipv4View view(bytes);
  if (view.total_length() > bytes.size()) return Reject(DropReason::kIpBadTotalLength);
  // RFC 1122 3.2.1.2: a host verifies the header checksum of every datagram and drops bad ones silently.
  if (HeaderChecksum(view.header()) != 0) return Reject(DropReason::kIpBadChecksum);
  return Ipv4View(bytes.first(view.total_length()));
}

Parsed<Ipv4View> Ipv4View::ParseQuoted(ByteView bytes) {
  if (const DropReason fault = CheckHeader(bytes); fault != DropReason::kNone) return Reject(fault);
  return Ipv4View(bytes.first(std::min<size_t>(Ipv4View(bytes).total_length(), bytes.size())));
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

  uint8_t* const p = out.data();
  // Summed up while it is written: who reads words of bytes that he has just written waits for them.
  uint32_t sum = 0;
  const auto put = [&](size_t place, uint32_t word) {
    StoreBe16(p + place, static_cast<uint16_t>(word));
    sum += word & 0xffff;
  };
  put(0, static_cast<uint32_t>((0x40 | header_size / 4) << 8 | fields.tos));
  put(2, static_cast<uint32_t>(total_length));
  put(4, fields.identification);
  const auto offset = static_cast<uint32_t>(fields.fragment_offset / 8);
  put(6, uint32_t{fields.dont_fragment} << 14 | uint32_t{fields.more_fragments} << 13 | offset);
  put(8, uint32_t{fields.ttl} << 8 | static_cast<uint8_t>(fields.protocol));
  put(12, fields.source.number() >> 16);
  put(14, fields.source.number());
  put(16, fields.destination.number() >> 16);
  put(18, fields.destination.number());
  if (!fields.options.empty()) {
    // The zeroes behind the options are End of Option List (RFC 791 3.1, Padding).
    std::fill(p + kIpv4HeaderSize, p + header_size, uint8_t{0});
    std::copy(fields.options.begin(), fields.options.end(), p + kIpv4HeaderSize);
    sum += PartialSum(out.first(header_size).subspan(kIpv4HeaderSize));
  }
  StoreBe16(p + 10, static_cast<uint16_t>(~Fold(sum)));
}

}  // namespace nut::wire
