#include "stack/net/udp_table.h"

#include <algorithm>
#include <utility>

#include "stack/base/invariant.h"
#include "stack/base/mutant.h"
#include "stack/net/udp_record.h"
#include "stack/os/executor.h"

namespace nut::net {

using wire::Endpoint;

// Keeps a record in memory while a thread sleeps in it, also when that thread is killed.
class UdpTable::Visit {
 public:
  Visit(UdpTable& table, Record& record) : table_(table), record_(record) { ++record_.visitors; }
  ~Visit() {
    if (--record_.visitors == 0 && record_.closed) table_.Free(record_.slot);
  }
  Visit(const Visit&) = delete;
  Visit& operator=(const Visit&) = delete;

 private:
  UdpTable& table_;
  Record& record_;
};

UdpTable::UdpTable(os::Executor& executor, const Rng& rng, UdpOptions options)
    : executor_(executor), rng_(rng), options_(options) {}

UdpTable::~UdpTable() = default;

UdpTable::Record* UdpTable::Find(UdpHandle handle) const {
  if (handle.slot >= slots_.size()) return nullptr;
  const Slot& slot = slots_[handle.slot];
  return slot.generation == handle.generation && slot.record && !slot.record->closed ? slot.record.get()
                                                                                     : nullptr;
}

UdpHandle UdpTable::HandleOf(const Record& record) const {
  return {record.slot, slots_[record.slot].generation};
}

Result<UdpHandle> UdpTable::Open(const Endpoint& local, bool shared) {
  Endpoint bound = local;
  if (bound.port.is_none()) {
    const std::optional<wire::Port> port = ChoosePort(bound.address);
    if (!port) return Fail(Error::kAddressNotAvailable);
    bound.port = *port;
  } else if (PortConflicts(bound, shared)) {
    return Fail(Error::kAddressInUse);
  }
  if (!executor_.heap().Grants()) return Fail(Error::kNoBuffers);
  if (free_slots_.empty()) {
    if (slots_.size() >= options_.maximum_endpoints) return Fail(Error::kNoBuffers);
    free_slots_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const uint32_t index = free_slots_.back();
  free_slots_.pop_back();
  slots_[index].record = std::make_unique<Record>(executor_, index, options_.endpoint);
  Record& record = *slots_[index].record;
  record.local = bound;
  record.shared = shared;
  by_port_[bound.port.number()].push_back(index);
  return HandleOf(record);
}

bool UdpTable::PortConflicts(const Endpoint& local, bool shared) const {
  const auto found = by_port_.find(local.port.number());
  if (found == by_port_.end()) return false;
  return std::any_of(found->second.begin(), found->second.end(), [&](uint32_t slot) {
    const Record& other = *slots_[slot].record;
    const bool apart = !local.address.is_unspecified() && !other.local.address.is_unspecified() &&
                       local.address != other.local.address;
    return !apart && !(shared && other.shared);
  });
}

std::optional<wire::Port> UdpTable::ChoosePort(const wire::IpAddress& address) {
  const uint32_t count = uint32_t{options_.last_ephemeral_port} - options_.first_ephemeral_port + 1;
  const auto port_at = [&](uint64_t index) {
    return wire::Port(static_cast<uint16_t>(options_.first_ephemeral_port + index % count));
  };
  // RFC 6056 3.3.1 (algorithm 1 and 2): a random port, several times; then whatever is free behind a random
  // one.
  for (unsigned attempt = 0; attempt < options_.port_attempts; ++attempt) {
    const wire::Port port = port_at(rng_.Below(count));
    if (!PortConflicts({address, port}, false)) return port;
  }
  const uint64_t start = rng_.Below(count);
  for (uint32_t i = 0; i < count; ++i) {
    const wire::Port port = port_at(start + i);
    if (!PortConflicts({address, port}, false)) return port;
  }
  return std::nullopt;
}

Result<void> UdpTable::Connect(UdpHandle handle, const Endpoint& remote) {
  Record* const record = Find(handle);
  if (record == nullptr) return Fail(Error::kStaleHandle);
  record->remote = remote;
  // What was pending concerned another conversation.
  record->error.reset();
  return {};
}

Result<void> UdpTable::Close(UdpHandle handle) {
  Record* const record = Find(handle);
  if (record == nullptr) return Fail(Error::kStaleHandle);
  const auto bound = by_port_.find(record->local.port.number());
  NUT_INVARIANT(bound != by_port_.end(), "a UDP endpoint is not in the table of ports");
  std::erase(bound->second, record->slot);
  if (bound->second.empty()) by_port_.erase(bound);

  record->closed = true;
  record->queue.Clear();
  // From here on the handle finds nothing.
  if (++slots_[record->slot].generation == 0) slots_[record->slot].generation = 1;
  record->readable.BroadcastAsync();
  while (!record->observers.empty()) {
    UdpObserver& observer = record->observers.front();
    observer.unlink();
    observer.OnUdpEvent(handle);
  }
  // R12: freed it, whoever slept in it.
  if (record->visitors == 0 || Mutated(Mutant::kR12UdpFreedAtOnce)) Free(handle.slot);
  return {};
}

void UdpTable::Free(uint32_t slot) {
  slots_[slot].record.reset();
  free_slots_.push_back(slot);
}

Result<UdpDatagram> UdpTable::Receive(UdpHandle handle) {
  Record* const record = Find(handle);
  if (record == nullptr) return Fail(Error::kStaleHandle);
  if (record->error) {
    const Error error = record->error->error;
    record->error.reset();
    return Fail(error);
  }
  if (record->queue.empty()) return Fail(Error::kWouldBlock);
  return record->queue.Pop();
}

Result<void> UdpTable::Wait(UdpHandle handle, Duration timeout) {
  Record* record = Find(handle);
  if (record == nullptr) return Fail(Error::kStaleHandle);
  const Instant deadline = After(executor_.Now(), timeout);
  while (record->queue.empty() && !record->error) {
    const Instant now = executor_.Now();
    if (now >= deadline) return Fail(Error::kTimedOut);
    {
      const Visit visit(*this, *record);
      record->readable.Wait(deadline == kNever ? kForever : deadline - now);
    }
    // Anything may have happened meanwhile; the record may be gone.
    record = Find(handle);
    if (record == nullptr) return Fail(Error::kStaleHandle);
  }
  return {};
}

std::optional<UdpError> UdpTable::PeekError(UdpHandle handle) const {
  const Record* const record = Find(handle);
  return record != nullptr ? record->error : std::nullopt;
}

std::optional<UdpError> UdpTable::TakeError(UdpHandle handle) {
  Record* const record = Find(handle);
  return record != nullptr ? std::exchange(record->error, std::nullopt) : std::nullopt;
}

Result<UdpEndpointOptions> UdpTable::options(UdpHandle handle) const {
  const Record* const record = Find(handle);
  if (record == nullptr) return Fail(Error::kStaleHandle);
  return record->options;
}

Result<void> UdpTable::SetOptions(UdpHandle handle, const UdpEndpointOptions& options) {
  Record* const record = Find(handle);
  if (record == nullptr) return Fail(Error::kStaleHandle);
  record->options = options;
  return {};
}

Result<void> UdpTable::Watch(UdpHandle handle, UdpObserver& observer) {
  Record* const record = Find(handle);
  if (record == nullptr) return Fail(Error::kStaleHandle);
  if (observer.is_linked()) observer.unlink();
  record->observers.push_back(observer);
  return {};
}

Result<UdpInfo> UdpTable::Info(UdpHandle handle) const {
  const Record* const record = Find(handle);
  if (record == nullptr) return Fail(Error::kStaleHandle);
  return UdpInfo{handle,       record->local, record->remote, record->queue.size(), record->queue.bytes(),
                 record->drops};
}

std::vector<UdpInfo> UdpTable::Snapshot() const {
  std::vector<UdpInfo> all;
  for (const Slot& slot : slots_) {
    if (!slot.record || slot.record->closed) continue;
    all.push_back(*Info(HandleOf(*slot.record)));
  }
  return all;
}

}  // namespace nut::net
