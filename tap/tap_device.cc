#include "tap/tap_device.h"

#include <cerrno>

#include "tap/vnet_header.h"

namespace nut::tap {

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

Result<void> TapDevice::Start() {
  const auto added = poller_.Add(fd_.number(), EPOLLIN | EPOLLET, *this);
  if (added) poller_.AskWhileSpinning(*this);
  return added;
}

void TapDevice::SetListener(link::DeviceListener* listener) {
  listener_ = listener;
  // What came before anybody listened would not be reported again.
  if (listener_ != nullptr && (!drained_ || ahead_)) listener_->OnReceivable();
}

void TapDevice::OnReady(uint32_t) {
  drained_ = false;
  was_empty_ = false;
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

}  // namespace nut::tap
