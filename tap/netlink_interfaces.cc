#include "tap/netlink_interfaces.h"

#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/errno.h>

#include <string>

#include "tap/netlink_conflicts.h"
#include "tap/netlink_requests.h"
#include "tap/netlink_socket.h"

namespace nut::tap {
namespace {

int ChangeLink(nl_sock* socket, rtnl_link* link, const HostSettings& settings) {
  const NetlinkLink change(rtnl_link_alloc());
  rtnl_link_set_mtu(change.get(), settings.mtu);
  rtnl_link_set_flags(change.get(), IFF_UP);
  return rtnl_link_change(socket, link, change.get(), 0);
}

bool NeedsChange(rtnl_link* link, const HostSettings& settings) {
  return (rtnl_link_get_flags(link) & IFF_UP) == 0 || rtnl_link_get_mtu(link) != settings.mtu;
}

// Asked before adding: an ordinary user may use an interface that was prepared for him, but not add to it,
// not even what is there.
bool HasAddress(nl_sock* socket, int index, const wire::Ipv4Prefix& prefix) {
  nl_cache* cache = nullptr;
  if (rtnl_addr_alloc_cache(socket, &cache) != 0) return false;
  const NetlinkCache addresses(cache);
  const NetlinkRawAddress local = ToNetlink(prefix.address(), prefix.length());
  return NetlinkAddress(rtnl_addr_get(cache, index, local.get())) != nullptr;
}

int AddNodeRoute(nl_sock* socket, int index, const HostSettings& settings) {
  const NetlinkRoute route(rtnl_route_alloc());
  const NetlinkRawAddress destination = ToNetlink(settings.node_address, 32);
  const NetlinkRawAddress source = ToNetlink(settings.host_address.address(), 32);
  rtnl_route_set_family(route.get(), AF_INET);
  rtnl_route_set_scope(route.get(), RT_SCOPE_LINK);
  rtnl_route_set_table(route.get(), RT_TABLE_MAIN);
  rtnl_route_set_dst(route.get(), destination.get());
  rtnl_route_set_pref_src(route.get(), source.get());
  rtnl_nexthop* hop = rtnl_route_nh_alloc();
  rtnl_route_nh_set_ifindex(hop, index);
  rtnl_route_add_nexthop(route.get(), hop);  // the route owns it from here
  const int error = rtnl_route_add(socket, route.get(), NLM_F_CREATE | NLM_F_EXCL);
  // Without the right to it, the network's own route leads to the node as well, as long as it is the only one
  // there.
  return error == -NLE_EXIST || error == -NLE_PERM ? 0 : error;
}

}  // namespace

bool NetlinkInterfaces::Exists(std::string_view name) {
  const NetlinkSocket socket = ConnectNetlink();
  return socket && FindLink(socket.get(), std::string(name)) != nullptr;
}

std::optional<HostFailure> NetlinkInterfaces::Configure(std::string_view name, const HostSettings& settings) {
  const NetlinkSocket socket = ConnectNetlink();
  if (!socket) return NoNetlink();
  const NetlinkLink link = FindLink(socket.get(), std::string(name));
  if (!link) {
    return HostFailure{HostFailure::Kind::kSystem, fmt::format("the interface {} has disappeared", name)};
  }
  const int index = rtnl_link_get_ifindex(link.get());
  // A port of a bridge has no address of its own: the bridge has.
  const bool is_bridged = rtnl_link_get_master(link.get()) != 0;
  if (!is_bridged) {
    if (auto conflict = FindConflict(socket.get(), index, settings)) return conflict;
  }
  if (settings.without_ipv6) DisableIpv6(system_, name);
  if (NeedsChange(link.get(), settings)) {
    if (const int error = ChangeLink(socket.get(), link.get(), settings)) {
      return Failure(error, fmt::format("ip link set {} mtu {} up", name, settings.mtu));
    }
  }
  if (is_bridged) return std::nullopt;
  if (!HasAddress(socket.get(), index, settings.host_address)) {
    if (const int error = AddAddress(socket.get(), index, settings.host_address)) {
      return Failure(error, fmt::format("ip addr add {} dev {}", settings.host_address.ToText(), name));
    }
  }
  if (settings.node_address.is_unspecified()) return std::nullopt;
  if (const int error = AddNodeRoute(socket.get(), index, settings)) {
    return Failure(error, fmt::format("ip route add {}/32 dev {} src {}", settings.node_address.ToText(),
                                      name, settings.host_address.address().ToText()));
  }
  return std::nullopt;
}

std::optional<HostFailure> NetlinkInterfaces::BringLoopbackUp() {
  const NetlinkSocket socket = ConnectNetlink();
  if (!socket) return NoNetlink();
  const NetlinkLink link = FindLink(socket.get(), "lo");
  const int error = link ? BringUp(socket.get(), link.get()) : -NLE_OBJ_NOTFOUND;
  if (error) return Failure(error, "ip link set lo up");
  return std::nullopt;
}

}  // namespace nut::tap
