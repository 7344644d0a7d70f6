#include "tap/netlink_bridge.h"

#include <fmt/format.h>
#include <netlink/errno.h>

#include <string>

#include "tap/netlink_requests.h"
#include "tap/netlink_socket.h"

namespace nut::tap {
namespace {

std::optional<HostFailure> Missing(std::string_view name) {
  return HostFailure{HostFailure::Kind::kSystem, fmt::format("the interface {} has disappeared", name)};
}

}  // namespace

std::optional<HostFailure> NetlinkBridge::Create(std::string_view name,
                                                 std::span<const wire::Ipv4Prefix> addresses) {
  const NetlinkSocket socket = ConnectNetlink();
  if (!socket) return NoNetlink();
  const NetlinkLink bridge(rtnl_link_alloc());
  rtnl_link_set_name(bridge.get(), std::string(name).c_str());
  int error = rtnl_link_set_type(bridge.get(), "bridge");
  if (error == 0) error = rtnl_link_add(socket.get(), bridge.get(), NLM_F_CREATE | NLM_F_EXCL);
  if (error) return Failure(error, fmt::format("ip link add {} type bridge", name));
  auto failure = SetUp(socket.get(), name, addresses);
  if (failure) static_cast<void>(Remove(name));
  return failure;
}

std::optional<HostFailure> NetlinkBridge::SetUp(nl_sock* socket, std::string_view name,
                                                std::span<const wire::Ipv4Prefix> addresses) {
  const NetlinkLink link = FindLink(socket, std::string(name));
  if (!link) return Missing(name);
  DisableIpv6(system_, name);
  for (const wire::Ipv4Prefix& address : addresses) {
    if (const int error = AddAddress(socket, rtnl_link_get_ifindex(link.get()), address)) {
      return Failure(error, fmt::format("ip addr add {} dev {}", address.ToText(), name));
    }
  }
  if (const int error = BringUp(socket, link.get())) {
    return Failure(error, fmt::format("ip link set {} up", name));
  }
  return std::nullopt;
}

std::optional<HostFailure> NetlinkBridge::AddPort(std::string_view bridge, std::string_view port) {
  const NetlinkSocket socket = ConnectNetlink();
  if (!socket) return NoNetlink();
  const NetlinkLink master = FindLink(socket.get(), std::string(bridge));
  if (!master) return Missing(bridge);
  const NetlinkLink link = FindLink(socket.get(), std::string(port));
  if (!link) return Missing(port);
  DisableIpv6(system_, port);
  int error = rtnl_link_enslave_ifindex(socket.get(), rtnl_link_get_ifindex(master.get()),
                                        rtnl_link_get_ifindex(link.get()));
  if (error) return Failure(error, fmt::format("ip link set {} master {}", port, bridge));
  error = BringUp(socket.get(), link.get());
  if (error) return Failure(error, fmt::format("ip link set {} up", port));
  return std::nullopt;
}

std::optional<HostFailure> NetlinkBridge::Remove(std::string_view name) {
  const NetlinkSocket socket = ConnectNetlink();
  if (!socket) return NoNetlink();
  const NetlinkLink link = FindLink(socket.get(), std::string(name));
  const int error = link ? rtnl_link_delete(socket.get(), link.get()) : -NLE_OBJ_NOTFOUND;
  if (error) return Failure(error, fmt::format("ip link del {}", name));
  return std::nullopt;
}

}  // namespace nut::tap
