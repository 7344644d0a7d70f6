// TcpServer: the loop that every service over connections shares. Its threads are made when needed and
// reused: each takes the next connection by itself and serves it, and before it does, sees to it that another
// one is ready to accept (leader and followers). At the limit of threads, connections wait in the listener's
// backlog; none is refused for lack of a thread. Owned by a service, on the node's executor, which outlives
// it. Start and Stop are called by any thread that is not one of its own.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "stack/base/log.h"
#include "stack/base/result.h"
#include "stack/base/statistics.h"
#include "stack/os/event_queue.h"
#include "stack/os/executor.h"
#include "stack/pro/server/acceptor.h"
#include "stack/pro/server/stream_service.h"

namespace nut::pro {

struct TcpServerOptions {
  size_t backlog = 1024;               // established connections that wait for a thread
  size_t maximum_connections = 10240;  // served at the same time; further ones wait
  Duration idle_timeout = 300s;        // a connection on which nothing happens for so long is closed
  Duration spare_lifetime = 10s;  // a thread without work ends after this, unless it is the last spare one
  Duration stop_timeout = 2s;     // after it Stop ends the threads that are still talking
  size_t stack_size = 64 * 1024;  // bytes, of each thread
};

class TcpServer {
 public:
  // `name` is what threads and log lines are called after.
  TcpServer(os::Executor& executor, Log& log, Statistics& statistics, std::string name,
            std::unique_ptr<Acceptor> acceptor, std::unique_ptr<StreamService> service,
            TcpServerOptions options = {});
  // Ends its threads where Stop has not been called.
  ~TcpServer();
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;

  // kNoBuffers when not even the first thread can be made; else what the service could not prepare.
  Result<void> Start();

  // Stops accepting, closes every connection, waits until the threads have noticed (at most stop_timeout;
  // then they are ended). From a thread a scheduling point; from outside the threads are ended at once.
  void Stop();

  size_t connections() const { return connection_count_; }
  size_t threads() const { return worker_count_; }

 private:
  struct Worker;  // one thread's entry in the books
  // A connection being served: on its worker's stack, in the list until it ends or Stop takes it out.
  struct Connection
      : boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
    explicit Connection(ServerStream& s) : stream(s) {}
    ServerStream& stream;
  };
  using ConnectionList = boost::intrusive::list<Connection, boost::intrusive::constant_time_size<false>>;

  Result<void> AddWorker();
  void Work(Worker& me);
  // Serves `stream` and closes it.
  void ServeOne(ServerStream& stream);
  // Somebody else is, or will soon be, in Accept: unless the limits forbid it.
  void KeepOneSpare();
  void EndThreads();
  void ForgetEndedThreads();

  os::Executor& executor_;
  Log& log_;
  Statistics& statistics_;
  const std::string name_;
  const std::unique_ptr<Acceptor> acceptor_;
  const std::unique_ptr<StreamService> service_;
  const TcpServerOptions options_;

  std::vector<os::ThreadHandle> threads_;  // may name some that have ended
  ConnectionList active_;
  size_t connection_count_ = 0;
  size_t worker_count_ = 0;
  size_t spare_count_ = 0;  // workers in Accept or on their way there
  bool stopping_ = false;
  os::EventQueue worker_gone_;
};

}  // namespace nut::pro
