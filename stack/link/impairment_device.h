// ImpairmentDevice: a device behind a bad network: loss, bursts, delay, reordering, duplicates, turned bits,
// a slow line; in one direction or both. Its place is between the capture and the real device. Owned by the
// node; inner device, timers, pool and statistics outlive it. Called from the node's threads and timers.
//
// While any impairment is on, one frame is one packet with finished checksums: no offload is offered, and
// super-segments that come from the inner device, or from a caller that has not asked anew, are cut. With all
// options off, frames pass untouched, at the price of one question.
#pragma once

#include "stack/link/device_decorator.h"
#include "stack/link/impairment_lane.h"
#include "stack/link/segmenter.h"
#include "stack/os/timer.h"

namespace nut::link {

class ImpairmentDevice final : public DeviceDecorator, private DeviceListener {
 public:
  // `rng` is split by direction and not used itself.
  ImpairmentDevice(Device& inner, os::TimerQueue& timers, const Rng& rng, FramePool& pool,
                   Statistics& statistics, const ImpairmentOptions& options = {});
  ~ImpairmentDevice() override;
  ImpairmentDevice(const ImpairmentDevice&) = delete;
  ImpairmentDevice& operator=(const ImpairmentDevice&) = delete;

  const ImpairmentOptions& options() const { return options_; }
  // From the next frame on; frames that wait keep their times, and no later one overtakes them for that.
  void SetOptions(const ImpairmentOptions& options);

  // Told of every decision; null for none. The capture's way to comment frames.
  void SetObserver(ImpairmentObserver* observer);

  DeviceCapabilities capabilities() const override;
  void Send(FramePtr frame) override;
  size_t Receive(std::span<FramePtr> batch) override;
  void SetListener(DeviceListener* listener) override;

 private:
  void OnReceivable() override;  // the inner device has frames
  void Tell();
  void SendDue();
  // Reads up to one small batch from the inner device into the lane; gives how many frames it read.
  size_t Pull(Instant now);
  void Admit(ImpairmentLane& lane, FramePtr frame, Instant now);
  Instant Now() const { return timers_.clock().Now(); }

  os::TimerQueue& timers_;
  FramePool& pool_;
  Statistics& statistics_;
  ImpairmentOptions options_;
  Segmenter segmenter_;
  ImpairmentLane receive_;
  ImpairmentLane transmit_;
  DeviceListener* listener_ = nullptr;
  os::Timer receive_timer_;
  os::Timer transmit_timer_;
};

}  // namespace nut::link
