#include "stack/net/arp_cache.h"

#include "stack/base/invariant.h"

namespace nut::net {

std::string_view NameOf(ArpState state) {
  switch (state) {
    case ArpState::kIncomplete: return "incomplete";
    case ArpState::kReachable: return "reachable";
    case ArpState::kPolling: return "polling";
  }
  return "unknown";
}

ArpCache::~ArpCache() {
  for (List& list : ranks_) list.clear();
}

ArpEntry* ArpCache::Find(wire::Ipv4Address address) {
  const auto found = entries_.find(address);
  return found == entries_.end() ? nullptr : &found->second;
}

ArpEntry* ArpCache::Create(wire::Ipv4Address address, ArpRank rank) {
  if (entries_.size() >= options_.maximum_entries && !MakeRoomFor(rank)) return nullptr;
  const auto [position, inserted] = entries_.try_emplace(address);
  NUT_INVARIANT(inserted, "an ARP entry was made twice");
  ArpEntry& entry = position->second;
  entry.address = address;
  entry.rank = rank;
  ListOf(rank).push_back(entry);
  return &entry;
}

bool ArpCache::MakeRoomFor(ArpRank rank) {
  // A stranger that asks for us may displace a guess of ours: it exists.
  const size_t highest = std::max(static_cast<size_t>(rank), static_cast<size_t>(ArpRank::kIncomplete));
  for (size_t victim = 0; victim <= highest; ++victim) {
    if (ranks_[victim].empty()) continue;
    Remove(ranks_[victim].front(), DropReason::kArpTableFull);
    return true;
  }
  return false;
}

void ArpCache::Touch(ArpEntry& entry, ArpRank rank) {
  ListOf(entry.rank).erase(List::s_iterator_to(entry));
  entry.rank = rank;
  ListOf(rank).push_back(entry);
}

bool ArpCache::Enqueue(ArpEntry& entry, link::FramePtr frame) {
  if (entry.waiting.size() >= options_.maximum_waiting_per_entry || waiting_ >= options_.maximum_waiting) {
    drops_.Counted(DropReason::kArpQueueFull);
    return false;
  }
  entry.waiting.Push(std::move(frame));
  ++waiting_;
  return true;
}

link::FramePtr ArpCache::Dequeue(ArpEntry& entry) {
  link::FramePtr frame = entry.waiting.Pop();
  if (frame) --waiting_;
  return frame;
}

void ArpCache::Remove(ArpEntry& entry, DropReason reason) {
  while (Dequeue(entry)) drops_.Counted(reason);
  ListOf(entry.rank).erase(List::s_iterator_to(entry));
  entries_.erase(entry.address);
}

void ArpCache::Clear(DropReason reason) {
  while (!entries_.empty()) Remove(entries_.begin()->second, reason);
}

}  // namespace nut::net
