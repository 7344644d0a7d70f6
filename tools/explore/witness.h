// Witness: stands beside the schedule of a run that is told, and knows at every moment which thread runs and
// which freed what. When the process dies it says so in its last line, before anything else is printed: a
// sanitizer knows functions only. Lives in the child, for its one run; at most one at a time in a process,
// for the sanitizer's hooks have nobody else to ask.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/time.h"
#include "test/explore/strategies/replay.h"
#include "test/explore/strategy.h"

namespace nut::explorer {

// Who did something, and when.
struct Deed {
  std::string node;    // "a"; empty: nobody's in particular
  std::string thread;  // empty: no thread, but a timer or the world
  Instant when{};
  uint32_t step = 0;  // decisions taken before
};

struct Testimony {
  Deed last;                  // who ran at the end
  std::optional<Deed> freed;  // who freed the memory that was used, where it is about that
};

std::string ToLine(const Testimony& testimony);  // ends in a newline
std::optional<Testimony> TestimonyIn(std::string_view lines);

class Witness final : public explore::Strategy {
 public:
  // Replays `schedule`; gives evidence to the descriptor `output`.
  Witness(const explore::Schedule& schedule, int output);
  ~Witness() override;

  void Begin(const explore::Explored& explored) override;
  size_t Choose(uint32_t step, const os::SchedulingChoice& choice) override;
  void OnOnlyCandidate(const os::SchedulingChoice& choice) override;
  void End(uint32_t steps) override;

  // For the hooks.
  void NoteFree(const void* memory);
  // The process dies; `memory` was freed, or null.
  void Testify(const void* memory);

 private:
  // As many as are freed between a free and its use, and more.
  static constexpr size_t kFreesKept = size_t{1} << 16;

  struct Free {
    const void* memory;
    uint32_t deed;
  };

  void Runs(const os::Candidate& candidate, uint32_t step);

  explore::ReplayStrategy replay_;
  const int output_;
  const explore::Explored* explored_ = nullptr;
  uint32_t step_ = 0;
  std::vector<Deed> deeds_;  // the last is at hand
  std::vector<Free> frees_;  // a ring
  size_t next_free_ = 0;
};

}  // namespace nut::explorer
