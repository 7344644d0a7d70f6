#include "stack/base/siphash.h"

#include <sodium.h>

namespace nut {

uint64_t SipHash::operator()(ByteView bytes) const {
  static_assert(crypto_shorthash_BYTES == sizeof(uint64_t) && crypto_shorthash_KEYBYTES == 16);
  uint64_t hash;
  crypto_shorthash(reinterpret_cast<unsigned char*>(&hash), bytes.data(), bytes.size(), key_.data());
  return hash;
}

}  // namespace nut
