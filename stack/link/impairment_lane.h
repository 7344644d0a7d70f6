// ImpairmentLane: one direction of an impaired device: frames go in, are judged, wait, and come out when it
// is their time. Owned by the ImpairmentDevice. Knows no device and no timer: time comes in as `now`.
#pragma once

#include <vector>

#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/link/impairment_dice.h"
#include "stack/link/line_rate.h"

namespace nut::link {

class ImpairmentLane {
 public:
  // Pool (for duplicates) and statistics outlive it.
  ImpairmentLane(Direction direction, Rng rng, FramePool& pool, Statistics& statistics)
      : direction_(direction), dice_(rng), pool_(pool), statistics_(statistics) {}

  // From the next frame on.
  void SetOptions(const ImpairmentOptions& options);
  void SetObserver(ImpairmentObserver* observer) { observer_ = observer; }

  // Nothing is asked for and nobody waits: frames need not go this way.
  bool idle() const { return !active_ && held_.empty(); }
  bool active() const { return active_; }
  size_t held() const { return held_.size(); }

  // Judges the frame (one packet, complete: an invariant): drops it, or keeps it until its time.
  void Admit(FramePtr frame, Instant now);

  // The next frame whose time has come, null if there is none.
  FramePtr PopDue(Instant now);

  // When the next frame is due; kNever when none waits.
  Instant next_release() const { return held_.empty() ? kNever : held_.front().release; }

 private:
  struct Held {
    Instant release;
    uint64_t order;  // of admission; decides among equals
    FramePtr frame;
    ImpairmentDecision decision;
  };

  void Drop(FramePtr frame, const ImpairmentDecision& decision);
  bool LineIsFull(const Frame& frame, Instant now) const;
  Instant ReleaseOf(const Frame& frame, const ImpairmentDecision& decision, Instant now);
  void Push(Instant release, FramePtr frame, const ImpairmentDecision& decision);
  static bool Later(const Held& a, const Held& b);

  const Direction direction_;
  ImpairmentDice dice_;
  FramePool& pool_;
  Statistics& statistics_;
  ImpairmentObserver* observer_ = nullptr;
  ImpairmentOptions options_;
  bool active_ = false;
  LineRate line_;
  std::vector<Held> held_;  // a heap, the earliest in front
  uint64_t order_ = 0;
  Instant last_release_{};  // of the frames that keep their order
};

}  // namespace nut::link
