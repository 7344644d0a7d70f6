#include "tap/netlink_interfaces.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/errno.h>

#include <string>

#include "tap/file_descriptor.h"
#include "tap/netlink_conflicts.h"
#include "tap/netlink_socket.h"

namespace nut::tap {
namespace {

NetlinkLink FindLink(nl_sock* socket, const std::string& name) {
  rtnl_link* link = nullptr;
  if (rtnl_link_get_kernel(socket, 0, name.c_str(), &link) < 0) return nullptr;
  return NetlinkLink(link);
}

NetlinkRawAddress ToNetlink(wire::Ipv4Address address, unsigned length) {
  uint8_t bytes[wire::Ipv4Address::kSize];
  address.Store(bytes);
  NetlinkRawAddress result(nl_addr_build(AF_INET, bytes, sizeof bytes));
  nl_addr_set_prefixlen(result.get(), static_cast<int>(length));
  return result;
}

// `command` is what the user would type to do the same.
HostFailure Failure(int error, std::string_view command) {
  if (error == -NLE_PERM) {
    return {
        HostFailure::Kind::kNotPermitted,
        fmt::format("no right (CAP_NET_ADMIN) to set up the host's side; do it once:\n  sudo {}", command)};
  }
  return {HostFailure::Kind::kSystem, fmt::format("\"{}\" failed: {}", command, nl_geterror(error))};
}

HostFailure NoNetlink() { return {HostFailure::Kind::kSystem, "the kernel gives no rtnetlink socket"}; }

// There is no rtnetlink message for it. That it may fail (a container's /proc is read-only) is no harm: the
// node sees some multicast that it drops.
void DisableIpv6(SystemCalls& system, std::string_view name) {
  const std::string path = fmt::format("/proc/sys/net/ipv6/conf/{}/disable_ipv6", name);
  const FileDescriptor file(system, system.Open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.is_open()) static_cast<void>(system.Write(file.number(), "1", 1));
}

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

int AddAddress(nl_sock* socket, int index, const wire::Ipv4Prefix& prefix) {
  const NetlinkAddress address(rtnl_addr_alloc());
  const NetlinkRawAddress local = ToNetlink(prefix.address(), prefix.length());
  rtnl_addr_set_ifindex(address.get(), index);
  rtnl_addr_set_local(address.get(), local.get());
  if (prefix.has_broadcast()) {
    const NetlinkRawAddress broadcast = ToNetlink(prefix.broadcast(), 32);
    rtnl_addr_set_broadcast(address.get(), broadcast.get());
  }
  return rtnl_addr_add(socket, address.get(), 0);
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
  const NetlinkLink change(rtnl_link_alloc());
  rtnl_link_set_flags(change.get(), IFF_UP);
  const int error = link ? rtnl_link_change(socket.get(), link.get(), change.get(), 0) : -NLE_OBJ_NOTFOUND;
  if (error) return Failure(error, "ip link set lo up");
  return std::nullopt;
}

}  // namespace nut::tap
