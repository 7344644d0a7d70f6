#include "stack/pro/server/tcp_server.h"

#include <algorithm>
#include <utility>

namespace nut::pro {

namespace {
// How long a worker rests after Accept failed for a reason that may pass, such as a lack of memory.
constexpr Duration kRestAfterFailure = 100ms;
}  // namespace

// Made before the thread, destroyed with it, however it ends: the books are right even when a thread is
// killed.
struct TcpServer::Worker {
  explicit Worker(TcpServer& s) : server(s) {
    ++server.worker_count_;
    ++server.spare_count_;
  }
  ~Worker() {
    SetSpare(false);
    --server.worker_count_;
    server.worker_gone_.PostAsync();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void SetSpare(bool now) {
    server.spare_count_ += size_t{now} - size_t{spare};
    spare = now;
  }

  TcpServer& server;
  bool spare = true;
};

TcpServer::TcpServer(os::Executor& executor, Log& log, Statistics& statistics, std::string name,
                     std::unique_ptr<Acceptor> acceptor, std::unique_ptr<StreamService> service,
                     TcpServerOptions options)
    : executor_(executor),
      log_(log),
      statistics_(statistics),
      name_(std::move(name)),
      acceptor_(std::move(acceptor)),
      service_(std::move(service)),
      options_(options),
      worker_gone_(executor, "server stop") {}

TcpServer::~TcpServer() { EndThreads(); }

Result<void> TcpServer::Start() {
  if (auto prepared = service_->Prepare(); !prepared) return prepared;
  return AddWorker();
}

void TcpServer::Stop() {
  stopping_ = true;
  if (!executor_.in_thread()) return EndThreads();
  acceptor_->Close();
  // Close may switch, and the thread that it wakes leaves the list: so the list is asked again each time.
  while (!active_.empty()) {
    Connection& connection = active_.front();
    active_.pop_front();
    connection.stream.Close();
  }
  const Instant deadline = After(executor_.Now(), options_.stop_timeout);
  while (worker_count_ > 0 && executor_.Now() < deadline) worker_gone_.Wait(deadline - executor_.Now());
  EndThreads();
}

void TcpServer::EndThreads() {
  stopping_ = true;
  // Killing unwinds the thread, which closes its stream; its handle stays, stale.
  const std::vector<os::ThreadHandle> threads = std::exchange(threads_, {});
  for (const os::ThreadHandle thread : threads) executor_.Kill(thread);
}

void TcpServer::ForgetEndedThreads() {
  std::erase_if(threads_, [&](os::ThreadHandle thread) { return !executor_.alive(thread); });
}

Result<void> TcpServer::AddWorker() {
  // Amortised: the list is at most twice as long as the number of threads.
  if (threads_.size() > 2 * worker_count_ + 16) ForgetEndedThreads();
  auto worker = std::make_shared<Worker>(*this);
  auto thread = executor_.Create(
      name_, [this, worker] { Work(*worker); }, options_.stack_size);
  if (!thread) return Fail(thread.error());
  threads_.push_back(*thread);
  return {};
}

void TcpServer::KeepOneSpare() {
  if (spare_count_ > 0 || stopping_) return;
  if (worker_count_ >= options_.maximum_connections) {
    statistics_.Add(Counter::kServerLimitReached);
    log_.Print(LogLevel::kDebug, "server", "{}: {} connections, further ones wait", name_, worker_count_);
    return;
  }
  if (auto added = AddWorker(); !added) {
    statistics_.Add(Counter::kServerLimitReached);
    log_.Print(LogLevel::kWarning, "server", "{}: no further thread: {}", name_, Describe(added.error()));
  }
}

void TcpServer::Work(Worker& me) {
  while (!stopping_) {
    me.SetSpare(true);
    // The only one that waits does so for ever: an idle server wakes nobody.
    auto stream = acceptor_->Accept(spare_count_ > 1 ? options_.spare_lifetime : kForever);
    me.SetSpare(false);
    if (stream) {
      KeepOneSpare();
      ServeOne(**stream);
    } else if (stream.error() == Error::kTimedOut) {
      if (spare_count_ > 0) return;  // somebody else waits too: one is enough
    } else if (stream.error() == Error::kStaleHandle || stream.error() == Error::kInterrupted) {
      return;
    } else {
      log_.Print(LogLevel::kWarning, "server", "{}: accept: {}", name_, Describe(stream.error()));
      executor_.Sleep(kRestAfterFailure);
    }
  }
}

void TcpServer::ServeOne(ServerStream& stream) {
  if (stopping_) return;
  statistics_.Add(Counter::kServerConnections);
  log_.Print(LogLevel::kDebug, "server", "{}: connection from {}", name_, stream.remote().ToText());
  stream.set_idle_timeout(options_.idle_timeout);

  struct Counted {
    explicit Counted(size_t& c) : count(c) { ++count; }
    ~Counted() { --count; }
    size_t& count;
  } counted(connection_count_);
  Connection connection(stream);
  active_.push_back(connection);
  if (auto served = service_->Serve(stream); !served) {
    if (served.error() == Error::kTimedOut) statistics_.Add(Counter::kServerTimeouts);
    log_.Print(LogLevel::kDebug, "server", "{}: {}: {}", name_, stream.remote().ToText(),
               Describe(served.error()));
  }
  // Out of the list first: Close may switch, and Stop must not find a stream that is being destroyed.
  connection.unlink();
  stream.Close();
}

}  // namespace nut::pro
