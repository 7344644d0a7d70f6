// TapDevice: the Linux TAP interface as a link::Device. Takes an attached, non-blocking descriptor (see
// TapOpener), reads frames in batches until the kernel has no more, and writes each frame with one system
// call. Owned by the program; outlives the node, and goes before the poller and the pool. Called by the
// node's threads and the poller.
//
// With IFF_VNET_HDR every frame on the descriptor carries a virtio_net_hdr in front. It is read into the
// frame's headroom and written from there, so that it costs no copy and no second buffer. It is where
// Frame::checksum and Frame::segmentation come from and go to, as far as offload was agreed to. A
// super-segment that the kernel was not asked to cut is cut here, into one write for each packet: that is
// cheaper than frames of one packet through the whole stack.
#pragma once

#include <functional>
#include <string>

#include "stack/base/clock.h"
#include "stack/base/result.h"
#include "stack/base/statistics.h"
#include "stack/link/device.h"
#include "stack/link/frame_pool.h"
#include "tap/file_descriptor.h"
#include "tap/offload.h"
#include "tap/poller.h"

namespace nut::tap {

struct TapDeviceOptions {
  std::string interface_name;    // "nut-n1"
  size_t mtu = 1500;             // bytes
  bool has_vnet_header = false;  // the descriptor was attached with IFF_VNET_HDR
  // Frames let go in one Receive because of an empty pool or their length, before other work has its turn.
  size_t maximum_drops_per_receive = 256;
  Offload offload = Offload::kNone;  // as agreed with the kernel; more than kNone needs the header
  // One Receive ends behind it, so that super-segments are used while the processor's cache still has them.
  size_t maximum_bytes_per_receive = 131072;
};

class TapDevice final : public link::Device, private FdHandler {
 public:
  TapDevice(TapDeviceOptions options, FileDescriptor fd, SystemCalls& system, Poller& poller,
            link::FramePool& pool, const Clock& clock, Statistics& statistics);
  ~TapDevice() override;
  TapDevice(const TapDevice&) = delete;
  TapDevice& operator=(const TapDevice&) = delete;

  // Registers with the poller; frames are received from then on.
  Result<void> Start();

  // Called once if somebody removes the interface from under the node; nothing can be sent or received any
  // more.
  void SetGoneHandler(std::function<void()> handler) { on_gone_ = std::move(handler); }

  std::string_view name() const override { return options_.interface_name; }
  link::DeviceCapabilities capabilities() const override {
    return {.checksum = options_.offload != Offload::kNone,
            .tcp_segmentation = true,
            .gather = true,
            .cuts_in_software = options_.offload != Offload::kAll};
  }
  size_t mtu() const override { return options_.mtu; }
  void Send(link::FramePtr frame) override;
  size_t Receive(std::span<link::FramePtr> batch) override;
  void SetListener(link::DeviceListener* listener) override;

 private:
  enum class ReadOutcome { kFrame, kDropped, kDrained };

  void OnReady(uint32_t events) override;
  bool Look() override;
  // tap_receive.cc
  ReadOutcome ReadFrame(Instant now, link::FramePtr& frame);
  ReadOutcome Read(size_t longest, link::FramePtr& frame);
  DropReason TakeHeader(link::Frame& frame);
  bool Shrink(link::FramePtr& frame);
  ReadOutcome ReadAway();
  ReadOutcome OnReadError(int error);
  // tap_send.cc
  ssize_t WriteFrame(link::Frame& frame);
  void WritePackets(const link::Frame& frame);
  void OnGone();
  // Ethernet header and one VLAN tag in front of the largest packet.
  size_t longest_frame() const { return options_.mtu + 14 + 4; }

  const TapDeviceOptions options_;
  const size_t vnet_size_;  // of the header in front of each frame, 0: none
  FileDescriptor fd_;
  SystemCalls& system_;
  Poller& poller_;
  link::FramePool& pool_;
  const Clock& clock_;
  Statistics& statistics_;
  link::DeviceListener* listener_ = nullptr;
  std::function<void()> on_gone_;
  bool drained_ = true;     // the last read gave EAGAIN: no use in reading before the poller says so
  bool was_empty_ = false;  // a moment ago, when Look looked last
  bool gone_ = false;
  link::FramePtr ahead_;  // read by Look, the first of the next Receive
  link::FramePtr large_;  // with segmentation: what the next packet is read into, whatever its size
};

}  // namespace nut::tap
