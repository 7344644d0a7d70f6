// ServiceContext: what of a node its services may use. References to parts of the node, which outlive the
// services; made by the composition root when it starts them.
#pragma once

#include <string>

#include "stack/base/log.h"
#include "stack/base/rng.h"
#include "stack/base/statistics.h"
#include "stack/os/executor.h"
#include "stack/pro/http/http_options.h"
#include "stack/pro/inspect/inspector.h"
#include "stack/pro/server/tcp_server.h"
#include "stack/socket/udp_layer.h"

namespace nut::tcp {
class Engine;
}

namespace nut::pro {

struct ServiceContext {
  os::Executor& executor;  // its clock is the node's
  tcp::Engine& tcp;
  socket::UdpLayer udp;
  Log& log;
  Statistics& statistics;
  Rng rng;  // each service splits its own stream off by its name
  const Inspector& inspector;
  TcpServerOptions server;  // limits of every TCP service
  HttpOptions http;
};

}  // namespace nut::pro
