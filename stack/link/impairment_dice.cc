#include "stack/link/impairment_dice.h"

#include <algorithm>
#include <array>

namespace nut::link {
namespace {

// What each random word of a draw is for. New uses go behind, in place of the spare one; never in between.
enum Use : size_t { kBurst, kLoss, kCorrupt, kCorruptedBit, kDuplicate, kReorder, kJitter, kSpare, kUses };

// Uniform in [0, 1).
double Unit(uint64_t word) { return static_cast<double>(word >> 11) * 0x1.0p-53; }

Duration DelayOf(const ImpairmentOptions& options, uint64_t word) {
  const double offset = (2 * Unit(word) - 1) * static_cast<double>(options.jitter.count());
  return std::max(Duration(0), options.delay + Duration(static_cast<int64_t>(offset)));
}

}  // namespace

ImpairmentDecision ImpairmentDice::Throw(const ImpairmentOptions& options, size_t frame_size) {
  std::array<uint64_t, kUses> words;
  for (uint64_t& word : words) word = rng_.Next64();

  ImpairmentDecision decision{.draw = ++draws_};
  if (options.burst.enter > 0) {
    const double flip = in_burst_ ? options.burst.recover : options.burst.enter;
    if (Unit(words[kBurst]) < flip) in_burst_ = !in_burst_;
  } else {
    in_burst_ = false;
  }

  if (in_burst_) {
    decision.drop = DropReason::kImpairBurstLoss;
  } else if (Unit(words[kLoss]) < options.loss) {
    decision.drop = DropReason::kImpairLoss;
  }
  if (decision.drop != DropReason::kNone) return decision;

  if (Unit(words[kCorrupt]) < options.corrupt) {
    decision.corrupted_bit =
        static_cast<uint32_t>(Unit(words[kCorruptedBit]) * static_cast<double>(frame_size * 8));
  }
  decision.duplicated = Unit(words[kDuplicate]) < options.duplicate;
  decision.reordered = Unit(words[kReorder]) < options.reorder;
  decision.delay = DelayOf(options, words[kJitter]);
  return decision;
}

}  // namespace nut::link
