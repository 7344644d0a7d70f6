// MemoryDevice: a device whose wire is the test: what is sent is kept with its time, what is to be received
// is put in by hand. MemorySink: a byte stream in memory that can break. Both live as long as the test.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "stack/link/byte_sink.h"
#include "stack/link/device.h"
#include "stack/link/frame_pool.h"
#include "stack/link/frame_queue.h"
#include "stack/os/timer.h"
#include "test/link/simulated_time.h"

namespace nut::link {

using Bytes = std::vector<uint8_t>;

inline Bytes Copy(ByteView view) { return Bytes(view.begin(), view.end()); }

inline Bytes WholeOf(const Frame& frame) {
  Bytes bytes = Copy(frame.data());
  for (const Slice& slice : frame.tail()) bytes.insert(bytes.end(), slice.bytes.begin(), slice.bytes.end());
  return bytes;
}

inline FramePtr MakeFrame(FramePool& pool, ByteView bytes) {
  FramePtr frame = pool.Allocate(bytes.size());
  if (frame) std::copy(bytes.begin(), bytes.end(), frame->Append(bytes.size()).begin());
  return frame;
}

// A frame of `size` (at least 22) bytes with a broadcast destination and `number` in its payload.
inline FramePtr MakeNumbered(FramePool& pool, uint64_t number, size_t size = 60) {
  Bytes bytes(size);
  std::fill_n(bytes.begin(), 6, uint8_t{0xff});
  bytes[6] = 0x02;
  bytes[12] = 0x88;  // IEEE 802 local experimental
  bytes[13] = 0xb5;
  std::memcpy(bytes.data() + 14, &number, sizeof number);
  return MakeFrame(pool, bytes);
}

inline uint64_t NumberIn(ByteView bytes) {
  uint64_t number = 0;
  std::memcpy(&number, bytes.data() + 14, sizeof number);
  return number;
}

class MemoryDevice final : public Device {
 public:
  struct Sent {
    Instant time;
    Bytes bytes;
    ChecksumState checksum;
    uint16_t segment_size;
    bool had_tail;
  };

  explicit MemoryDevice(const SimulatedTime& time) : time_(time) {}

  std::string_view name() const override { return "memory"; }
  DeviceCapabilities capabilities() const override { return capable; }
  size_t mtu() const override { return 1500; }
  void Send(FramePtr frame) override {
    sent.push_back({time_.Now(), WholeOf(*frame), frame->checksum.state, frame->segmentation.segment_size,
                    frame->has_tail()});
  }
  size_t Receive(std::span<FramePtr> batch) override {
    size_t count = 0;
    while (count < batch.size() && !arriving_.empty()) batch[count++] = arriving_.Pop();
    return count;
  }
  void SetListener(DeviceListener* listener) override {
    listener_ = listener;
    if (listener_ != nullptr && !arriving_.empty()) listener_->OnReceivable();
  }
  void OnDropped(const Frame& frame, DropReason reason) override { dropped.push_back(reason); }

  // The wire brings a frame.
  void Arrive(FramePtr frame) {
    arriving_.Push(std::move(frame));
    if (listener_ != nullptr) listener_->OnReceivable();
  }
  size_t arriving() const { return arriving_.size(); }

  DeviceCapabilities capable;
  std::vector<Sent> sent;
  std::vector<DropReason> dropped;

 private:
  const SimulatedTime& time_;
  FrameQueue arriving_;
  DeviceListener* listener_ = nullptr;
};

// Reads a device as soon as it tells, as ethernet_in does, and keeps what came.
class Reader final : public DeviceListener {
 public:
  struct Received {
    Instant time;
    Bytes bytes;
    ChecksumState checksum;
    Instant stamp;  // Frame::received
  };

  Reader(Device& device, SimulatedTime& time)
      : device_(device), time_(time), wake_(time.timers(), [this] { Drain(); }) {
    device.SetListener(this);
  }
  ~Reader() override { device_.SetListener(nullptr); }

  // May not call the device back, so it does what a thread would: wakes a little later, at the same instant.
  void OnReceivable() override {
    ++told;
    wake_.StartAfter(Duration(0));
  }

  void Drain() {
    FramePtr batch[8];
    while (const size_t count = device_.Receive(batch)) {
      for (FramePtr& frame : std::span(batch).first(count)) {
        received.push_back({time_.Now(), Copy(frame->data()), frame->checksum.state, frame->received});
        frame.reset();
      }
    }
  }

  std::vector<uint64_t> Numbers() const {
    std::vector<uint64_t> numbers;
    for (const Received& frame : received) numbers.push_back(NumberIn(frame.bytes));
    return numbers;
  }

  std::vector<Received> received;
  int told = 0;

 private:
  Device& device_;
  SimulatedTime& time_;
  os::Timer wake_;
};

class MemorySink final : public ByteSink {
 public:
  bool Write(ByteView more) override {
    ++writes;
    const size_t fits = std::min(more.size(), limit - bytes.size());
    bytes.insert(bytes.end(), more.begin(), more.begin() + static_cast<ptrdiff_t>(fits));
    return fits == more.size();
  }

  Bytes bytes;
  size_t limit = SIZE_MAX;  // bytes until the disk is full
  int writes = 0;
};

}  // namespace nut::link
