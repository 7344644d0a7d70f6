#include "stack/node/options.h"

#include "stack/base/rng.h"

namespace nut::node {

wire::MacAddress MacFromName(std::string_view name) {
  std::array<uint8_t, wire::MacAddress::kSize> octets;
  Rng("mac").Split(name).Fill(octets);
  // Bit 0 clear: one station. Bit 1 set: administered locally (IEEE 802-2014 8.2.2).
  octets[0] = static_cast<uint8_t>((octets[0] & 0xfc) | 0x02);
  return wire::MacAddress(octets);
}

}  // namespace nut::node
