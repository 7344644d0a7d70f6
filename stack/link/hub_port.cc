#include "stack/link/hub_port.h"

#include "stack/base/invariant.h"
#include "stack/wire/ethernet.h"

namespace nut::link {
namespace {

bool IsComplete(const Frame& frame) {
  return frame.segmentation.segment_size == 0 && frame.checksum.state != ChecksumState::kPartial;
}

}  // namespace

HubPort::HubPort(Hub& hub, std::string_view name, FramePool& pool, Statistics& statistics,
                 HubPortOptions options)
    : hub_(hub),
      name_(name),
      pool_(pool),
      statistics_(statistics),
      options_(options),
      number_(hub.Plug(*this)),
      line_(options.bits_per_second),
      arrival_(
          hub.timers_,
          [this] {
            told_ = true;
            listener_->OnReceivable();
          },
          "hub arrival") {}

HubPort::~HubPort() { hub_.Unplug(*this); }

void HubPort::Send(FramePtr frame) {
  NUT_INVARIANT(options_.offload || IsComplete(*frame),
                "a frame with work left was sent to a device without offload");
  if (!connected_) {
    statistics_.Drop(DropReason::kDeviceDown);
  } else if (!FitsMtu(*frame)) {
    statistics_.Drop(DropReason::kFrameTooLong);
  } else {
    hub_.Transmit(*this, std::move(frame));
  }
}

// A super-segment: each of the packets that it would be cut into.
bool HubPort::FitsMtu(const Frame& frame) const {
  const SegmentationInfo& segmentation = frame.segmentation;
  const size_t size = segmentation.segment_size == 0
                          ? frame.size()
                          : size_t{segmentation.header_size} + segmentation.segment_size;
  return size <= options_.mtu + wire::kEthernetHeaderSize;
}

bool HubPort::Accepts(const Frame& frame) {
  NUT_INVARIANT(options_.offload || IsComplete(frame), "a port without offload hears one with it");
  if (!FitsMtu(frame)) {
    statistics_.Drop(DropReason::kFrameTooLong);
    return false;
  }
  if (queue_.size() >= options_.queue_frames) {
    statistics_.Drop(DropReason::kDeviceQueueFull);
    return false;
  }
  return true;
}

void HubPort::Deliver(const Frame& frame) {
  if (Accepts(frame)) Take(pool_.Clone(frame));
}

void HubPort::Deliver(FramePtr frame) {
  if (Accepts(*frame)) Take(pool_.Adopt(std::move(frame)));
}

void HubPort::Take(FramePtr frame) {
  if (!frame) return statistics_.Drop(DropReason::kFramePoolEmpty);
  Enqueue(std::move(frame));
}

void HubPort::Enqueue(FramePtr frame) {
  const Instant now = hub_.timers_.clock().Now();
  // Notes of the sender's side mean nothing here.
  const bool unfinished = frame->checksum.state == ChecksumState::kPartial;
  frame->checksum = {.state = unfinished ? ChecksumState::kVerified : ChecksumState::kAbsent};
  frame->segmentation = {};
  frame->capture_ticket = 0;
  frame->network_header = 0;
  frame->received = After(line_.Transmit(now, frame->size()), options_.latency);
  queue_.Push(std::move(frame));
  ArmTimer();
}

size_t HubPort::Receive(std::span<FramePtr> batch) {
  const Instant now = hub_.timers_.clock().Now();
  size_t count = 0;
  while (count < batch.size() && !queue_.empty() && queue_.front()->received <= now)
    batch[count++] = queue_.Pop();
  if (count < batch.size()) {
    told_ = false;
    ArmTimer();
  }
  return count;
}

void HubPort::SetListener(DeviceListener* listener) {
  listener_ = listener;
  told_ = false;
  arrival_.Stop();
  ArmTimer();
}

void HubPort::SetConnected(bool connected) {
  connected_ = connected;
  if (connected_) return;
  arrival_.Stop();
  while (queue_.Pop()) statistics_.Drop(DropReason::kDeviceDown);
}

void HubPort::ArmTimer() {
  // One timer and one telling per burst, however many frames it has.
  if (listener_ == nullptr || told_ || queue_.empty() || arrival_.armed()) return;
  arrival_.StartAt(queue_.front()->received);
}

}  // namespace nut::link
