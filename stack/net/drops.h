// Drops: the one way by which a hop of the network layer lets go of a packet, so that every loss has a name,
// is counted once, and shows in the capture. Owned by Network; used on any thread of the node.
#pragma once

#include "stack/base/statistics.h"
#include "stack/link/device.h"

namespace nut::net {

class Drops {
 public:
  Drops(Statistics& statistics, link::Device& device) : statistics_(statistics), device_(device) {}

  // A frame that the device gave us, or what is left of it: counted, and told to the device for the capture.
  void Received(const link::Frame& frame, DropReason reason) {
    statistics_.Drop(reason);
    device_.OnDropped(frame, reason);
  }

  // A packet of our own, or one whose frame is gone already: counted.
  void Counted(DropReason reason) { statistics_.Drop(reason); }

 private:
  Statistics& statistics_;
  link::Device& device_;
};

}  // namespace nut::net
