// Dumbbell: the network of every textbook: hosts on the left, hosts on the right, and between the two sides
// one line that all of them share, a Bottleneck each way. Frames go to the port whose address they carry, or
// to every port of the other side. Owned by the simulation; outlives its ports (an invariant). Belongs to one
// executor. Nothing here is left to chance but what the bottlenecks draw from their seed.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "stack/os/timer.h"
#include "stack/os/timer_queue.h"
#include "test/netsim/bottleneck.h"

namespace nut::netsim {

class DumbbellPort;

enum class Side : uint8_t { kLeft, kRight };

class Dumbbell {
 public:
  // `forward` from left to right, `back` the other way. `rng` is split by direction.
  Dumbbell(os::TimerQueue& timers, const BottleneckOptions& forward, const BottleneckOptions& back,
           const Rng& rng);
  ~Dumbbell();
  Dumbbell(const Dumbbell&) = delete;
  Dumbbell& operator=(const Dumbbell&) = delete;

  const Bottleneck& forward() const { return forward_.line; }
  os::TimerQueue& timers() { return timers_; }

 private:
  friend class DumbbellPort;

  struct Direction {
    Bottleneck line;
    std::vector<DumbbellPort*> receivers;
    os::Timer arrival;
  };

  Direction& From(Side side) { return side == Side::kLeft ? forward_ : back_; }
  Direction& Towards(Side side) { return side == Side::kRight ? forward_ : back_; }
  void Send(Side from, link::FramePtr frame);
  void Deliver(Direction& direction);
  void Plug(DumbbellPort& port);
  void Unplug(DumbbellPort& port);

  os::TimerQueue& timers_;
  Direction forward_;
  Direction back_;
};

}  // namespace nut::netsim
