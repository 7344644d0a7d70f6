#include "test/explore/shrink.h"

#include <algorithm>

namespace nut::explore {
namespace {

using Deviations = std::vector<Deviation>;

class Shrinker {
 public:
  Shrinker(const Schedule& schedule, const ShowsFault& shows_fault, uint32_t maximum_attempts)
      : best_(schedule), shows_fault_(shows_fault), maximum_attempts_(maximum_attempts) {}

  ShrinkReport Run() {
    // Each pass may open a way for the ones before it.
    for (bool better = true; better;) {
      better = Remove();
      better = MakeChoicesSmaller() || better;
      better = MoveEarlier() || better;
      better = better || RemoveAndMove();
    }
    return {best_, attempts_, !exhausted_};
  }

 private:
  // Delta debugging (Zeller and Hildebrandt 2002) by complements: parts are left out, large ones first, until
  // no single deviation can be.
  bool Remove() {
    bool better = false;
    for (size_t part = best_.deviations.size(); part > 0; part /= 2) {
      for (size_t begin = 0; begin < best_.deviations.size();) {
        Deviations fewer = best_.deviations;
        const size_t end = std::min(begin + part, fewer.size());
        fewer.erase(fewer.begin() + static_cast<ptrdiff_t>(begin),
                    fewer.begin() + static_cast<ptrdiff_t>(end));
        if (Try(std::move(fewer))) {
          better = true;
        } else {
          begin += part;
        }
      }
    }
    return better;
  }

  // A deviation that is left out changes what the numbers of the later decisions mean: leaves one out and
  // puts another one elsewhere, or all later ones by as much.
  bool RemoveAndMove() {
    const size_t count = best_.deviations.size();
    for (size_t removed = 0; removed < count; ++removed) {
      Deviations rest = best_.deviations;
      rest.erase(rest.begin() + static_cast<ptrdiff_t>(removed));
      if (ShiftFrom(rest, removed)) return true;
      for (size_t moved = 0; moved < rest.size(); ++moved)
        if (MoveAnywhere(rest, moved)) return true;
    }
    return false;
  }

  bool ShiftFrom(const Deviations& deviations, size_t first) {
    constexpr uint32_t kReach = 8;
    if (first == deviations.size()) return false;
    for (uint32_t by = 1; by <= kReach; ++by) {
      Deviations later = deviations;
      for (size_t i = first; i < later.size(); ++i) later[i].step += by;
      if (Try(std::move(later))) return true;
      const uint32_t lowest = first == 0 ? 0 : deviations[first - 1].step + 1;
      if (deviations[first].step < lowest + by) continue;
      Deviations earlier = deviations;
      for (size_t i = first; i < earlier.size(); ++i) earlier[i].step -= by;
      if (Try(std::move(earlier))) return true;
    }
    return false;
  }

  bool MoveAnywhere(const Deviations& deviations, size_t moved) {
    constexpr uint32_t kBeyond = 8;
    const uint32_t end = best_.deviations.back().step + kBeyond;
    Deviations others = deviations;
    others.erase(others.begin() + static_cast<ptrdiff_t>(moved));
    for (Deviation place{0, deviations[moved].choice}; place.step < end; ++place.step) {
      const auto behind = std::find_if(others.begin(), others.end(),
                                       [&](const Deviation& other) { return other.step >= place.step; });
      if (behind != others.end() && behind->step == place.step) continue;
      Deviations candidate = others;
      candidate.insert(candidate.begin() + (behind - others.begin()), place);
      if (Try(std::move(candidate))) return true;
    }
    return false;
  }

  bool MakeChoicesSmaller() {
    bool better = false;
    for (size_t i = 0; i < best_.deviations.size(); ++i) {
      for (uint32_t choice = 1; choice < best_.deviations[i].choice; ++choice) {
        Deviations smaller = best_.deviations;
        smaller[i].choice = choice;
        if (Try(std::move(smaller))) {
          better = true;
          break;
        }
      }
    }
    return better;
  }

  // Towards the start of the run, where there is less to read before it; at most a few decisions at a time,
  // for each attempt is a run.
  bool MoveEarlier() {
    constexpr uint32_t kReach = 8;
    bool better = false;
    for (size_t i = 0; i < best_.deviations.size(); ++i) {
      const uint32_t lowest = i == 0 ? 0 : best_.deviations[i - 1].step + 1;
      const uint32_t step = best_.deviations[i].step;
      for (uint32_t earlier = std::max(lowest, step - std::min(step, kReach)); earlier < step; ++earlier) {
        Deviations moved = best_.deviations;
        moved[i].step = earlier;
        if (Try(std::move(moved))) {
          better = true;
          break;
        }
      }
    }
    return better;
  }

  bool Try(Deviations deviations) {
    if (attempts_ == maximum_attempts_) exhausted_ = true;
    if (exhausted_) return false;
    ++attempts_;
    Schedule candidate{std::move(deviations)};
    if (!shows_fault_(candidate)) return false;
    best_ = std::move(candidate);
    return true;
  }

  Schedule best_;
  const ShowsFault& shows_fault_;
  const uint32_t maximum_attempts_;
  uint32_t attempts_ = 0;
  bool exhausted_ = false;
};

}  // namespace

ShrinkReport Shrink(const Schedule& schedule, const ShowsFault& shows_fault, uint32_t maximum_attempts) {
  return Shrinker(schedule, shows_fault, maximum_attempts).Run();
}

}  // namespace nut::explore
