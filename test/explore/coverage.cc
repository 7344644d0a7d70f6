#include "test/explore/coverage.h"

#include <algorithm>
#include <bit>
#include <cmath>

namespace nut::explore {

void DistinctEstimate::Add(uint64_t hash) {
  const uint64_t mixed = Mix(hash, 0);
  uint8_t& place = registers[mixed >> (64 - kBits)];
  // The position of the first one among the bits that did not choose the register, counted from 1.
  const auto rank = static_cast<uint8_t>(std::countl_zero(mixed << kBits | 1) + 1);
  place = std::max(place, rank);
}

void DistinctEstimate::Merge(const DistinctEstimate& other) {
  for (size_t i = 0; i < registers.size(); ++i) registers[i] = std::max(registers[i], other.registers[i]);
}

// Flajolet, Fusy, Gandouet, Meunier 2007, figure 3; no correction for large ranges, as hashes have 64 bits.
uint64_t DistinctEstimate::Count() const {
  const auto m = static_cast<double>(registers.size());
  double sum = 0;
  double unused = 0;
  for (const uint8_t place : registers) {
    sum += std::ldexp(1.0, -place);
    unused += place == 0;
  }
  const double estimate = 0.7213 / (1 + 1.079 / m) * m * m / sum;
  const bool few = estimate <= 2.5 * m && unused > 0;
  return static_cast<uint64_t>(std::llround(few ? m * std::log(m / unused) : estimate));
}

void DistinctSet::Add(uint64_t hash) {
  if (hash == 0) hash = 1;
  for (size_t i = hash % slots.size(); slots[i] != hash; i = (i + 1) % slots.size()) {
    if (slots[i] != 0) continue;
    if (count == kLimit) {
      full = true;
      return;
    }
    slots[i] = hash;
    ++count;
    return;
  }
}

void DistinctSet::Merge(const DistinctSet& other) {
  for (const uint64_t hash : other.slots)
    if (hash != 0) Add(hash);
  full = full || other.full;
}

void Coverage::Merge(const Coverage& other) {
  runs += other.runs;
  steps += other.steps;
  states.Merge(other.states);
  schedules.Merge(other.schedules);
  pairs.Merge(other.pairs);
}

}  // namespace nut::explore
