#include "stack/net/icmp_error_meaning.h"

namespace nut::net {
namespace {

std::optional<IcmpErrorMeaning> MeaningOfUnreachable(uint8_t code) {
  // A switch, not a table: the code comes from the wire.
  switch (static_cast<wire::UnreachableCode>(code)) {
    // RFC 1122 4.2.3.9: hard, except that for "fragmentation needed" RFC 1191 has a better use.
    case wire::UnreachableCode::kProtocol: return IcmpErrorMeaning{Error::kProtocolUnreachable, true};
    case wire::UnreachableCode::kPort: return IcmpErrorMeaning{Error::kConnectionRefused, true};
    case wire::UnreachableCode::kFragmentationNeeded: return IcmpErrorMeaning{Error::kMessageTooLong, true};
    // RFC 1122 3.2.2.1: hints, not proof.
    case wire::UnreachableCode::kNetwork:
    case wire::UnreachableCode::kNetworkUnknown:
    case wire::UnreachableCode::kNetworkProhibited:
    case wire::UnreachableCode::kNetworkUnreachableForTos:
      return IcmpErrorMeaning{Error::kNetworkUnreachable, false};
    case wire::UnreachableCode::kHost:
    case wire::UnreachableCode::kSourceRouteFailed:
    case wire::UnreachableCode::kHostUnknown:
    case wire::UnreachableCode::kHostIsolated:
    case wire::UnreachableCode::kHostProhibited:
    case wire::UnreachableCode::kHostUnreachableForTos:
    case wire::UnreachableCode::kProhibited: return IcmpErrorMeaning{Error::kHostUnreachable, false};
  }
  return std::nullopt;
}

}  // namespace

std::optional<IcmpErrorMeaning> MeaningOf(wire::IcmpType type, uint8_t code) {
  switch (type) {
    case wire::IcmpType::kDestinationUnreachable: return MeaningOfUnreachable(code);
    // RFC 1122 3.2.2.4, 3.2.2.5: passed on; 4.2.3.9 counts both as soft.
    case wire::IcmpType::kTimeExceeded:
    case wire::IcmpType::kParameterProblem: return IcmpErrorMeaning{Error::kHostUnreachable, false};
    // RFC 6633: source quench is ignored.
    default: return std::nullopt;
  }
}

uint16_t PlateauBelow(uint16_t packet_size) {
  // RFC 1191, table 7-1, as far as IPv4 over today's links goes.
  static constexpr uint16_t kPlateaus[] = {32000, 17914, 8166, 4352, 2002, 1492, 1006, 508, 296, 68};
  for (const uint16_t plateau : kPlateaus) {
    if (plateau < packet_size) return plateau;
  }
  return 68;
}

}  // namespace nut::net
