// IpIdentification: the identification field of outgoing IPv4 packets (RFC 6864). Owned by Ipv4Out; lives as
// long.
#pragma once

#include <array>
#include <cstdint>

#include "stack/base/rng.h"
#include "stack/base/siphash.h"
#include "stack/wire/ip_protocol.h"
#include "stack/wire/ipv4_address.h"

namespace nut::net {

class IpIdentification {
 public:
  // `rng` is a stream of its own; used during construction only. `counted`: as the original, one counter for
  // all that is sent, from 0.
  explicit IpIdentification(Rng& rng, bool counted = false);

  bool counted() const { return counted_; }

  // For a packet that is not atomic: it is a fragment, or may become one. Each (source, destination,
  // protocol) has a counter with a secret start, so that a value comes again only after 65536 packets (RFC
  // 6864 4.3), and a third party cannot count our packets to others (the idle scan). Counters are shared by
  // hash, which only makes gaps.
  uint16_t Next(wire::Ipv4Address source, wire::Ipv4Address destination, wire::IpProtocol protocol);

  // For an atomic packet the field means nothing (RFC 6864 4.1).
  static constexpr uint16_t kAtomic = 0;

 private:
  static constexpr size_t kBuckets = 2048;

  struct Flow {
    wire::Ipv4Address source;
    wire::Ipv4Address destination;
    wire::IpProtocol protocol{};
    friend bool operator==(const Flow&, const Flow&) = default;
  };

  uint64_t HashOf(const Flow& flow) const;

  const bool counted_;
  uint16_t sent_ = 0;
  SipHash hash_;
  std::array<uint16_t, kBuckets> counters_;
  // The last flow and its hash: packets come in trains.
  Flow last_;
  uint64_t last_hash_;
};

}  // namespace nut::net
