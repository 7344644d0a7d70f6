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

DropReason UdpTable::Deliver(UdpHandle handle, UdpDatagram& datagram) {
  Record* const record = Find(handle);
  if (record == nullptr) return DropReason::kUdpNoSocket;
  UdpQueue& queue = record->queue;
  // An empty queue takes any one datagram, or a small limit would make large ones impossible.
  const bool room =
      queue.size() < record->options.maximum_packets &&
      (queue.empty() || queue.bytes() + datagram.frame->size() <= record->options.maximum_bytes) &&
      executor_.heap().Grants();
  if (!room) {
    ++record->drops;
    return DropReason::kUdpQueueFull;
  }
  queue.Push(std::move(datagram));
  record->readable.PostAsync();
  if (executor_.exploring()) [[unlikely]] {
    executor_.Pass(os::SchedulingPoint::kEventPost, handle.id());
    // Whoever has run meanwhile may have closed it. (R12: went on with what it had.)
    if (!Mutated(Mutant::kR12UdpFreedAtOnce) && Find(handle) != record) return DropReason::kNone;
  }
  if (!record->observers.empty()) NotifyObservers(*record);
  return DropReason::kNone;
}

Result<UdpSending> UdpTable::PrepareSending(UdpHandle handle, const Endpoint& destination) {
  Record* const record = Find(handle);
  if (record == nullptr) return Fail(Error::kStaleHandle);
  if (record->error) [[unlikely]]
    return Fail(std::exchange(record->error, std::nullopt)->error);
  const bool named = destination != Endpoint{};
  if (!named && record->remote.port.is_none()) return Fail(Error::kNotConnected);
  const Endpoint& remote = named ? destination : record->remote;
  if (remote.port.is_none()) return Fail(Error::kInvalidArgument);
  const UdpEndpointOptions& options = record->options;
  const bool group = remote.address.v4().is_multicast();
  return UdpSending{.local = record->local,
                    .remote = remote,
                    .ttl = group ? options.multicast_ttl : options.ttl,
                    .tos = options.tos,
                    .loop_multicast = options.loop_multicast,
                    .dont_fragment = options.dont_fragment};
}

void UdpTable::NoteDestination(UdpHandle handle, const Endpoint& remote) {
  if (Record* const record = Find(handle)) record->last_destination = remote;
}

bool UdpTable::DeliverError(const EndpointPair& ends, Error error) {
  const auto found = by_port_.find(ends.local.port.number());
  if (found == by_port_.end()) return false;
  bool concerned = false;
  for (const uint32_t slot : found->second) {
    Record& record = *slots_[slot].record;
    const Endpoint& peer = record.remote.port.is_none() ? record.last_destination : record.remote;
    if (peer != ends.remote) continue;
    if (!record.local.address.is_unspecified() && record.local.address != ends.local.address) continue;
    concerned = true;
    record.error = UdpError{error, ends.remote};
    record.readable.PostAsync();
    NotifyObservers(record);
  }
  return concerned;
}

void UdpTable::NotifyObservers(Record& record) {
  for (auto next = record.observers.begin(); next != record.observers.end();) {
    (next++)->OnUdpEvent(HandleOf(record));  // which may unlink itself
  }
}

}  // namespace nut::net
