// Hub: an Ethernet segment in memory, for several nodes in one process: tests, storms, the laboratory. A
// repeater, not a switch: what one port sends, every other port receives, and whom it is meant for is
// ethernet_in's business, as on a coaxial cable; so every node may watch the whole segment. Owned by the
// simulation; outlives its ports (an invariant). Belongs to one executor; called from its threads.
//
// Two runs with equal frames at equal times deliver equally: nothing here is left to chance.
#pragma once

#include <cstdint>
#include <vector>

#include "stack/link/frame.h"
#include "stack/os/timer_queue.h"

namespace nut::link {

class HubPort;

// Sees every frame on the segment, once, when it is sent; before delay, rate or a full queue of a receiver.
class HubObserver {
 public:
  virtual ~HubObserver() = default;
  // `port` counts from 0 in the order in which ports were plugged in.
  virtual void OnFrame(Instant now, uint32_t port, const Frame& frame) = 0;
};

class Hub {
 public:
  explicit Hub(os::TimerQueue& timers) : timers_(timers) {}
  ~Hub();
  Hub(const Hub&) = delete;
  Hub& operator=(const Hub&) = delete;

  // One at a time; null for none.
  void SetObserver(HubObserver* observer) { observer_ = observer; }

  size_t port_count() const { return ports_.size(); }
  uint64_t frames() const { return frames_; }

 private:
  friend class HubPort;

  uint32_t Plug(HubPort& port);
  void Unplug(HubPort& port);
  void Transmit(const HubPort& from, FramePtr frame);

  os::TimerQueue& timers_;
  HubObserver* observer_ = nullptr;
  std::vector<HubPort*> ports_;  // by number
  uint32_t next_number_ = 0;
  uint64_t frames_ = 0;
};

}  // namespace nut::link
