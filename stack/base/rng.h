// Seeded random numbers: the ChaCha20 key stream of libsodium (RFC 8439), so that the same seed gives the
// same run, and no observer of the output learns the seed. Streams are split by purpose: adding one shifts no
// other.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "stack/base/bytes.h"

namespace nut {

class Rng {
 public:
  using Key = std::array<uint8_t, 32>;

  // Any text is a seed ("4711"); it is hashed with BLAKE2b to the key.
  explicit Rng(std::string_view seed);
  explicit Rng(const Key& key) : key_(key) {}

  // An independent stream for `purpose` ("isn", "ports", …). Depends on this stream's key only, not on how
  // much of it was used.
  Rng Split(std::string_view purpose) const;

  uint64_t Next64();
  uint32_t Next32() { return static_cast<uint32_t>(Next64()); }

  // Uniform in [0, bound); bound > 0.
  uint64_t Below(uint64_t bound);

  // Uniform in [0, 1).
  double Unit() { return static_cast<double>(Next64() >> 11) * 0x1.0p-53; }

  // True with the given probability.
  bool Chance(double probability) { return Unit() < probability; }

  void Fill(MutableByteView bytes);

  // 128 random bits of the host as 32 hexadecimal digits: the seed of a run that was given none.
  static std::string HostSeed();

 private:
  void Refill();

  Key key_;
  uint64_t block_ = 0;
  std::array<uint64_t, 64> buffer_;
  size_t used_ = 64;
};

}  // namespace nut
