// A reference that can go stale without harm: the slot in an owner's table, and the generation of what lives
// there. Looking a stale one up finds nothing (design: socket lifetime, rule 1).
#pragma once

#include <compare>
#include <cstdint>

namespace nut {

template <typename Tag>
struct Handle {
  uint32_t slot = 0;
  uint32_t generation = 0;  // 0 is never given out: a default-made handle is stale

  bool valid() const { return generation != 0; }
  // One number for logs and listings.
  uint64_t id() const { return uint64_t{generation} << 32 | slot; }
  friend auto operator<=>(const Handle&, const Handle&) = default;
};

}  // namespace nut
