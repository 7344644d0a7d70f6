#include "stack/link/trace_hash.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace nut::link {
namespace {

// For a fixed `word` a bijection of `value`, for a fixed `value` one of `word`: what differs once stays
// different.
uint64_t Mix(uint64_t value, uint64_t word) {
  value ^= word;
  // In a general register: vectors of 64-bit words cannot be multiplied at once, only piece by piece.
  asm("" : "+r"(value));
  value *= 0x9e3779b97f4a7c15;  // odd
  return value ^ value >> 32;
}

// Four chains of words, so that the processor need not wait for one multiplication before the next.
using Words = std::array<uint64_t, 4>;

void MixAll(Words& chains, const uint8_t* bytes) {
  Words words;
  std::memcpy(words.data(), bytes, sizeof words);
  for (size_t i = 0; i < chains.size(); ++i) chains[i] = Mix(chains[i], words[i]);
}

uint64_t HashOf(ByteView bytes) {
  Words chains{1, 2, 3, 4};
  if (bytes.size() < sizeof(Words)) {
    std::array<uint8_t, sizeof(Words)> filled{};
    std::copy(bytes.begin(), bytes.end(), filled.begin());
    MixAll(chains, filled.data());
  } else {
    // The last words overlap those before them, and a turned bit that comes twice must not undo itself.
    const uint8_t* const last = bytes.data() + bytes.size() - sizeof(Words);
    for (const uint8_t* next = bytes.data(); next < last; next += sizeof(Words)) MixAll(chains, next);
    for (uint64_t& chain : chains) chain = Mix(chain, bytes.size());
    MixAll(chains, last);
  }
  uint64_t value = 0;
  for (const uint64_t chain : chains) value = Mix(value, chain);  // each in its own way
  return value;
}

}  // namespace

void TraceHash::OnFrame(Instant now, uint32_t port, const Frame& frame) {
  ++frames_;
  // A chain: each value covers the frame and, through the value before, all frames before.
  value_ = Mix(value_, static_cast<uint64_t>(now.time_since_epoch().count()));
  value_ = Mix(value_, uint64_t{port} << 32 | frame.size());
  value_ = Mix(value_, HashOf(frame.data()));
}

}  // namespace nut::link
