// UdpServer: one thread that answers datagrams. Owned by a service, on the node's executor, which outlives
// it. Start and Stop are called by any thread but its own.
//
// Two services that answer everything can be set on each other by one forged datagram and then talk for ever
// (CVE-1999-0103), and a service whose answer is longer than the question lends its strength to whoever
// forges a source. The defence is that of inetd: a request from a reserved port (below 1024, where echo,
// chargen, DNS and the like live), or from port 2049 (NFS), is not from a client and is ignored; and answers
// have a limit per second.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "stack/base/log.h"
#include "stack/base/result.h"
#include "stack/base/statistics.h"
#include "stack/os/event_queue.h"
#include "stack/os/executor.h"
#include "stack/pro/server/datagram_port.h"
#include "stack/pro/server/datagram_service.h"

namespace nut::pro {

struct UdpServerOptions {
  uint32_t answers_per_second = 0;  // 0: as many as come; also how many at once after a silence
  Duration stop_timeout = 2s;
};

class UdpServer {
 public:
  UdpServer(os::Executor& executor, Log& log, Statistics& statistics, std::string name,
            std::unique_ptr<DatagramPort> port, std::unique_ptr<DatagramService> service,
            UdpServerOptions options = {});
  ~UdpServer();
  UdpServer(const UdpServer&) = delete;
  UdpServer& operator=(const UdpServer&) = delete;

  Result<void> Start();
  // Closes the port and waits for the thread; see TcpServer::Stop.
  void Stop();

 private:
  void Work();
  void Handle(net::UdpDatagram&& datagram);
  Result<void> SendAnswer(ByteView answer, net::UdpDatagram&& request);
  bool TakePermit();

  os::Executor& executor_;
  Log& log_;
  Statistics& statistics_;
  const std::string name_;
  const std::unique_ptr<DatagramPort> port_;
  const std::unique_ptr<DatagramService> service_;
  const UdpServerOptions options_;
  os::ThreadHandle thread_;
  os::EventQueue thread_gone_;
  double permits_;  // answers that may be given now
  Instant permits_counted_at_;
};

// Whether a datagram from there may be answered without danger of a loop.
bool MayAnswer(const wire::Endpoint& sender);

}  // namespace nut::pro
