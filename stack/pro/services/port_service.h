// PortService: a service at one port number, over TCP, and over UDP where it has an answer for datagrams.
// Owned by the node.
#pragma once

#include <memory>
#include <string>

#include "stack/pro/server/datagram_service.h"
#include "stack/pro/server/service.h"
#include "stack/pro/server/stream_service.h"
#include "stack/pro/server/udp_server.h"
#include "stack/pro/services/service_context.h"

namespace nut::pro {

class PortService final : public Service {
 public:
  // `datagrams` may be null: TCP only.
  PortService(const ServiceContext& context, std::string name, wire::Port port,
              std::unique_ptr<StreamService> stream, std::unique_ptr<DatagramService> datagrams = nullptr,
              UdpServerOptions udp_options = {});

  // Once. Errors: of the listening TCP port, then of the UDP port.
  Result<void> Start() override;
  void Stop() override;

 private:
  Result<void> StartTcp();
  Result<void> StartUdp();

  const ServiceContext context_;
  const std::string name_;
  const wire::Port port_;
  const UdpServerOptions udp_options_;
  std::unique_ptr<StreamService> stream_;  // until the server takes it
  std::unique_ptr<DatagramService> datagrams_;
  std::unique_ptr<TcpServer> tcp_server_;
  std::unique_ptr<UdpServer> udp_server_;
};

}  // namespace nut::pro
