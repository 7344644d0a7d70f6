#include "stack/net/path_mtu_cache.h"

#include <algorithm>

namespace nut::net {

void PathMtuCache::Lower(wire::Ipv4Address destination, size_t mtu, Instant now) {
  if (options_.maximum_destinations == 0) return;
  const auto found = entries_.find(destination);
  if (found == entries_.end() && entries_.size() >= options_.maximum_destinations) Remove(by_age_.front());
  Entry& entry = entries_[destination];
  const size_t limit = std::max(mtu, options_.floor);
  if (found == entries_.end()) {
    entry.destination = destination;
    entry.mtu = limit;
  } else {
    by_age_.erase(by_age_.iterator_to(entry));
    entry.mtu = std::min(entry.mtu, limit);
  }
  entry.expires = now + options_.raise_after;
  by_age_.push_back(entry);
}

size_t PathMtuCache::LimitOf(wire::Ipv4Address destination, size_t link_mtu) const {
  const auto found = entries_.find(destination);
  return found == entries_.end() ? link_mtu : std::min(found->second.mtu, link_mtu);
}

void PathMtuCache::OnTimer(Instant now) {
  while (!by_age_.empty() && by_age_.front().expires <= now) Remove(by_age_.front());
}

void PathMtuCache::Clear() {
  by_age_.clear();
  entries_.clear();
}

void PathMtuCache::Remove(Entry& entry) {
  by_age_.erase(by_age_.iterator_to(entry));
  entries_.erase(wire::Ipv4Address(entry.destination));
}

std::vector<PathMtuInfo> PathMtuCache::Snapshot(Instant now) const {
  std::vector<PathMtuInfo> all;
  all.reserve(entries_.size());
  for (const auto& [destination, entry] : entries_) {
    all.push_back({destination, entry.mtu, std::max(entry.expires - now, Duration::zero())});
  }
  return all;
}

}  // namespace nut::net
