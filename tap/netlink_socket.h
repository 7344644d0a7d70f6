// Owners for libnl's objects, and a connected socket to rtnetlink. For netlink_*.cc only.
#pragma once

#include <netlink/cache.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>

#include <memory>

namespace nut::tap {

// Calls libnl's `Free` on what it owns.
template <auto Free>
struct Release {
  template <typename T>
  void operator()(T* object) const {
    Free(object);
  }
};

using NetlinkSocket = std::unique_ptr<nl_sock, Release<nl_socket_free>>;
using NetlinkCache = std::unique_ptr<nl_cache, Release<nl_cache_free>>;
using NetlinkLink = std::unique_ptr<rtnl_link, Release<rtnl_link_put>>;
using NetlinkAddress = std::unique_ptr<rtnl_addr, Release<rtnl_addr_put>>;
using NetlinkRoute = std::unique_ptr<rtnl_route, Release<rtnl_route_put>>;
using NetlinkRawAddress = std::unique_ptr<nl_addr, Release<nl_addr_put>>;

// Null if the kernel gives none.
inline NetlinkSocket ConnectNetlink() {
  NetlinkSocket socket(nl_socket_alloc());
  if (socket && nl_connect(socket.get(), NETLINK_ROUTE) < 0) socket.reset();
  return socket;
}

}  // namespace nut::tap
