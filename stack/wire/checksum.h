// The Internet checksum (RFC 1071): the one's complement of the one's complement sum of 16-bit big-endian
// words, an odd last byte being padded with a zero behind it. Pure functions and values, free of alignment;
// any thread.
//
// A "sum" here is a number below 2^16 in host order, not yet complemented. Sums of parts that start at even
// offsets add up: PartialSum(b, PartialSum(a)).
#pragma once

#include <cstdint>

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

  uint32_t Sum() const;
};

}  // namespace nut::wire
