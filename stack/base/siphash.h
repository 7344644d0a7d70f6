// SipHash-2-4 (libsodium's crypto_shorthash): the keyed hash behind ISNs, ports and hash tables.
#pragma once

#include <array>
#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/base/rng.h"

namespace nut {

class SipHash {
 public:
  explicit SipHash(Rng& rng) { rng.Fill(key_); }
  uint64_t operator()(ByteView bytes) const;

 private:
  std::array<uint8_t, 16> key_;
};

}  // namespace nut
