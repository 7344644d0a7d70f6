#include "tap/netlink_requests.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <net/if.h>
#include <netlink/addr.h>
#include <netlink/errno.h>

#include "tap/file_descriptor.h"

namespace nut::tap {

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

int BringUp(nl_sock* socket, rtnl_link* link) {
  const NetlinkLink change(rtnl_link_alloc());
  rtnl_link_set_flags(change.get(), IFF_UP);
  return rtnl_link_change(socket, link, change.get(), 0);
}

void DisableIpv6(SystemCalls& system, std::string_view name) {
  const std::string path = fmt::format("/proc/sys/net/ipv6/conf/{}/disable_ipv6", name);
  const FileDescriptor file(system, system.Open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (file.is_open()) static_cast<void>(system.Write(file.number(), "1", 1));
}

HostFailure Failure(int error, std::string_view command) {
  if (error == -NLE_PERM) {
    return {
        HostFailure::Kind::kNotPermitted,
        fmt::format("no right (CAP_NET_ADMIN) to set up the host's side; do it once:\n  sudo {}", command)};
  }
  return {HostFailure::Kind::kSystem, fmt::format("\"{}\" failed: {}", command, nl_geterror(error))};
}

HostFailure NoNetlink() { return {HostFailure::Kind::kSystem, "the kernel gives no rtnetlink socket"}; }

}  // namespace nut::tap
