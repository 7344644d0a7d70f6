#include "stack/link/capture_device.h"

namespace nut::link {

DeviceCapabilities CaptureDevice::capabilities() const {
  DeviceCapabilities capable = inner().capabilities();
  if (capable.cuts_in_software) capable.tcp_segmentation = capable.cuts_in_software = false;
  return capable;
}

void CaptureDevice::Send(FramePtr frame) {
  frame->capture_ticket = capture_.Record(interface_, Direction::kTransmit, *frame);
  inner().Send(std::move(frame));
}

size_t CaptureDevice::Receive(std::span<FramePtr> batch) {
  const size_t count = inner().Receive(batch);
  for (FramePtr& frame : batch.first(count)) {
    // Impairment has shown us those that it handed up, in their order.
    if (frame->capture_ticket == 0) {
      frame->capture_ticket = capture_.Record(interface_, Direction::kReceive, *frame);
    }
  }
  return count;
}

void CaptureDevice::OnDropped(const Frame& frame, DropReason reason) {
  capture_.Comment(frame.capture_ticket, NameOf(reason));
  inner().OnDropped(frame, reason);
}

void CaptureDevice::OnImpaired(Direction direction, Frame& frame, const ImpairmentDecision& decision) {
  // Frames on the way out came through Send; those on the way in are seen here first.
  if (direction == Direction::kReceive) frame.capture_ticket = capture_.Record(interface_, direction, frame);
  if (decision.touched()) capture_.Comment(frame.capture_ticket, decision.ToText());
}

}  // namespace nut::link
