// TestDevice: a device whose wire is the test: what the node sends is kept, what it shall receive is put in
// by hand.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "stack/link/device.h"
#include "stack/link/frame_queue.h"

namespace nut::net {

// Always exactly as large as its content, so that the address sanitizer sees a read of one byte too many.
using Bytes = std::vector<uint8_t>;

class TestDevice final : public link::Device {
 public:
  struct Sent {
    Bytes bytes;
    link::ChecksumOffload checksum;
    link::SegmentationInfo segmentation;
  };

  std::string_view name() const override { return "test"; }
  link::DeviceCapabilities capabilities() const override { return capable; }
  size_t mtu() const override { return largest_packet; }
  void Send(link::FramePtr frame) override {
    sent.push_back({Bytes(frame->data().begin(), frame->data().end()), frame->checksum, frame->segmentation});
  }
  size_t Receive(std::span<link::FramePtr> batch) override {
    size_t count = 0;
    while (count < batch.size() && !arriving.empty()) batch[count++] = arriving.Pop();
    largest_batch = std::max(largest_batch, count);
    return count;
  }
  void SetListener(link::DeviceListener* listener) override { listener_ = listener; }
  void OnDropped(const link::Frame&, DropReason reason) override { dropped.push_back(reason); }

  void Arrive(link::FramePtr frame) {
    arriving.Push(std::move(frame));
    if (listener_ != nullptr) listener_->OnReceivable();
  }

  link::DeviceCapabilities capable;
  size_t largest_packet = 65535;
  std::vector<Sent> sent;
  std::vector<DropReason> dropped;
  link::FrameQueue arriving;
  size_t largest_batch = 0;

 private:
  link::DeviceListener* listener_ = nullptr;
};

}  // namespace nut::net
