// TcpServer: what every service over connections shares. Connections that rest are watched and cost no
// thread; one that becomes readable is given to a worker for a turn (stream_service.h), in the order in which
// they became so. Nothing here grows with the number of connections that rest. At the limit of workers,
// connections wait for their turn; at that of connections, further ones wait in the listener's backlog: none
// is refused. Owned by a service, on the node's executor, which outlives it. Start and Stop are called by any
// thread that is not one of its own.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "stack/base/log.h"
#include "stack/base/result.h"
#include "stack/base/statistics.h"
#include "stack/os/executor.h"
#include "stack/os/timer.h"
#include "stack/pro/server/acceptor.h"
#include "stack/pro/server/stream_service.h"
#include "stack/pro/server/worker_pool.h"

namespace nut::pro {

struct TcpServerOptions {
  // Established connections that wait to be accepted; as many may be in their handshake. Ten thousand clients
  // that come at once get in at once: what does not fit is not lost, but its client comes again after a
  // second. A flood of SYNs can hold so many records, for Parameters::syn_received_timeout.
  size_t backlog = 16384;
  size_t maximum_connections = 131072;  // at the same time; further ones wait
  WorkerOptions workers;
  Duration idle_timeout = 300s;  // a connection on which nothing happens for so long is closed
  // After a conversation the client is given time to take the last answer and to close first (RFC 9112 9.6:
  // closing while it still sends would reset the connection, and take the answer with it)…
  Duration linger_timeout = 2s;
  size_t linger_bytes = 256 * 1024;  // …and may still send so much, which is thrown away
  Duration stop_timeout = 2s;        // after it Stop ends the threads that are still talking
};

class TcpServer final : private ReadyWatcher, private StreamWatcher, private WorkSource {
 public:
  // `name` is what threads and log lines are called after.
  TcpServer(os::Executor& executor, Log& log, Statistics& statistics, std::string name,
            std::unique_ptr<Acceptor> acceptor, std::unique_ptr<StreamService> service,
            TcpServerOptions options = {});
  // Ends its threads and connections where Stop has not been called.
  ~TcpServer();
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  // kNoBuffers when not even the first thread can be made; else what the service could not prepare.
  Result<void> Start();

  // Stops accepting, closes every connection, waits until the threads have noticed (at most stop_timeout;
  // then they are ended). From a thread a scheduling point; from outside the threads are ended at once.
  void Stop();

  size_t connections() const { return connection_count_; }  // those that only linger, too
  size_t threads() const { return workers_.size(); }

 private:
  // A connection is its stream, owned by the list that it is in, or by the worker that serves it, and then in
  // active_ so that Stop finds it.
  struct Ender {
    TcpServer* server;
    void operator()(ServerStream* stream) const;
  };
  using Connection = std::unique_ptr<ServerStream, Ender>;

  void OnReady() override;  // of the acceptor
  void OnReadable(ServerStream& stream) override;
  bool HasWork() override;
  void DoJob() override;

  void Admit();
  void Serve(Connection connection);
  void Linger(Connection connection);
  // Until it is readable; `resting` is the list of those that rest for the same time.
  void Rest(Connection connection, StreamList& resting);
  void CloseExpired(StreamList& resting, Duration patience);
  void SetAlarm(Instant deadline);
  void CloseAll();
  Connection TakeFirst(StreamList& list);
  static void Close(Connection connection);

  os::Executor& executor_;
  Log& log_;
  Statistics& statistics_;
  const std::string name_;
  const std::unique_ptr<Acceptor> acceptor_;
  const std::unique_ptr<StreamService> service_;
  const TcpServerOptions options_;
  const Duration patience_;

  StreamList ready_;      // want a turn, in this order
  StreamList waiting_;    // rest between two turns, the longest first
  StreamList lingering_;  // rest after the conversation, the longest first
  StreamList active_;     // have their turn, or are being closed
  size_t connection_count_ = 0;
  bool acceptable_ = true;     // there may be connections to accept
  bool full_ = false;          // there are, but the limit is reached
  bool look_at_time_ = false;  // some connection may have rested long enough
  bool stopping_ = false;
  os::Timer alarm_;         // never later than the first end of a rest
  os::Timer accept_again_;  // accepting failed for a reason that may pass
  WorkerPool workers_;      // the last: its threads use all of it
};

}  // namespace nut::pro
