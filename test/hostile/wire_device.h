// WireDevice: a device whose wire is the test: what the node sends is handed to a listener as plain bytes,
// what it shall receive is put in by hand. Owned by the test; outlives the node.
#pragma once

#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <functional>
#include <string_view>
#include <utility>
#include <vector>

#include "stack/link/device.h"
#include "stack/link/frame_pool.h"
#include "stack/link/frame_queue.h"

namespace nut::hostile {

class WireDevice final : public link::Device {
 public:
  explicit WireDevice(link::FramePool& pool) : pool_(pool) {}

  // Called with each frame that the node sends; may put frames in. Null for none.
  std::function<void(ByteView)> on_sent;
  // Why received frames were dropped, in order; the oldest go at a limit.
  std::vector<DropReason> dropped;

  // The wire brings `bytes`; the node takes them up when it runs next. False: longer than any frame, or the
  // pool is empty.
  bool Bring(ByteView bytes) {
    link::FramePtr frame = pool_.Allocate(bytes.size());
    if (!frame) return false;
    const MutableByteView copy = frame->Append(bytes.size());
    std::copy(bytes.begin(), bytes.end(), copy.begin());
    // Under AddressSanitizer a read past the frame's end is found, though its buffer goes on. The pool lifts
    // this.
    ASAN_POISON_MEMORY_REGION(copy.data() + copy.size(), frame->tailroom());
    arriving_.Push(std::move(frame));
    if (listener_ != nullptr) listener_->OnReceivable();
    return true;
  }

  // Lets go of what the node has not taken up.
  void Drain() { arriving_.Clear(); }
  size_t waiting() const { return arriving_.size(); }

  std::string_view name() const override { return "wire"; }
  link::DeviceCapabilities capabilities() const override { return {}; }
  size_t mtu() const override { return 1500; }
  void Send(link::FramePtr frame) override {
    if (on_sent) on_sent(frame->data());
  }
  size_t Receive(std::span<link::FramePtr> batch) override {
    size_t count = 0;
    while (count < batch.size() && !arriving_.empty()) batch[count++] = arriving_.Pop();
    return count;
  }
  void SetListener(link::DeviceListener* listener) override { listener_ = listener; }
  void OnDropped(const link::Frame&, DropReason reason) override {
    if (dropped.size() == kMostDropped) dropped.clear();
    dropped.push_back(reason);
  }

 private:
  static constexpr size_t kMostDropped = 4096;

  link::FramePool& pool_;
  link::FrameQueue arriving_;
  link::DeviceListener* listener_ = nullptr;
};

}  // namespace nut::hostile
