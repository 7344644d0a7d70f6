// The half of UdpTable that the packets' way in and out uses: who gets what.
#include "stack/base/invariant.h"
#include "stack/base/mutant.h"
#include "stack/net/udp_record.h"
#include "stack/os/executor.h"

namespace nut::net {

using wire::Endpoint;
using wire::EndpointPair;

int UdpTable::Fit(const Record& record, const EndpointPair& ends) {
  int fit = 1;
  if (!record.local.address.is_unspecified()) {
    if (record.local.address != ends.local.address) return 0;
    fit += 1;
  }
  if (!record.remote.port.is_none()) {
    if (record.remote != ends.remote) return 0;
    fit += 2;
  }
  return fit;
}

UdpHandle UdpTable::Match(const EndpointPair& ends) const {
  const auto found = by_port_.find(ends.local.port.number());
  if (found == by_port_.end()) return {};
  const Record* best = nullptr;
  int best_fit = 0;
  for (const uint32_t slot : found->second) {
    const int fit = Fit(*slots_[slot].record, ends);
    if (fit == 0 || fit < best_fit) continue;
    best = slots_[slot].record.get();
    best_fit = fit;
  }
  return best != nullptr ? HandleOf(*best) : UdpHandle{};
}

std::vector<UdpHandle> UdpTable::MatchAll(const EndpointPair& ends) const {
  std::vector<UdpHandle> all;
  const auto found = by_port_.find(ends.local.port.number());
  if (found == by_port_.end()) return all;
  for (const uint32_t slot : found->second) {
    const Record& record = *slots_[slot].record;
    if (Fit(record, ends) > 0) all.push_back(HandleOf(record));
  }
  return all;
}

bool UdpTable::HasRoom(UdpHandle handle, size_t size) {
  Record* const record = Find(handle);
  if (record == nullptr) return false;
  // An empty queue takes any one datagram, or a small limit would make large ones impossible.
  const bool room = record->queue.size() < record->options.maximum_packets &&
                    (record->queue.empty() || record->queued_bytes + size <= record->options.maximum_bytes) &&
                    executor_.heap().Grants();
  if (!room) ++record->drops;
  return room;
}

void UdpTable::Deliver(UdpHandle handle, UdpDatagram datagram) {
  Record* const record = Find(handle);
  NUT_INVARIANT(record != nullptr, "a datagram for a UDP endpoint that is gone");
  record->queued_bytes += datagram.frame->size();
  record->queue.push_back(std::move(datagram));
  record->readable.PostAsync();
  executor_.Pass(os::SchedulingPoint::kEventPost, handle.id());
  // Whoever has run meanwhile may have closed it. (R12: went on with what it had.)
  Record* const still_there = Mutated(Mutant::kR12UdpFreedAtOnce) ? record : Find(handle);
  if (still_there != nullptr) NotifyObservers(*still_there);
}

void UdpTable::NoteDestination(UdpHandle handle, const Endpoint& remote) {
  if (Record* const record = Find(handle)) record->last_destination = remote;
}

void UdpTable::DeliverError(const EndpointPair& ends, Error error) {
  const auto found = by_port_.find(ends.local.port.number());
  if (found == by_port_.end()) return;
  for (const uint32_t slot : found->second) {
    Record& record = *slots_[slot].record;
    const Endpoint& peer = record.remote.port.is_none() ? record.last_destination : record.remote;
    if (peer != ends.remote) continue;
    if (!record.local.address.is_unspecified() && record.local.address != ends.local.address) continue;
    record.error = UdpError{error, ends.remote};
    record.readable.PostAsync();
    NotifyObservers(record);
  }
}

void UdpTable::NotifyObservers(Record& record) {
  for (auto next = record.observers.begin(); next != record.observers.end();) {
    (next++)->OnUdpEvent(HandleOf(record));  // which may unlink itself
  }
}

}  // namespace nut::net
