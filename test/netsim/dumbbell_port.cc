#include "test/netsim/dumbbell_port.h"

#include "stack/base/invariant.h"

namespace nut::netsim {

DumbbellPort::DumbbellPort(Dumbbell& dumbbell, Side side, std::string_view name, const wire::MacAddress& mac,
                           link::FramePool& pool, Duration latency)
    : dumbbell_(dumbbell),
      side_(side),
      name_(name),
      mac_(mac),
      pool_(pool),
      latency_(latency),
      arrival_(
          dumbbell.timers(),
          [this] {
            told_ = true;
            listener_->OnReceivable();
          },
          "port") {
  dumbbell_.Plug(*this);
}

DumbbellPort::~DumbbellPort() { dumbbell_.Unplug(*this); }

void DumbbellPort::Arrive(link::FramePtr frame) {
  NUT_INVARIANT(frame, "the pool of a simulation is too small for it");
  // Notes of the sender's side mean nothing here.
  frame->BecomeOutgoing();
  frame->network_header = 0;
  frame->received = After(dumbbell_.timers().clock().Now(), latency_);
  queue_.Push(std::move(frame));
  Tell();
}

size_t DumbbellPort::Receive(std::span<link::FramePtr> batch) {
  const Instant now = dumbbell_.timers().clock().Now();
  size_t count = 0;
  while (count < batch.size() && !queue_.empty() && queue_.front()->received <= now)
    batch[count++] = queue_.Pop();
  if (count < batch.size()) {
    told_ = false;
    Tell();
  }
  return count;
}

void DumbbellPort::SetListener(link::DeviceListener* listener) {
  listener_ = listener;
  told_ = false;
  arrival_.Stop();
  Tell();
}

void DumbbellPort::Tell() {
  // One timer and one telling per burst, however many frames it has.
  if (listener_ == nullptr || told_ || queue_.empty() || arrival_.armed()) return;
  arrival_.StartAt(queue_.front()->received);
}

}  // namespace nut::netsim
