#include "stack/tcp/listener_table.h"

#include <algorithm>

#include "stack/os/executor.h"

namespace nut::tcp {

Result<Listener*> ListenerTable::Insert(const wire::Endpoint& local, size_t backlog,
                                        const SharedParameters& parameters) {
  std::vector<Listener*>& same_port = by_port_[local.port.number()];
  for (const Listener* other : same_port) {
    if (other->local == local) return Fail(Error::kAddressInUse);
  }
  if (size_ >= limit_ || !executor_.heap().Grants()) return Fail(Error::kNoBuffers);
  auto slot = std::find_if(slots_.begin(), slots_.end(), [](const Slot& s) { return !s.listener; });
  if (slot == slots_.end()) slot = slots_.emplace(slots_.end());
  slot->listener = std::make_unique<Listener>(executor_, local, backlog, parameters);
  slot->listener->handle = {static_cast<uint32_t>(slot - slots_.begin()), slot->generation};
  same_port.push_back(slot->listener.get());
  ++size_;
  return slot->listener.get();
}

Listener* ListenerTable::Find(ListenerHandle handle) const {
  if (handle.slot >= slots_.size()) return nullptr;
  const Slot& slot = slots_[handle.slot];
  return slot.generation == handle.generation ? slot.listener.get() : nullptr;
}

Listener* ListenerTable::FindFor(const wire::Endpoint& local) const {
  const auto same_port = by_port_.find(local.port.number());
  if (same_port == by_port_.end()) return nullptr;
  Listener* of_every_address = nullptr;
  for (Listener* listener : same_port->second) {
    if (listener->local.address == local.address) return listener;
    if (listener->local.address.is_none()) of_every_address = listener;
  }
  return of_every_address;
}

bool ListenerTable::HasPort(wire::Port port) const {
  const auto same_port = by_port_.find(port.number());
  return same_port != by_port_.end() && !same_port->second.empty();
}

void ListenerTable::Close(Listener& listener) {
  if (listener.closed) return;
  listener.closed = true;
  closed_any_ = true;
  const auto same_port = by_port_.find(listener.local.port.number());
  std::erase(same_port->second, &listener);
  if (same_port->second.empty()) by_port_.erase(same_port);
}

void ListenerTable::Sweep() {
  if (!closed_any_) return;
  closed_any_ = false;
  for (Slot& slot : slots_) {
    if (!slot.listener || !slot.listener->closed) continue;
    const Listener& listener = *slot.listener;
    if (listener.pins > 0 || listener.acceptable.has_waiters() || !listener.watches.empty() ||
        listener.syn_count + listener.accept_count > 0) {
      closed_any_ = true;
      continue;
    }
    slot.listener.reset();
    if (++slot.generation == 0) slot.generation = 1;
    --size_;
  }
}

}  // namespace nut::tcp
