#include "stack/net/arp_resolve.h"

#include <algorithm>

#include "stack/wire/icmp.h"

namespace nut::net {

Result<void> ArpResolve::Send(link::FramePtr packet, wire::Ipv4Address neighbour) {
  ArpEntry* entry = cache_.Find(neighbour);
  if (entry != nullptr && entry->state != ArpState::kIncomplete) {
    entry->used = true;
    cache_.Touch(*entry, ArpRank::kUsed);
    ethernet_out_.Send(std::move(packet), entry->mac, wire::EtherType::kIpv4);
    return {};
  }
  if (entry == nullptr) {
    entry = cache_.Create(neighbour, ArpRank::kIncomplete);
    if (entry == nullptr) {
      drops_.Counted(DropReason::kArpTableFull);
      return Fail(Error::kNoBuffers);
    }
    entry->requests = 1;
    arp_out_.Request(neighbour);
    SetDeadline(*entry, clock_.Now() + options_.request_interval);
  }
  // RFC 1122 2.3.2.2: packets are kept until the address is resolved.
  if (!cache_.Enqueue(*entry, std::move(packet))) return Fail(Error::kNoBuffers);
  return {};
}

void ArpResolve::Learn(wire::Ipv4Address neighbour, const wire::MacAddress& mac, bool create, Instant now) {
  ArpEntry* entry = cache_.Find(neighbour);
  if (entry == nullptr) {
    if (!create) return;
    entry = cache_.Create(neighbour, ArpRank::kStranger);
    if (entry == nullptr) return drops_.Counted(DropReason::kArpTableFull);
  } else if (entry->state != ArpState::kIncomplete && entry->mac != mac) {
    log_.Print(LogLevel::kDebug, "arp", "{} moved from {} to {}", neighbour.ToText(), entry->mac.ToText(),
               mac.ToText());
  }
  entry->mac = mac;
  entry->state = ArpState::kReachable;
  entry->confirmed = now;
  entry->used = false;
  entry->requests = 0;
  SetDeadline(*entry, now + options_.reachable_time);
  cache_.Touch(*entry, entry->rank == ArpRank::kIncomplete ? ArpRank::kUsed : entry->rank);
  while (link::FramePtr packet = cache_.Dequeue(*entry)) {
    ethernet_out_.Send(std::move(packet), mac, wire::EtherType::kIpv4);
  }
}

void ArpResolve::OnTimer(Instant now) {
  if (now < poll_at_) return;
  Instant next = kNever;
  for (auto position = cache_.entries().begin(); position != cache_.entries().end();) {
    ArpEntry& entry = position->second;
    ++position;  // the entry may go
    if (entry.deadline > now || OnDeadline(entry, now)) next = std::min(next, entry.deadline);
  }
  poll_at_ = next;
}

bool ArpResolve::OnDeadline(ArpEntry& entry, Instant now) {
  switch (entry.state) {
    case ArpState::kIncomplete:
      if (entry.requests >= options_.maximum_requests) {
        GiveUp(entry);
        return false;
      }
      arp_out_.Request(entry.address);
      break;
    case ArpState::kReachable:
      // Nobody asked for it lately: a new packet asks again. Else it is confirmed while it goes on being
      // used.
      if (!entry.used) {
        cache_.Remove(entry, DropReason::kArpUnresolved);
        return false;
      }
      entry.state = ArpState::kPolling;
      arp_out_.Poll(entry.address, entry.mac);
      break;
    case ArpState::kPolling:
      if (entry.requests >= options_.maximum_requests) {
        watcher_.OnNeighbourDown(entry.address);
        cache_.Remove(entry, DropReason::kArpUnresolved);
        return false;
      }
      arp_out_.Poll(entry.address, entry.mac);
      break;
  }
  ++entry.requests;
  entry.deadline = now + options_.request_interval;
  return true;
}

void ArpResolve::GiveUp(ArpEntry& entry) {
  log_.Print(LogLevel::kDebug, "arp", "{} does not answer: {} packets dropped", entry.address.ToText(),
             entry.waiting.size());
  link::FrameQueue waiting;
  while (link::FramePtr packet = cache_.Dequeue(entry)) waiting.Push(std::move(packet));
  // The entry goes first: a transport told of the failure may send again, which asks anew.
  const wire::Ipv4Address local_reporter = entry.address;
  cache_.Remove(entry, DropReason::kArpUnresolved);
  watcher_.OnNeighbourDown(local_reporter);

  // RFC 1122 3.3.1.4, 4.1.3.3: as if the last gateway had said "host unreachable". The sender did nothing
  // wrong, and the neighbour may come back: a soft error.
  IcmpErrorReport report;
  report.reporter = local_reporter;
  report.type = static_cast<uint8_t>(wire::IcmpType::kDestinationUnreachable);
  report.code = static_cast<uint8_t>(wire::UnreachableCode::kHost);
  report.error = Error::kHostDown;
  while (link::FramePtr packet = waiting.Pop()) {
    drops_.Counted(DropReason::kArpUnresolved);
    transports_.Report(report, packet->data());
  }
}

void ArpResolve::SetDeadline(ArpEntry& entry, Instant deadline) {
  entry.deadline = deadline;
  poll_at_ = std::min(poll_at_, deadline);
}

void ArpResolve::Flush() {
  cache_.Clear(DropReason::kArpUnresolved);
  poll_at_ = kNever;
}

}  // namespace nut::net
