// DumbbellPort: a host's place in a Dumbbell, as a Device: no offload, a frame is a packet. The cable between
// the host and its router is as fast as one likes, and `latency` long in the direction of the host: so hosts
// may have round trips of their own. Owned with its node; dumbbell and pool outlive it.
#pragma once

#include <string>
#include <string_view>

#include "stack/link/device.h"
#include "stack/link/frame_pool.h"
#include "stack/link/frame_queue.h"
#include "stack/wire/mac_address.h"
#include "test/netsim/dumbbell.h"

namespace nut::netsim {

class DumbbellPort final : public link::Device {
 public:
  DumbbellPort(Dumbbell& dumbbell, Side side, std::string_view name, const wire::MacAddress& mac,
               link::FramePool& pool, Duration latency = {});
  ~DumbbellPort() override;
  DumbbellPort(const DumbbellPort&) = delete;
  DumbbellPort& operator=(const DumbbellPort&) = delete;

  std::string_view name() const override { return name_; }
  link::DeviceCapabilities capabilities() const override { return {}; }
  size_t mtu() const override { return 1500; }
  void Send(link::FramePtr frame) override { dumbbell_.Send(side_, std::move(frame)); }
  size_t Receive(std::span<link::FramePtr> batch) override;
  void SetListener(link::DeviceListener* listener) override;

  Side side() const { return side_; }
  const wire::MacAddress& mac() const { return mac_; }

 private:
  friend class Dumbbell;

  // The frame has come out of the line. All ports of a dumbbell have one pool, so that it need not be copied.
  void Arrive(link::FramePtr frame);
  link::FramePtr Copy(const link::Frame& frame) { return pool_.Clone(frame); }
  void Tell();

  Dumbbell& dumbbell_;
  const Side side_;
  const std::string name_;
  const wire::MacAddress mac_;
  link::FramePool& pool_;
  const Duration latency_;
  link::FrameQueue queue_;  // Frame::received says when each arrives
  link::DeviceListener* listener_ = nullptr;
  bool told_ = false;  // the listener knows, and has not drained the queue since
  os::Timer arrival_;
};

}  // namespace nut::netsim
