#include "stack/pro/services/port_service.h"

#include <utility>

#include "stack/base/invariant.h"
#include "stack/pro/server/tcp_acceptor.h"
#include "stack/pro/server/udp_port.h"

namespace nut::pro {

PortService::PortService(const ServiceContext& context, std::string name, wire::Port port,
                         std::unique_ptr<StreamService> stream, std::unique_ptr<DatagramService> datagrams,
                         UdpServerOptions udp_options)
    : context_(context),
      name_(std::move(name)),
      port_(port),
      udp_options_(udp_options),
      stream_(std::move(stream)),
      datagrams_(std::move(datagrams)) {}

Result<void> PortService::Start() {
  NUT_INVARIANT(stream_ != nullptr, "a service is started once");
  auto started = StartTcp();
  if (started && datagrams_) started = StartUdp();
  if (!started) {
    Stop();
    return started;
  }
  context_.log.Print(LogLevel::kInfo, "server", "{} on port {} over {}", name_, port_.number(),
                     udp_server_ ? "TCP and UDP" : "TCP");
  return {};
}

Result<void> PortService::StartTcp() {
  auto acceptor = TcpAcceptor::Listen(context_.tcp, port_, context_.server.backlog);
  if (!acceptor) return Fail(acceptor.error());
  tcp_server_ = std::make_unique<TcpServer>(context_.executor, context_.log, context_.statistics, name_,
                                            std::move(*acceptor), std::move(stream_), context_.server);
  return tcp_server_->Start();
}

Result<void> PortService::StartUdp() {
  auto port = UdpPort::Open(context_.udp, port_);
  if (!port) return Fail(port.error());
  udp_server_ = std::make_unique<UdpServer>(context_.executor, context_.log, context_.statistics, name_,
                                            std::move(*port), std::move(datagrams_), udp_options_);
  return udp_server_->Start();
}

void PortService::Stop() {
  if (udp_server_) udp_server_->Stop();
  if (tcp_server_) tcp_server_->Stop();
}

}  // namespace nut::pro
