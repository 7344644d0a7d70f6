#include "stack/base/rng.h"

#include <sodium.h>

#include "stack/base/invariant.h"

namespace nut {

Rng::Rng(std::string_view seed) {
  crypto_generichash(key_.data(), key_.size(), reinterpret_cast<const unsigned char*>(seed.data()),
                     seed.size(), nullptr, 0);
}

Rng Rng::Split(std::string_view purpose) const {
  Key key;
  crypto_generichash(key.data(), key.size(), reinterpret_cast<const unsigned char*>(purpose.data()),
                     purpose.size(), key_.data(), key_.size());
  return Rng(key);
}

void Rng::Refill() {
  uint8_t nonce[crypto_stream_chacha20_NONCEBYTES];
  std::memcpy(nonce, &block_, sizeof nonce);
  ++block_;
  crypto_stream_chacha20(reinterpret_cast<unsigned char*>(buffer_.data()), sizeof buffer_, nonce,
                         key_.data());
  used_ = 0;
}

uint64_t Rng::Next64() {
  if (used_ == buffer_.size()) Refill();
  return buffer_[used_++];
}

uint64_t Rng::Below(uint64_t bound) {
  NUT_INVARIANT(bound > 0, "a random number below zero was asked for");
  // Rejection keeps it uniform: values under 2^64 mod bound would make small results more likely.
  const uint64_t threshold = -bound % bound;
  for (;;) {
    const uint64_t value = Next64();
    if (value >= threshold) return value % bound;
  }
}

void Rng::Fill(MutableByteView bytes) {
  while (!bytes.empty()) {
    const uint64_t value = Next64();
    const size_t count = std::min(bytes.size(), sizeof value);
    std::memcpy(bytes.data(), &value, count);
    bytes = bytes.subspan(count);
  }
}

std::string Rng::HostSeed() {
  NUT_INVARIANT(sodium_init() >= 0, "libsodium found no source of random bytes");
  uint8_t bytes[16];
  randombytes_buf(bytes, sizeof bytes);
  char text[sizeof bytes * 2 + 1];
  return sodium_bin2hex(text, sizeof text, bytes, sizeof bytes);
}

}  // namespace nut
