// Bottleneck: one direction of a slow line between two routers: so many bits per second, in front of it a
// queue of so many octets whose tail is dropped, behind it the time that light takes. The line may be a bad
// one: it loses frames, or holds some back so that others overtake them. Owned by a Dumbbell; knows no device
// and no timer: time comes in as `now`. Any one thread.
#pragma once

#include <cstdint>

#include "stack/base/rng.h"
#include "stack/base/time.h"
#include "stack/link/frame.h"
#include "stack/link/frame_queue.h"
#include "stack/link/line_rate.h"

namespace nut::netsim {

struct BottleneckOptions {
  uint64_t bits_per_second = 0;  // 0: no limit, and no queue
  size_t queue_octets = 0;       // that wait, the frame on the line included
  Duration delay{};
  // Probabilities, of IPv4 packets only: who lost an ARP request would measure ARP.
  double loss = 0;     // a lost frame has taken its time on the line
  double reorder = 0;  // such a frame comes so much later
  Duration reorder_hold{};
};

struct BottleneckCounts {
  uint64_t carried = 0;
  uint64_t tail_drops = 0;
  uint64_t losses = 0;
  Duration waited{};  // in the queue and on the line, all frames together
};

class Bottleneck {
 public:
  Bottleneck(const BottleneckOptions& options, Rng rng)
      : options_(options), rng_(rng), line_(options.bits_per_second) {}

  void Admit(link::FramePtr frame, Instant now);
  // The next frame that has reached the other end by `now`; null if there is none.
  link::FramePtr PopArrived(Instant now);
  // When the next one does; kNever without one.
  Instant next_arrival();

  size_t Backlog(Instant now) const { return line_.Backlog(now); }
  const BottleneckCounts& counts() const { return counts_; }

 private:
  link::FrameQueue& NextQueue();

  const BottleneckOptions options_;
  Rng rng_;
  link::LineRate line_;
  // Frame::received says when each arrives; in each of the two never before the one in front.
  link::FrameQueue straight_;
  link::FrameQueue held_back_;
  BottleneckCounts counts_;
};

}  // namespace nut::netsim
