// InterfaceAddress: who this node is on its link: MAC, IPv4 address with prefix, default gateway, MTU, and
// whether the address may be used. Owned by Network for the node's life; changed by the node's configuration
// and by the conflict detection only.
#pragma once

#include <optional>

#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"

namespace nut::net {

enum class AddressState : uint8_t {
  kUnconfigured,  // no address yet: DHCP is at work
  kTentative,     // probing for others with the same address (RFC 5227 2.1.1): not used yet
  kUsable,
  kConflict,  // somebody else has it: not used
};

// "unconfigured", "tentative", "usable", "conflict".
std::string_view NameOf(AddressState state);

class InterfaceAddress {
 public:
  // `mtu`: largest IP packet in bytes.
  InterfaceAddress(wire::MacAddress mac, size_t mtu) : mac_(mac), mtu_(mtu) {}

  // 0.0.0.0 unconfigures. The state becomes kUsable or kUnconfigured.
  void Configure(wire::Ipv4Prefix prefix, std::optional<wire::Ipv4Address> gateway);
  void set_state(AddressState state) { state_ = state; }

  const wire::MacAddress& mac() const { return mac_; }
  size_t mtu() const { return mtu_; }
  const wire::Ipv4Prefix& prefix() const { return prefix_; }
  std::optional<wire::Ipv4Address> gateway() const { return gateway_; }
  AddressState state() const { return state_; }
  bool usable() const { return state_ == AddressState::kUsable; }

  // The configured address, usable or not; 0.0.0.0 when unconfigured.
  wire::Ipv4Address address() const { return prefix_.address(); }
  // Whether packets to `address` are for this node's own unicast address, and ones from it can only be
  // forged.
  bool IsOwn(wire::Ipv4Address address) const { return usable() && address == prefix_.address(); }
  // The broadcast address of the own network (RFC 1122 3.2.1.3 (d)).
  bool IsDirectedBroadcast(wire::Ipv4Address address) const {
    return usable() && prefix_.has_broadcast() && address == prefix_.broadcast();
  }
  // A neighbour on the link, rather than something behind a gateway. The all-zeroes and all-ones hosts are
  // nobody.
  bool IsOnLink(wire::Ipv4Address address) const;

 private:
  const wire::MacAddress mac_;
  const size_t mtu_;
  wire::Ipv4Prefix prefix_;
  std::optional<wire::Ipv4Address> gateway_;
  AddressState state_ = AddressState::kUnconfigured;
};

}  // namespace nut::net
