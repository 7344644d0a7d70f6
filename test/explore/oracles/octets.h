// What applications send in the explorer: octets that say where they belong, so that whoever receives one
// knows whether it is the right one. A stream is known by its sender's initial sequence number, which no
// other incarnation of the same pair has.
#pragma once

#include <cstdint>

#include "stack/base/bytes.h"

namespace nut::explore {

constexpr uint8_t OctetAt(uint32_t initial_sequence, uint64_t offset) {
  return static_cast<uint8_t>(
      (initial_sequence * 2654435761u + offset * 0x9e3779b97f4a7c15u + (offset >> 8)) >> 24);
}

inline void FillOctets(uint32_t initial_sequence, uint64_t offset, MutableByteView out) {
  for (uint8_t& octet : out) octet = OctetAt(initial_sequence, offset++);
}

// The number of leading octets that are what they should be; all of them: bytes.size().
inline size_t MatchingOctets(uint32_t initial_sequence, uint64_t offset, ByteView bytes) {
  size_t count = 0;
  while (count < bytes.size() && bytes[count] == OctetAt(initial_sequence, offset + count)) ++count;
  return count;
}

}  // namespace nut::explore
