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
  if (state_ == AddressState::kUnconfigured) return false;
  // RFC 3927 2.6.2: what has such an address is never behind a router, and to who has one nothing is. Both may
  // have a network of their own on the same link.
  if (address.is_link_local() != prefix_.address().is_link_local()) {
    return !address.is_multicast() && !address.is_broadcast() && !address.is_loopback() &&
           !address.is_this_network() && !address.is_reserved();
  }
  if (!prefix_.Contains(address)) return false;
  return !prefix_.has_broadcast() || (address != prefix_.network() && address != prefix_.broadcast());
}

}  // namespace nut::net
