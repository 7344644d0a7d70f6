#include "tap/tap_device.h"

#include <algorithm>
#include <cerrno>

#include "stack/base/invariant.h"
#include "tap/vnet_header.h"

namespace nut::tap {
namespace {

DropReason ReasonFor(ssize_t error) {
  switch (-error) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM: return DropReason::kDeviceQueueFull;
    case EMSGSIZE:
    case EINVAL: return DropReason::kFrameTooLong;
    default: return DropReason::kDeviceDown;  // EIO: the interface is down. EBADFD: it is gone
  }
}

}  // namespace

TapDevice::TapDevice(TapDeviceOptions options, FileDescriptor fd, SystemCalls& system, Poller& poller,
                     link::FramePool& pool, const Clock& clock, Statistics& statistics)
    : options_(std::move(options)),
      vnet_size_(options_.has_vnet_header ? sizeof(VnetHeader) : 0),
      fd_(std::move(fd)),
      system_(system),
      poller_(poller),
      pool_(pool),
      clock_(clock),
      statistics_(statistics) {}

TapDevice::~TapDevice() { poller_.Remove(fd_.number()); }

Result<void> TapDevice::Start() { return poller_.Add(fd_.number(), EPOLLIN | EPOLLET, *this); }

void TapDevice::SetListener(link::DeviceListener* listener) {
  listener_ = listener;
  // What came before anybody listened would not be reported again.
  if (listener_ != nullptr && !drained_) listener_->OnReceivable();
}

void TapDevice::OnReady(uint32_t) {
  drained_ = false;
  if (listener_ != nullptr) listener_->OnReceivable();
}

TapDevice::ReadOutcome TapDevice::OnReadError(int error) {
  // EBADFD: the interface was deleted ("ip link del") or its driver unloaded.
  if (error == EBADFD || error == ENODEV) OnGone();
  // Anything else (EAGAIN above all) passes; the poller reports the next frame.
  return ReadOutcome::kDrained;
}

void TapDevice::OnGone() {
  if (gone_) return;
  gone_ = true;
  poller_.Remove(fd_.number());
  if (on_gone_) on_gone_();
}

void TapDevice::Send(link::FramePtr frame) {
  NUT_INVARIANT(
      frame->checksum.state != link::ChecksumState::kPartial && frame->segmentation.segment_size == 0,
      "a TAP without offload was given a frame to finish");
  if (frame->size() > longest_frame()) return statistics_.Drop(DropReason::kFrameTooLong);
  const ssize_t result = gone_ ? -EBADFD : WriteFrame(*frame);
  if (result < 0) statistics_.Drop(ReasonFor(result));
}

ssize_t TapDevice::WriteFrame(link::Frame& frame) {
  if (vnet_size_ == 0) return system_.Write(fd_.number(), frame.data().data(), frame.size());
  if (frame.headroom() >= vnet_size_) {
    std::ranges::fill(frame.Prepend(vnet_size_), uint8_t{0});
    return system_.Write(fd_.number(), frame.data().data(), frame.size());
  }
  VnetHeader header;
  const iovec parts[] = {{&header, sizeof header}, {frame.mutable_data().data(), frame.size()}};
  return system_.Writev(fd_.number(), parts);
}

}  // namespace nut::tap
