#include "stack/net/ip_identification.h"

namespace nut::net {

IpIdentification::IpIdentification(Rng& rng) : hash_(rng) {
  rng.Fill({reinterpret_cast<uint8_t*>(counters_.data()), sizeof counters_});
}

uint16_t IpIdentification::Next(wire::Ipv4Address source, wire::Ipv4Address destination,
                                wire::IpProtocol protocol) {
  std::array<uint8_t, 2 * wire::Ipv4Address::kSize + 1> key;
  source.Store(key.data());
  destination.Store(key.data() + wire::Ipv4Address::kSize);
  key.back() = static_cast<uint8_t>(protocol);
  const uint64_t hash = hash_(key);
  // The upper bits shift each flow's values, so that two flows in one bucket do not see each other's counter.
  return static_cast<uint16_t>(counters_[hash % kBuckets]++ + (hash >> 48));
}

}  // namespace nut::net
