// Loopback: the way of packets to this node itself (own address, 127/8, groups that it has joined). They wait
// here until the receive thread takes them, so that sending never runs the receiver inside the sender. Owned
// by Network.
#pragma once

#include "stack/link/frame_queue.h"
#include "stack/net/drops.h"
#include "stack/net/waker.h"

namespace nut::net {

struct LoopbackOptions {
  size_t mtu = 65535;  // bytes
  size_t maximum_frames = 4096;
};

class Loopback {
 public:
  Loopback(Drops& drops, Waker& waker, LoopbackOptions options = {})
      : drops_(drops), waker_(waker), options_(options) {}

  size_t mtu() const { return options_.mtu; }

  // `packet` begins at its IP header. At the limit it is dropped as kLoopbackQueueFull.
  void Send(link::FramePtr packet);
  // Null when nothing waits.
  link::FramePtr Receive() { return frames_.Pop(); }
  bool empty() const { return frames_.empty(); }

 private:
  Drops& drops_;
  Waker& waker_;
  const LoopbackOptions options_;
  link::FrameQueue frames_;
};

}  // namespace nut::net
