#include "stack/pro/server/udp_port.h"

namespace nut::pro {

Result<std::unique_ptr<DatagramPort>> UdpPort::Open(socket::UdpLayer udp, wire::Port port) {
  auto socket = socket::UdpSocket::Open(udp, wire::Endpoint{{}, port});
  if (!socket) return Fail(socket.error());
  return std::make_unique<UdpPort>(std::move(*socket));
}

}  // namespace nut::pro
