// ScriptReader: takes numbers and bytes off the front of a fuzzer's input. At the end it gives zeroes: every input is a
// valid script.
#pragma once

#include <algorithm>

#include "stack/base/bytes.h"

namespace nut::fuzz {

class ScriptReader {
 public:
  explicit ScriptReader(ByteView script) : rest_(script) {}

  bool done() const { return rest_.empty(); }

  uint8_t Byte() {
    const ByteView taken = Bytes(1);
    return taken.empty() ? 0 : taken[0];
  }
  int8_t SignedByte() { return static_cast<int8_t>(Byte()); }
  uint16_t Half() {
    const uint8_t high = Byte();
    return static_cast<uint16_t>(high << 8 | Byte());
  }
  uint32_t Word() {
    const uint32_t high = Half();
    return high << 16 | Half();
  }

  // As many as there are, at most `count`; part of the input.
  ByteView Bytes(size_t count) {
    const ByteView taken = rest_.first(std::min(count, rest_.size()));
    rest_ = rest_.subspan(taken.size());
    return taken;
  }
  // A length and as many bytes.
  ByteView String() { return Bytes(Byte()); }

 private:
  ByteView rest_;
};

}  // namespace nut::fuzz
