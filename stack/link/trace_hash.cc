#include "stack/link/trace_hash.h"

#include <algorithm>
#include <array>
#include <cstring>

namespace nut::link {
namespace {

// For a fixed `word` a bijection of `value`, for a fixed `value` one of `word`: what differs once stays
// different.
uint64_t Mix(uint64_t value, uint64_t word) {
  value = (value ^ word) * 0x9e3779b97f4a7c15;  // odd
  return value ^ value >> 32;
}

// Four chains of words, so that the processor need not wait for one multiplication before the next.
uint64_t HashOf(ByteView bytes) {
  constexpr size_t kChains = 4;
  using Words = std::array<uint64_t, kChains>;
  Words chains{1, 2, 3, 4};
  for (size_t at = 0; at < bytes.size(); at += sizeof(Words)) {
    Words words{};  // the last ones are filled up with zeros: the frame's size is hashed too
    std::memcpy(words.data(), bytes.data() + at, std::min(sizeof words, bytes.size() - at));
    for (size_t i = 0; i < kChains; ++i) chains[i] = Mix(chains[i], words[i]);
  }
  return Mix(Mix(Mix(chains[0], chains[1]), chains[2]), chains[3]);
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
