// UdpLayer: the two halves of a node's UDP, as sockets need them: Network::udp() and Network::udp_out(). A
// value; both outlive it.
#pragma once

namespace nut::net {
class UdpTable;
class UdpOut;
}  // namespace nut::net

namespace nut::socket {

struct UdpLayer {
  net::UdpTable& table;
  net::UdpOut& out;
};

}  // namespace nut::socket
