#include "stack/net/ip_identification.h"

namespace nut::net {

IpIdentification::IpIdentification(Rng& rng, bool counted)
    : counted_(counted), hash_(rng), last_hash_(HashOf(last_)) {
  rng.Fill({reinterpret_cast<uint8_t*>(counters_.data()), sizeof counters_});
}

uint16_t IpIdentification::Next(wire::Ipv4Address source, wire::Ipv4Address destination,
                                wire::IpProtocol protocol) {
  if (counted_) return sent_++;
  const Flow flow{source, destination, protocol};
  if (flow != last_) {
    last_ = flow;
    last_hash_ = HashOf(flow);
  }
  // The upper bits shift each flow's values, so that two flows in one bucket do not see each other's counter.
  return static_cast<uint16_t>(counters_[last_hash_ % kBuckets]++ + (last_hash_ >> 48));
}

uint64_t IpIdentification::HashOf(const Flow& flow) const {
  std::array<uint8_t, 2 * wire::Ipv4Address::kSize + 1> key;
  flow.source.Store(key.data());
  flow.destination.Store(key.data() + wire::Ipv4Address::kSize);
  key.back() = static_cast<uint8_t>(flow.protocol);
  return hash_(key);
}

}  // namespace nut::net
