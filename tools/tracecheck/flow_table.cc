#include "tools/tracecheck/flow_table.h"

#include <utility>

namespace nut::tracecheck {

FlowTable::Key FlowTable::KeyOf(uint32_t interface, const Endpoint& a, const Endpoint& b) {
  return a < b ? Key{interface, a, b} : Key{interface, b, a};
}

void FlowTable::Take(const Packet& packet) {
  const Key key = KeyOf(packet.interface, packet.source, packet.destination);
  auto at = entries_.find(key);
  if (at == entries_.end()) {
    if (entries_.size() >= settings_.connections) {
      ++passed_over_;
      return;
    }
    if (connections_ % kSweepEvery == kSweepEvery - 1) Sweep(packet.time);
    at = entries_.try_emplace(key).first;
  }
  Entry& entry = at->second;
  entry.last = packet.time;
  if (!entry.flow) Begin(entry, packet);
  if (packet.syn && !packet.ack && !packet.rst) {
    if (TakeSyn(entry, packet)) return;
  } else if (!entry.waiting.empty() && Decide(entry, packet)) {
    return;
  }
  entry.flow->Take(packet);
}

void FlowTable::Begin(Entry& entry, const Packet& first) {
  Predecessor predecessor;
  if (entry.flow) {
    predecessor = entry.flow->Legacy(first.source);
    entry.flow->End(first.time);
  }
  entry.flow = std::make_unique<Flow>(first.source, first.destination, settings_, neighbours_, findings_,
                                      suppressed_);
  entry.flow->SetPredecessor(predecessor);
  ++connections_;
}

// The connection that `syn` has begun, with all that waited and belongs to it.
void FlowTable::BeginWith(Entry& entry, const Packet& syn) {
  const Packet first = syn;
  const std::vector<Packet> waiting = std::exchange(entry.waiting, {});
  Begin(entry, first);
  for (const Packet& packet : waiting) {
    if (packet.source != first.source || packet.sequence == first.sequence) entry.flow->Take(packet);
  }
}

bool FlowTable::TakeSyn(Entry& entry, const Packet& packet) {
  Flow& flow = *entry.flow;
  const Side side = flow.SideOf(packet.source);
  const Half& self = flow.half(side);
  const Half& peer = flow.half(1 - side);
  if (!self.seen && !peer.seen) return false;                                         // the very first packet
  if (self.isn && Wire(*self.isn) == packet.sequence) return false;                   // again
  if (!self.seen && peer.isn && !peer.synchronised && !peer.syn_acked) return false;  // simultaneous opening
  if (!peer.seen) {
    // Nobody has answered so far: an attempt that was given up, and the next one.
    Begin(entry, packet);
    return false;
  }
  flow.Stray(packet);
  if (entry.waiting.size() < kMostWaiting) entry.waiting.push_back(packet);
  for (const Packet& other : entry.waiting) {
    if (other.source == packet.source) continue;
    // Both want to begin anew.
    const Packet first = entry.waiting.front();
    BeginWith(entry, first);
    return true;
  }
  return true;
}

bool FlowTable::Decide(Entry& entry, const Packet& packet) {
  for (const Packet& waiting : entry.waiting) {
    const Packet syn = waiting;
    const uint32_t end = syn.sequence + static_cast<uint32_t>(syn.sequence_size());
    if (packet.source != syn.source) {
      const bool answers =
          packet.ack && (packet.acknowledgement == syn.sequence + 1 || packet.acknowledgement == end);
      if (!answers) continue;
      if (packet.rst) {
        // Nobody is there any more: neither for the SYN nor for the connection before it.
        entry.waiting.clear();
        entry.flow->StrayRefused(packet);
        return true;
      }
      if (!packet.syn) continue;
    } else if (packet.syn || packet.rst || packet.sequence != end) {
      continue;  // else the answer to the SYN was not captured
    }
    BeginWith(entry, syn);
    return false;
  }
  return false;
}

void FlowTable::Notice(const PathNotice& notice, uint32_t interface, Time now) {
  const auto at = entries_.find(KeyOf(interface, notice.sender, notice.receiver));
  if (at != entries_.end() && at->second.flow) {
    at->second.flow->PathChanged(at->second.flow->SideOf(notice.sender), now);
  }
}

void FlowTable::End(Time now) {
  for (auto& [key, entry] : entries_) entry.flow->End(now);
}

// Connections that are over, so long ago that nothing of them can come back.
void FlowTable::Sweep(Time now) {
  std::erase_if(entries_, [&](const auto& item) {
    return item.second.flow->over() && now - item.second.last > settings_.time_wait;
  });
}

}  // namespace nut::tracecheck
