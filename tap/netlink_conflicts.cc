#include "tap/netlink_conflicts.h"

#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/addr.h>

#include <string>

namespace nut::tap {
namespace {

std::optional<wire::Ipv4Address> ToIpv4(nl_addr* address) {
  if (address == nullptr || nl_addr_get_family(address) != AF_INET || nl_addr_get_len(address) != 4) {
    return std::nullopt;
  }
  return wire::Ipv4Address::Load(static_cast<const uint8_t*>(nl_addr_get_binary_addr(address)));
}

std::string InterfaceName(int index) {
  char name[IF_NAMESIZE];
  return if_indextoname(static_cast<unsigned>(index), name) ? name : fmt::format("interface {}", index);
}

HostFailure Taken(std::string message) { return {HostFailure::Kind::kAddressTaken, std::move(message)}; }

// An address of another interface. The very same host address and network there is another node's wire, and
// both can live side by side, since each node's address has a route of its own.
std::optional<HostFailure> CheckAddress(rtnl_addr* entry, int index, const HostSettings& settings) {
  const auto address = ToIpv4(rtnl_addr_get_local(entry));
  const int owner = rtnl_addr_get_ifindex(entry);
  if (!address) return std::nullopt;
  if (*address == settings.node_address) {
    return Taken(
        fmt::format("{0} is an address of this machine itself, on {1}\n"
                    "  give the node another one:  --ip ADDRESS/LENGTH",
                    address->ToText(), InterfaceName(owner)));
  }
  if (owner == index || *address == settings.host_address.address()) return std::nullopt;
  const wire::Ipv4Prefix network(*address, static_cast<unsigned>(rtnl_addr_get_prefixlen(entry)));
  if (!network.Contains(settings.host_address.address()) && !settings.host_address.Contains(*address)) {
    return std::nullopt;
  }
  return Taken(
      fmt::format("the network {} belongs to {} of this machine, which a node there would cut off\n"
                  "  choose a network that is not in use:  --ip 198.19.1.10/24\n"
                  "  or prepare an interface that is part of a bridge with {}:  --tap NAME",
                  wire::Ipv4Prefix(network.network(), network.length()).ToText(), InterfaceName(owner),
                  InterfaceName(owner)));
}

// A route to exactly the node's address through another interface is what Configure leaves for another node.
std::optional<HostFailure> CheckRoute(rtnl_route* route, int index, const HostSettings& settings) {
  if (rtnl_route_get_table(route) != RT_TABLE_MAIN || rtnl_route_get_nnexthops(route) < 1)
    return std::nullopt;
  nl_addr* destination = rtnl_route_get_dst(route);
  const auto address = ToIpv4(destination);
  if (!address || *address != settings.node_address || nl_addr_get_prefixlen(destination) != 32) {
    return std::nullopt;
  }
  const int owner = rtnl_route_nh_get_ifindex(rtnl_route_nexthop_n(route, 0));
  if (owner == index) return std::nullopt;
  return Taken(
      fmt::format("{} is already the address of the node on {}\n"
                  "  give this node another one:  --ip ADDRESS/LENGTH",
                  address->ToText(), InterfaceName(owner)));
}

template <typename Entry, typename Check>
std::optional<HostFailure> FirstIn(nl_cache* cache, Check check) {
  for (nl_object* entry = nl_cache_get_first(cache); entry != nullptr; entry = nl_cache_get_next(entry)) {
    if (auto failure = check(reinterpret_cast<Entry*>(entry))) return failure;
  }
  return std::nullopt;
}

}  // namespace

std::optional<HostFailure> FindConflict(nl_sock* socket, int index, const HostSettings& settings) {
  nl_cache* cache = nullptr;
  if (rtnl_addr_alloc_cache(socket, &cache) == 0) {
    const NetlinkCache addresses(cache);
    auto failure =
        FirstIn<rtnl_addr>(cache, [&](rtnl_addr* entry) { return CheckAddress(entry, index, settings); });
    if (failure) return failure;
  }
  if (rtnl_route_alloc_cache(socket, AF_INET, 0, &cache) == 0) {
    const NetlinkCache routes(cache);
    return FirstIn<rtnl_route>(cache, [&](rtnl_route* route) { return CheckRoute(route, index, settings); });
  }
  return std::nullopt;
}

}  // namespace nut::tap
