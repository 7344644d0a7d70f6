// PathMtuCache: how large packets may be on the way to destinations behind which a router said "too big" (RFC
// 1191). Told by transports, which alone can tell a true report from a forged one (RFC 5927 7.2); asked for
// every packet to a neighbour. What is not in here goes as large as the link allows. Owned by Network; used
// on any thread of the node. Never blocks.
#pragma once

#include <boost/intrusive/list.hpp>
#include <map>
#include <vector>

#include "stack/base/time.h"
#include "stack/wire/ipv4_address.h"

namespace nut::net {

struct PathMtuOptions {
  // At once; the one heard of longest ago makes room. 0: nothing is remembered.
  size_t maximum_destinations = 1024;
  // RFC 1191 6.3: no larger packet is tried for so long after the last report; the RFC asks for 10 min at
  // least.
  Duration raise_after = 10min;
  // IP packet in bytes. RFC 791 would allow 68, and a forger would like it: what is remembered is never less.
  // A way that takes still less is found out by each connection for itself. 552 is what Linux has.
  size_t floor = 552;
};

struct PathMtuInfo {
  wire::Ipv4Address destination;
  size_t mtu = 0;   // IP packet, bytes
  Duration left{};  // until a larger one is tried
};

class PathMtuCache {
 public:
  explicit PathMtuCache(PathMtuOptions options = {}) : options_(options) {}
  ~PathMtuCache() { by_age_.clear(); }

  // Packets of more than `mtu` bytes do not reach `destination`. RFC 1191 section 3: lowers what is known,
  // and never raises it.
  void Lower(wire::Ipv4Address destination, size_t mtu, Instant now);

  // The largest IP packet in bytes that is known to pass, at most `link_mtu`.
  size_t Limit(wire::Ipv4Address destination, size_t link_mtu) const {
    return entries_.empty() ? link_mtu : LimitOf(destination, link_mtu);
  }

  // Forgets what is old enough.
  void OnTimer(Instant now);
  Instant poll_at() const { return by_age_.empty() ? kNever : by_age_.front().expires; }
  // The node has moved: other ways from here.
  void Clear();

  // By destination.
  std::vector<PathMtuInfo> Snapshot(Instant now) const;

 private:
  struct Entry : boost::intrusive::list_base_hook<> {
    wire::Ipv4Address destination;
    size_t mtu = 0;
    Instant expires{};
  };

  size_t LimitOf(wire::Ipv4Address destination, size_t link_mtu) const;
  void Remove(Entry& entry);

  const PathMtuOptions options_;
  std::map<wire::Ipv4Address, Entry> entries_;  // ordered: no hash to attack
  boost::intrusive::list<Entry> by_age_;        // the one to expire first in front
};

}  // namespace nut::net
