// SipHash (Aumasson and Bernstein, 2012): a keyed hash of short messages that behaves like a random function to
// whoever does not know the key, however many values he has seen: the hash behind ISNs, identifications and
// hash tables. Values; any thread.
#pragma once

#include <bit>
#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/base/rng.h"

namespace nut {

// So many rounds for each word of the message, and at the end.
template <int kCompressionRounds, int kFinalRounds>
class KeyedSipHash {
 public:
  // Takes a key of 128 bits.
  explicit KeyedSipHash(Rng& rng) {
    std::array<uint8_t, 16> key;
    rng.Fill(key);
    k0_ = LoadLe64(key.data());
    k1_ = LoadLe64(key.data() + 8);
  }

  uint64_t operator()(ByteView bytes) const {
    State state(k0_, k1_);
    const uint64_t length = bytes.size();
    for (; bytes.size() >= 8; bytes = bytes.subspan(8)) state.Compress(LoadLe64(bytes.data()));
    uint64_t tail = 0;
    for (size_t i = 0; i < bytes.size(); ++i) tail |= uint64_t{bytes[i]} << 8 * i;
    state.Compress(length << 56 | tail);
    return state.Finish();
  }

  // The same for a message of `length` bytes, 8 to 15, that is in registers already: the first byte is the
  // lowest of `first`; the bytes of `second` beyond the length are 0.
  uint64_t OfWords(uint64_t first, uint64_t second, unsigned length) const {
    State state(k0_, k1_);
    state.Compress(first);
    state.Compress(uint64_t{length} << 56 | second);
    return state.Finish();
  }

 private:
  static uint64_t LoadLe64(const uint8_t* bytes) {
    uint64_t word = 0;
    for (int i = 0; i < 8; ++i) word |= uint64_t{bytes[i]} << 8 * i;
    return word;
  }

  struct State {
    State(uint64_t k0, uint64_t k1)
        : v0(k0 ^ 0x736f6d6570736575),
          v1(k1 ^ 0x646f72616e646f6d),
          v2(k0 ^ 0x6c7967656e657261),
          v3(k1 ^ 0x7465646279746573) {}

    void Round() {
      v0 += v1, v1 = std::rotl(v1, 13) ^ v0, v0 = std::rotl(v0, 32);
      v2 += v3, v3 = std::rotl(v3, 16) ^ v2;
      v0 += v3, v3 = std::rotl(v3, 21) ^ v0;
      v2 += v1, v1 = std::rotl(v1, 17) ^ v2, v2 = std::rotl(v2, 32);
    }
    void Compress(uint64_t word) {
      v3 ^= word;
      for (int i = 0; i < kCompressionRounds; ++i) Round();
      v0 ^= word;
    }
    uint64_t Finish() {
      v2 ^= 0xff;
      for (int i = 0; i < kFinalRounds; ++i) Round();
      return v0 ^ v1 ^ v2 ^ v3;
    }

    uint64_t v0, v1, v2, v3;
  };

  uint64_t k0_, k1_;
};

// As its authors recommend it: where a value is seen from outside.
using SipHash = KeyedSipHash<2, 4>;
// For hash tables, whose values nobody sees: no attack on it is known that finds collisions with less work than
// guessing, and an adversary needs millions of them to notice one in the time that a segment takes.
using TableHash = KeyedSipHash<1, 3>;

}  // namespace nut
