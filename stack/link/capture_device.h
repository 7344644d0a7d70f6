// CaptureDevice: records what passes a device, both ways, on one interface of a Capture, and comments the
// frames that were dropped or changed: by the stack (OnDropped) and by impairment, which it observes. Its
// place is between the stack and the impairment:
//
//   stack ─ [segmenting] ─ CaptureDevice ─ ImpairmentDevice ─ TAP
//
// so a capture shows what the node sees: a delayed frame when it arrives, a duplicate twice, a corrupted
// frame with its wrong bit; and a lost one too, at the moment of its loss, with a comment that says so. Where
// the kernel cuts super-segments it shows those, for no packets were ever seen here; where the device below
// would cut them itself it lets the stack make the packets, so that it shows what the wire carries. Owned by
// the node; inner device and capture outlive it. Called from the node's threads.
#pragma once

#include "stack/link/capture.h"
#include "stack/link/device_decorator.h"
#include "stack/link/impairment_decision.h"

namespace nut::link {

class CaptureDevice final : public DeviceDecorator, public ImpairmentObserver {
 public:
  CaptureDevice(Device& inner, Capture& capture, Capture::Interface interface)
      : DeviceDecorator(inner), capture_(capture), interface_(interface) {}

  DeviceCapabilities capabilities() const override;
  void Send(FramePtr frame) override;
  size_t Receive(std::span<FramePtr> batch) override;
  void OnDropped(const Frame& frame, DropReason reason) override;
  void OnImpaired(Direction direction, Frame& frame, const ImpairmentDecision& decision) override;

 private:
  Capture& capture_;
  const Capture::Interface interface_;
};

}  // namespace nut::link
