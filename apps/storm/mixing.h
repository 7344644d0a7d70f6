// Mixing: a bijection of 64 bits that leaves no pattern (the finaliser of SplitMix64, Steele, Lea and Flood
// 2014): what makes a plan out of a number. Not for secrets.
#pragma once

#include <cstdint>

namespace nut::storm {

constexpr uint64_t Mixed(uint64_t value) {
  value += 0x9e3779b97f4a7c15u;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9u;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebu;
  return value ^ (value >> 31);
}

}  // namespace nut::storm
