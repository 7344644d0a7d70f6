// What an ICMP error means to a transport and its application (RFC 1122 3.2.2.1, 4.2.3.9; RFC 1191). Pure
// functions.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/base/error.h"
#include "stack/wire/icmp.h"

namespace nut::net {

struct IcmpErrorMeaning {
  Error error;
  bool hard;
};

// Nothing for messages that no transport is told of: other types, unknown codes.
std::optional<IcmpErrorMeaning> MeaningOf(wire::IcmpType type, uint8_t code);

// RFC 1191 section 7: the next lower plateau, for routers that do not say their MTU. `packet_size` is the
// total length of the packet that was too large; the result is at least 68.
uint16_t PlateauBelow(uint16_t packet_size);

}  // namespace nut::net
