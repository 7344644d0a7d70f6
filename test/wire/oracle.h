// What the tests of the wire formats share: byte strings, chance, and ways from our types to those of
// libtins.
#pragma once

#include <tins/tins.h>

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <vector>

#include "stack/base/bytes.h"
#include "stack/base/rng.h"
#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"

namespace nut::wire {

// Always exactly as large as its content, so that the address sanitizer sees a read of one byte too many.
using Bytes = std::vector<uint8_t>;

inline Bytes Copy(ByteView view) { return Bytes(view.begin(), view.end()); }

inline Bytes RandomBytes(Rng& rng, size_t size) {
  Bytes bytes(size);
  rng.Fill(bytes);
  return bytes;
}

inline Bytes Concatenate(ByteView a, ByteView b) {
  Bytes bytes(a.size() + b.size());
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), bytes.begin()));
  return bytes;
}

inline Tins::IPv4Address ToTins(Ipv4Address address) { return Tins::IPv4Address(address.ToText()); }
inline Tins::HWAddress<6> ToTins(const MacAddress& address) { return Tins::HWAddress<6>(address.ToText()); }
inline Ipv4Address FromTins(const Tins::IPv4Address& address) {
  return *Ipv4Address::FromText(address.to_string());
}
inline MacAddress FromTins(const Tins::HWAddress<6>& address) {
  return *MacAddress::FromText(address.to_string());
}

inline Ipv4Address RandomAddress(Rng& rng) { return Ipv4Address(rng.Next32()); }
inline MacAddress RandomMac(Rng& rng) { return MacAddress::Load(RandomBytes(rng, MacAddress::kSize).data()); }

}  // namespace nut::wire
