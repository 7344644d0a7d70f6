// The requests to rtnetlink that several netlink_*.cc make, and what they say when one fails. For those files
// only.
#pragma once

#include <string>
#include <string_view>

#include "stack/wire/ipv4_address.h"
#include "tap/host_interfaces.h"
#include "tap/netlink_socket.h"
#include "tap/system_calls.h"

namespace nut::tap {

// Null when there is no interface of that name.
NetlinkLink FindLink(nl_sock* socket, const std::string& name);

NetlinkRawAddress ToNetlink(wire::Ipv4Address address, unsigned length);

// 0 or a negative NLE_…, as the following ones.
int AddAddress(nl_sock* socket, int index, const wire::Ipv4Prefix& prefix);
int BringUp(nl_sock* socket, rtnl_link* link);

// There is no rtnetlink message for it. That it may fail (a container's /proc is read-only) is no harm: the
// node sees some multicast that it drops.
void DisableIpv6(SystemCalls& system, std::string_view name);

// `error` is a negative NLE_…; `command` what the user would type to do the same.
HostFailure Failure(int error, std::string_view command);
HostFailure NoNetlink();

}  // namespace nut::tap
