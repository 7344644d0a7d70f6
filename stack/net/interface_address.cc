#include "stack/net/interface_address.h"

namespace nut::net {

std::string_view NameOf(AddressState state) {
  switch (state) {
    case AddressState::kUnconfigured: return "unconfigured";
    case AddressState::kTentative: return "tentative";
    case AddressState::kUsable: return "usable";
    case AddressState::kConflict: return "conflict";
  }
  return "unknown";
}

void InterfaceAddress::Configure(wire::Ipv4Prefix prefix, std::optional<wire::Ipv4Address> gateway) {
  prefix_ = prefix;
  gateway_ = gateway;
  state_ = prefix.address().is_unspecified() ? AddressState::kUnconfigured : AddressState::kUsable;
}

bool InterfaceAddress::IsOnLink(wire::Ipv4Address address) const {
  if (state_ == AddressState::kUnconfigured || !prefix_.Contains(address)) return false;
  return !prefix_.has_broadcast() || (address != prefix_.network() && address != prefix_.broadcast());
}

}  // namespace nut::net
