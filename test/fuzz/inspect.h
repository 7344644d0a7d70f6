// What every fuzz target asks of a view: that it stays inside its bytes and that every byte of it can be
// read.
#pragma once

#include "stack/base/bytes.h"
#include "stack/base/invariant.h"

namespace nut::fuzz {

// Aborts unless `part` lies within `whole`; reads all of it, for the address sanitizer to see.
inline void Inspect(ByteView whole, ByteView part) {
  NUT_INVARIANT(part.size() <= whole.size(), "a part larger than the whole");
  NUT_INVARIANT(part.empty() ||
                    (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size()),
                "a part outside of the whole");
  uint8_t all = 0;
  for (const uint8_t byte : part) all ^= byte;
  volatile uint8_t sink = all;
  static_cast<void>(sink);
}

// Keeps a value from being optimised away.
template <typename T>
void Use(const T& value) {
  asm volatile("" : : "g"(&value) : "memory");
}

}  // namespace nut::fuzz
