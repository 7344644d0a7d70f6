// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit big-endian
// words, an odd last byte being padded with a zero behind it. Pure functions and values, free of alignment;
// any thread.
//
// A "sum" here is a number below 2^16 in host order, not yet complemented. Sums of parts that start at even
// offsets add up: PartialSum(b, PartialSum(a)).
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

#include "stack/base/bytes.h"
#include "stack/wire/ip_address.h"
#include "stack/wire/ip_protocol.h"

namespace nut::wire {

// Brings any number of carries back in (RFC 1071 section 2 (A)): the result is below 2^16, and 0 only for 0.
constexpr uint16_t Fold(uint64_t sum) {
  sum = (sum & 0xffffffff) + (sum >> 32);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

// `seed` plus the sum of `bytes`, folded.
uint32_t PartialSum(ByteView bytes, uint32_t seed = 0);

// The same for a size known beforehand: a header without options, addresses. Without a call, for they are
// summed several times for each packet.
template <size_t kSize>
uint16_t SumOf(const uint8_t* bytes) {
  static_assert(kSize % 4 == 0 && kSize <= 64);
  // Words in the host's order (RFC 1071 section 2 (B)), of 32 bits: carries gather in the upper half.
  uint64_t sum = 0;
  for (size_t i = 0; i < kSize; i += 4) {
    uint32_t word;
    std::memcpy(&word, bytes + i, sizeof word);
    sum += word;
  }
  const uint16_t folded = Fold(sum);
  if constexpr (std::endian::native == std::endian::big) return folded;
  return static_cast<uint16_t>(folded << 8 | folded >> 8);
}

// What goes into a checksum field. Over bytes that contain a correct checksum it is 0.
inline uint16_t Checksum(ByteView bytes, uint32_t seed = 0) {
  return static_cast<uint16_t>(~PartialSum(bytes, seed));
}

// The sum over chunks of any length, odd ones in the middle included: a datagram gathered from pieces.
class InternetChecksum {
 public:
  InternetChecksum() = default;
  explicit InternetChecksum(uint32_t seed) : sum_(seed) {}

  void Add(ByteView chunk);
  uint16_t sum() const { return Fold(sum_); }
  uint16_t Finish() const { return static_cast<uint16_t>(~sum()); }

 private:
  uint32_t sum_ = 0;
  bool odd_ = false;  // an odd number of bytes so far: the next chunk starts in the low half of a word
};

// What UDP and TCP sum in front of their own header (RFC 768, RFC 9293 3.1, RFC 8200 8.1). The functions of
// udp.h and tcp.h know the protocol and the length themselves and put them in: callers give the two
// addresses.
struct PseudoHeader {
  IpAddress source;
  IpAddress destination;
  IpProtocol protocol{};
  uint16_t length = 0;  // of the transport's header and payload, in bytes

  // The words in front of an IPv4 address are zero but for one of 0xffff, which in one's complement is zero,
  // too.
  uint32_t Sum() const {
    return Fold(static_cast<uint64_t>(protocol) + uint64_t{length} + SumOf(source) + SumOf(destination));
  }

 private:
  // Words of 32 bits count as the sum of their halves.
  static uint64_t SumOf(const IpAddress& address) {
    const auto& words = address.words();
    return uint64_t{words[0]} + words[1] + words[2] + words[3];
  }
};

}  // namespace nut::wire
