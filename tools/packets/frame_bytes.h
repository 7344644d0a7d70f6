// Big-endian numbers at the end of a byte vector and anywhere in one, and the Internet checksum (RFC 1071),
// written once more: what checks the stack's encoder must not be the stack's encoder.
#pragma once

#include "tools/packets/packet.h"

namespace nut::packets {

inline void Put8(Bytes& out, uint32_t value) { out.push_back(static_cast<uint8_t>(value)); }
inline void Put16(Bytes& out, uint32_t value) {
  Put8(out, value >> 8);
  Put8(out, value);
}
inline void Put32(Bytes& out, uint32_t value) {
  Put16(out, value >> 16);
  Put16(out, value);
}
inline void PutAll(Bytes& out, const Bytes& more) { out.insert(out.end(), more.begin(), more.end()); }
inline void Set16(Bytes& bytes, size_t at, uint32_t value) {
  bytes[at] = static_cast<uint8_t>(value >> 8);
  bytes[at + 1] = static_cast<uint8_t>(value);
}

inline uint16_t Get16(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]); }
inline uint32_t Get32(const uint8_t* bytes) { return uint32_t{Get16(bytes)} << 16 | Get16(bytes + 2); }

// The sum of 16-bit words, not complemented; an odd last octet counts as the upper half of a word.
inline uint32_t Sum(const uint8_t* bytes, size_t size, uint32_t sum = 0) {
  uint64_t total = sum;
  for (size_t at = 0; at < size; at += 2)
    total += uint32_t{bytes[at]} << 8 | (at + 1 < size ? bytes[at + 1] : 0u);
  while (total >> 16) total = (total & 0xffff) + (total >> 16);
  return static_cast<uint32_t>(total);
}
inline uint32_t Sum(const Bytes& bytes, uint32_t sum = 0) { return Sum(bytes.data(), bytes.size(), sum); }

// The sum over addresses, protocol and length in front of a transport header (RFC 9293 3.1, RFC 768).
inline uint32_t PseudoSum(uint32_t source, uint32_t destination, uint8_t protocol, size_t length) {
  Bytes header;
  Put32(header, source);
  Put32(header, destination);
  Put16(header, protocol);
  Put16(header, static_cast<uint32_t>(length));
  return Sum(header);
}

}  // namespace nut::packets
