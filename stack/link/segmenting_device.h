// SegmentingDevice: makes any device capable of checksum and TCP segmentation offload and of frames with a
// tail, in software where the inner one cannot, so that the code above never asks. The outermost decorator: a
// capture below it shows the packets as cut. Owned by the node; inner device, pool and statistics outlive it.
// Called from the node's threads.
#pragma once

#include "stack/link/device_decorator.h"
#include "stack/link/segmenter.h"

namespace nut::link {

class SegmentingDevice final : public DeviceDecorator {
 public:
  SegmentingDevice(Device& inner, FramePool& pool, Statistics& statistics)
      : DeviceDecorator(inner), pool_(pool), statistics_(statistics), segmenter_(pool, statistics) {}

  DeviceCapabilities capabilities() const override {
    return {.checksum = true, .tcp_segmentation = true, .gather = true};
  }
  // Asks the inner device anew for each frame: its capabilities change when impairment is switched on.
  void Send(FramePtr frame) override;

 private:
  FramePool& pool_;
  Statistics& statistics_;
  Segmenter segmenter_;
};

}  // namespace nut::link
