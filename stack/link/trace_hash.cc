#include "stack/link/trace_hash.h"

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
using Words = std::array<uint64_t, 4>;

void MixAll(Words& chains, const Words& words) {
  for (size_t i = 0; i < chains.size(); ++i) chains[i] = Mix(chains[i], words[i]);
}

uint64_t HashOf(ByteView bytes) {
  Words chains{1, 2, 3, 4};
  Words words;
  for (; bytes.size() >= sizeof words; bytes = bytes.subspan(sizeof words)) {
    std::memcpy(words.data(), bytes.data(), sizeof words);
    MixAll(chains, words);
  }
  words = {};  // the last ones are filled up with zeros: the frame's size is hashed too
  std::memcpy(words.data(), bytes.data(), bytes.size());
  MixAll(chains, words);
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
