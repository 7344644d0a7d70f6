// Coverage: how much of what there is a search has seen, in a fixed amount of memory: states, pairs of
// scheduling points, schedules. A plain value without pointers, so that it may lie in memory shared between
// processes, and that of several searches can be put together.
//
// States and schedules are counted by HyperLogLog (Flajolet et al. 2007) with 2^14 registers: without a
// limit, with a standard error of 1.04 / sqrt(2^14) = 0.8 %; nearly exact up to about ten thousand. Pairs are
// few and are counted exactly, up to 4096.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace nut::explore {

// How many different hashes it was given, about.
struct DistinctEstimate {
  static constexpr unsigned kBits = 14;
  std::array<uint8_t, size_t{1} << kBits> registers{};

  void Add(uint64_t hash);
  void Merge(const DistinctEstimate& other);
  uint64_t Count() const;
};

// How many different hashes it was given, up to a limit; beyond it `full`.
struct DistinctSet {
  static constexpr size_t kLimit = 4096;
  std::array<uint64_t, 2 * kLimit> slots{};  // 0: free
  uint32_t count = 0;
  bool full = false;

  void Add(uint64_t hash);
  void Merge(const DistinctSet& other);
};

struct Coverage {
  uint64_t runs = 0;
  uint64_t steps = 0;
  DistinctEstimate states;     // Explored::StateNow at the decisions
  DistinctEstimate schedules;  // different sets of deviations
  // Where the thread that did not go on stood, and where the one that ran instead came from.
  DistinctSet pairs;

  void Merge(const Coverage& other);
};

// A good mixture of two numbers, for hashes of hashes.
constexpr uint64_t Mix(uint64_t a, uint64_t b) {
  uint64_t x = a * 0x9e3779b97f4a7c15 + b + 0x7f4a7c15'9e3779b9;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

}  // namespace nut::explore
