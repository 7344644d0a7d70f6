// ByteOrder: numbers in the order of the machine that wrote a capture. A value.
#pragma once

#include <cstdint>
#include <cstring>

namespace nut::tracecheck {

class ByteOrder {
 public:
  explicit ByteOrder(bool swapped) : swapped_(swapped) {}

  uint16_t Get16(const uint8_t* bytes) const {
    uint16_t value;
    std::memcpy(&value, bytes, sizeof value);
    return swapped_ ? __builtin_bswap16(value) : value;
  }
  uint32_t Get32(const uint8_t* bytes) const {
    uint32_t value;
    std::memcpy(&value, bytes, sizeof value);
    return swapped_ ? __builtin_bswap32(value) : value;
  }
  uint64_t Get64(const uint8_t* bytes) const {
    uint64_t value;
    std::memcpy(&value, bytes, sizeof value);
    return swapped_ ? __builtin_bswap64(value) : value;
  }

 private:
  bool swapped_;
};

}  // namespace nut::tracecheck
