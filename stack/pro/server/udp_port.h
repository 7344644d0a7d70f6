// UdpPort: a UDP socket as a DatagramPort. Owned by a UdpServer; the UDP layer outlives it.
#pragma once

#include <memory>
#include <utility>

#include "stack/pro/server/datagram_port.h"
#include "stack/socket/udp_socket.h"

namespace nut::pro {

class UdpPort final : public DatagramPort {
 public:
  // On `port` of every address of the node. Errors: as UdpSocket::Open.
  static Result<std::unique_ptr<DatagramPort>> Open(socket::UdpLayer udp, wire::Port port);

  explicit UdpPort(socket::UdpSocket socket) : socket_(std::move(socket)) {}

  Result<net::UdpDatagram> Receive() override { return socket_.Receive(); }
  Result<void> SendTo(ByteView data, const wire::Endpoint& remote) override {
    return socket_.SendTo(data, remote);
  }
  Result<void> Reply(net::UdpDatagram&& datagram) override { return socket_.Reply(std::move(datagram)); }
  void Close() override { socket_.Close(); }

 private:
  socket::UdpSocket socket_;
};

}  // namespace nut::pro
