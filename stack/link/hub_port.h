// HubPort: a node's place on a Hub, as a Device. Plugged in from construction to destruction. Owned by the
// node or the simulation; hub, pool and statistics outlive it. Called from the threads of the hub's executor.
//
// Who owns a frame: Send takes it. A frame on its way belongs to the port that will receive it, and lies in
// that port's pool: if it came from another one its bytes are copied and the sender's buffer is free at once.
// So a node that ends takes its own frames with it and no others. Ports that share a pool pass frames on
// without a copy.
//
// Delay and rate are those of the cable from the segment to this port: order is kept, always.
#pragma once

#include <string>
#include <string_view>

#include "stack/base/statistics.h"
#include "stack/link/device.h"
#include "stack/link/frame_pool.h"
#include "stack/link/frame_queue.h"
#include "stack/link/hub.h"
#include "stack/link/line_rate.h"
#include "stack/os/timer.h"

namespace nut::link {

struct HubPortOptions {
  Duration latency{};            // from a sender to this port
  uint64_t bits_per_second = 0;  // towards this port; 0: no limit
  size_t queue_frames = 4096;    // on their way to this port and not yet received; more are dropped
  size_t mtu = 1500;             // bytes of a network-layer packet
  // As between two ports of a virtual switch: checksums stay unfinished and TCP's super-segments whole, and
  // the receiver is told that they are sound. All ports of a hub have the same.
  bool offload = false;
};

class HubPort final : public Device {
 public:
  // `name` is copied. Drops are counted in `statistics`, the receiver's where the receiving side let go.
  HubPort(Hub& hub, std::string_view name, FramePool& pool, Statistics& statistics,
          HubPortOptions options = {});
  ~HubPort() override;
  HubPort(const HubPort&) = delete;
  HubPort& operator=(const HubPort&) = delete;

  std::string_view name() const override { return name_; }
  DeviceCapabilities capabilities() const override {
    return {.checksum = options_.offload, .tcp_segmentation = options_.offload};
  }
  size_t mtu() const override { return options_.mtu; }
  // Without offload the frame is one complete packet (an invariant). kFrameTooLong, kDeviceDown.
  void Send(FramePtr frame) override;
  // kFramePoolEmpty and kDeviceQueueFull were counted before, when the frame was sent to us.
  size_t Receive(std::span<FramePtr> batch) override;
  void SetListener(DeviceListener* listener) override;

  // Pulls the cable, or puts it back. Pulling loses what was on its way (kDeviceDown).
  void SetConnected(bool connected);
  bool connected() const { return connected_; }

  uint32_t number() const { return number_; }

 private:
  friend class Hub;

  void Deliver(const Frame& frame);
  void Deliver(FramePtr frame);
  bool FitsMtu(const Frame& frame) const;
  bool Accepts(const Frame& frame);
  void Take(FramePtr frame);
  void Enqueue(FramePtr frame);
  void ArmTimer();

  Hub& hub_;
  const std::string name_;
  FramePool& pool_;
  Statistics& statistics_;
  const HubPortOptions options_;
  const uint32_t number_;
  LineRate line_;
  FrameQueue queue_;  // Frame::received says when each arrives; never decreasing
  DeviceListener* listener_ = nullptr;
  bool told_ = false;  // the listener knows, and has not drained the queue since
  bool connected_ = true;
  os::Timer arrival_;
};

}  // namespace nut::link
