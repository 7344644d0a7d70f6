// The ECN field of an IP header (RFC 3168 section 5): the two low bits of the octet that is called TOS here,
// and what several of them amount to. Pure functions.
#pragma once

#include <cstdint>
#include <optional>

namespace nut::wire {

enum class Ecn : uint8_t {
  kNotEct = 0,  // the transport cannot be told of congestion but by loss
  kEct1 = 1,    // it can; RFC 8311 leaves this one to experiments
  kEct0 = 2,    // it can
  kCe = 3,      // a router says: congestion
};

inline constexpr uint8_t kEcnMask = 0x03;

constexpr Ecn EcnOf(uint8_t tos) { return static_cast<Ecn>(tos & kEcnMask); }

// `tos` with another codepoint; its DSCP (RFC 2474) stays.
constexpr uint8_t WithEcn(uint8_t tos, Ecn ecn) {
  return static_cast<uint8_t>((tos & ~kEcnMask) | static_cast<uint8_t>(ecn));
}

// The codepoint of a packet of which `a` and `b` are pieces (RFC 3168 5.3); in whatever order many pieces are
// combined, the outcome is the same. Nothing where the packet has to be dropped.
constexpr std::optional<Ecn> CombineEcn(Ecn a, Ecn b) {
  // "MUST NOT change the ECN codepoint when all of the fragments carry the same codepoint."
  if (a == b) return a;
  const bool congestion = a == Ecn::kCe || b == Ecn::kCe;
  const bool incapable = a == Ecn::kNotEct || b == Ecn::kNotEct;
  // Congestion seen by one is seen by all, but never told in a packet with pieces that cannot have seen it.
  if (congestion && incapable) return std::nullopt;
  if (congestion) return Ecn::kCe;
  // RFC 3168 leaves these open: the one that promises less.
  return incapable ? Ecn::kNotEct : Ecn::kEct0;
}

}  // namespace nut::wire
