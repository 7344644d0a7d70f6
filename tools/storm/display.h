// Display: what the person at the terminal sees while a storm runs, and what ends it early: the time that
// --until allows, or SIGINT or SIGTERM, which are blocked and looked for. Owned by main.
#pragma once

#include <chrono>
#include <optional>

#include "stack/base/time.h"
#include "tools/progress/progress.h"
#include "tools/storm/watcher.h"

namespace nut::storm {

class Display final : public Watcher {
 public:
  // `total`: connections.
  Display(uint64_t total, std::optional<Duration> until, tools::ProgressOptions options = {});

  bool OnProgress(const StormSnapshot& snapshot) override;
  // Takes the progress line away.
  void Finish() { progress_.Finish(); }

  // Whether the storm was ended from outside.
  bool interrupted() const { return interrupted_; }

 private:
  tools::Progress progress_;
  const std::optional<std::chrono::steady_clock::time_point> deadline_;
  bool interrupted_ = false;
  bool over_ = false;
};

// From here on SIGINT and SIGTERM are for a Display to find.
void BlockStopSignals();

}  // namespace nut::storm
