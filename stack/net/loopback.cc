#include "stack/net/loopback.h"

namespace nut::net {

void Loopback::Send(link::FramePtr packet) {
  if (frames_.size() >= options_.maximum_frames) return drops_.Counted(DropReason::kLoopbackQueueFull);
  // Memory does not corrupt bytes: what a device would have finished or checked is taken as done.
  packet->checksum = {};
  packet->checksum.state = link::ChecksumState::kVerified;
  packet->segmentation = {};
  packet->link_scope = link::LinkScope::kUnicast;
  packet->capture_ticket = 0;
  frames_.Push(std::move(packet));
  waker_.Wake();
}

}  // namespace nut::net
