// ArpCache: what is known about neighbours: address, MAC, how sure we are, and the frames that wait for an
// answer. A bounded table that knows whom to forget first; what to send and when is ArpResolve's business.
// Owned by Network.
#pragma once

#include <boost/intrusive/list.hpp>
#include <map>

#include "stack/base/time.h"
#include "stack/link/frame_queue.h"
#include "stack/net/drops.h"
#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"

namespace nut::net {

enum class ArpState : uint8_t {
  kIncomplete,  // asked by broadcast, no answer yet: frames wait
  kReachable,   // answered lately
  kPolling,     // the answer is old: asked again by unicast, used meanwhile (RFC 1122 2.3.2.1 (2))
};

// "incomplete", "reachable", "polling".
std::string_view NameOf(ArpState state);

// How precious an entry is, from what is forgotten first to what is forgotten last.
enum class ArpRank : uint8_t {
  kStranger,    // talked to us, we never to it: a flood is made of these
  kIncomplete,  // may not exist
  kUsed,        // we send to it
};
inline constexpr size_t kArpRanks = 3;

struct ArpEntry : boost::intrusive::list_base_hook<> {
  wire::Ipv4Address address;
  wire::MacAddress mac;
  ArpState state = ArpState::kIncomplete;
  ArpRank rank = ArpRank::kStranger;
  unsigned requests = 0;  // sent since the state was entered
  Instant confirmed{};    // when the neighbour last said its MAC
  bool used = false;      // sent to since then
  Instant deadline = kNever;
  link::FrameQueue waiting;  // IP packets without an Ethernet header
};

struct ArpCacheOptions {
  size_t maximum_entries = 1024;
  size_t maximum_waiting_per_entry = 64;  // a fragmented ping of 64 KiB waits whole
  size_t maximum_waiting = 8192;          // of all entries together
};

class ArpCache {
 public:
  ArpCache(Drops& drops, ArpCacheOptions options = {}) : drops_(drops), options_(options) {}
  ~ArpCache();

  // Null when unknown.
  ArpEntry* Find(wire::Ipv4Address address);

  // A new entry (there is none yet). At the limit the least precious and, within a rank, the least lately
  // used one goes, and what waits in it is dropped as kArpTableFull. Null when all that is there outranks the
  // newcomer.
  ArpEntry* Create(wire::Ipv4Address address, ArpRank rank);

  // Marks as the latest of its rank, which may change.
  void Touch(ArpEntry& entry, ArpRank rank);

  // Queues a frame; at a limit of frames it is dropped as kArpQueueFull, and the result is false.
  bool Enqueue(ArpEntry& entry, link::FramePtr frame);
  // Null when nothing waits.
  link::FramePtr Dequeue(ArpEntry& entry);

  // Drops what waits, for `reason`.
  void Remove(ArpEntry& entry, DropReason reason);
  void Clear(DropReason reason);

  size_t size() const { return entries_.size(); }
  const std::map<wire::Ipv4Address, ArpEntry>& entries() const { return entries_; }
  std::map<wire::Ipv4Address, ArpEntry>& entries() { return entries_; }

 private:
  using List = boost::intrusive::list<ArpEntry>;
  List& ListOf(ArpRank rank) { return ranks_[static_cast<size_t>(rank)]; }
  bool MakeRoomFor(ArpRank rank);

  Drops& drops_;
  const ArpCacheOptions options_;
  // Ordered: no hash to attack, and listings come sorted.
  std::map<wire::Ipv4Address, ArpEntry> entries_;
  List ranks_[kArpRanks];  // each from the least to the most lately used
  size_t waiting_ = 0;
};

}  // namespace nut::net
