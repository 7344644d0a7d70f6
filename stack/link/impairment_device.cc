#include "stack/link/impairment_device.h"

#include <algorithm>
#include <array>

namespace nut::link {

ImpairmentDevice::ImpairmentDevice(Device& inner, os::TimerQueue& timers, const Rng& rng, FramePool& pool,
                                   Statistics& statistics, const ImpairmentOptions& options)
    : DeviceDecorator(inner),
      timers_(timers),
      pool_(pool),
      statistics_(statistics),
      segmenter_(pool, statistics),
      receive_(Direction::kReceive, rng.Split("impairment receive"), pool, statistics),
      transmit_(Direction::kTransmit, rng.Split("impairment transmit"), pool, statistics),
      receive_timer_(
          timers, [this] { Tell(); }, "impairment receive"),
      transmit_timer_(
          timers, [this] { SendDue(); }, "impairment transmit") {
  SetOptions(options);
  inner.SetListener(this);
}

ImpairmentDevice::~ImpairmentDevice() { inner().SetListener(nullptr); }

void ImpairmentDevice::SetOptions(const ImpairmentOptions& options) {
  options_ = options;
  receive_.SetOptions(options);
  transmit_.SetOptions(options);
}

void ImpairmentDevice::SetObserver(ImpairmentObserver* observer) {
  receive_.SetObserver(observer);
  transmit_.SetObserver(observer);
}

DeviceCapabilities ImpairmentDevice::capabilities() const {
  return options_.active() ? DeviceCapabilities{} : inner().capabilities();
}

void ImpairmentDevice::Admit(ImpairmentLane& lane, FramePtr frame, Instant now) {
  FrameQueue packets;
  segmenter_.Split(std::move(frame), packets);
  while (FramePtr packet = packets.Pop()) {
    FramePtr whole = pool_.Linearise(std::move(packet));  // its bits may have to be turned
    if (whole) {
      lane.Admit(std::move(whole), now);
    } else {
      statistics_.Drop(DropReason::kFramePoolEmpty);
    }
  }
}

void ImpairmentDevice::Send(FramePtr frame) {
  if (transmit_.idle()) {
    inner().Send(std::move(frame));
    return;
  }
  Admit(transmit_, std::move(frame), Now());
  SendDue();
}

void ImpairmentDevice::SendDue() {
  while (FramePtr frame = transmit_.PopDue(Now())) inner().Send(std::move(frame));
  transmit_timer_.StartAt(transmit_.next_release());
}

size_t ImpairmentDevice::Receive(std::span<FramePtr> batch) {
  if (receive_.idle()) return inner().Receive(batch);
  const Instant now = Now();
  size_t count = 0;
  size_t pulled = 0;
  bool drained = false;
  for (;;) {
    while (count < batch.size()) {
      FramePtr frame = receive_.PopDue(now);
      if (!frame) break;
      frame->received = now;
      batch[count++] = std::move(frame);
    }
    if (count == batch.size() || drained || pulled >= options_.receive_pull) break;
    const size_t arrived = Pull(now);
    pulled += arrived;
    drained = arrived == 0;
  }
  // Who gets less than he asked for waits to be told. The inner device tells only once it was drained; where
  // we stopped before, under a flood that is all lost, for one, we come back by ourselves.
  if (count < batch.size()) receive_timer_.StartAt(drained ? receive_.next_release() : now);
  return count;
}

size_t ImpairmentDevice::Pull(Instant now) {
  std::array<FramePtr, 32> arrived;
  const size_t count = inner().Receive(arrived);
  for (size_t i = 0; i < count; ++i) Admit(receive_, std::move(arrived[i]), now);
  return count;
}

void ImpairmentDevice::SetListener(DeviceListener* listener) {
  listener_ = listener;
  // The new listener has not been told of what waits.
  if (listener_ != nullptr && receive_.held() > 0) receive_timer_.StartAt(receive_.next_release());
  inner().SetListener(this);
}

void ImpairmentDevice::OnReceivable() { Tell(); }

void ImpairmentDevice::Tell() {
  if (listener_ != nullptr) listener_->OnReceivable();
}

}  // namespace nut::link
