#include "stack/pro/server/tcp_server.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nut::pro {

namespace {
// When accepting is tried again after it failed for a reason that may pass, such as a lack of memory.
constexpr Duration kRestAfterFailure = 100ms;
}  // namespace

// One connection: owned by the list that it is in, or by the worker that serves it, and then in active_ so
// that Stop finds it.
struct TcpServer::Connection final : Hook, ReadyWatcher {
  Connection(TcpServer& s, std::unique_ptr<ServerStream> accepted) : server(s), stream(std::move(accepted)) {
    ++server.connection_count_;
  }
  ~Connection() {
    unlink();
    --server.connection_count_;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Out of the list first: Close may switch, and Stop must not find a stream that is being destroyed.
  static void Close(std::unique_ptr<Connection> connection) {
    connection->unlink();
    connection->stream->Close();
  }

  void OnReady() override {
    unlink();
    server.ready_.push_back(*this);
    server.workers_.Wake();
  }

  TcpServer& server;
  const std::unique_ptr<ServerStream> stream;
  Instant resting_since{};
  bool over = false;         // the conversation; only lingers
  uint32_t thrown_away = 0;  // bytes read since it was
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
      patience_(std::min(options.idle_timeout, service_->patience().value_or(kForever))),
      alarm_(
          executor.timers(),
          [this] {
            look_at_time_ = true;
            workers_.Wake();
          },
          "server idle"),
      accept_again_(
          executor.timers(), [this] { OnReady(); }, "server accept"),
      workers_(executor, log, statistics, name_, *this, options.workers) {}

TcpServer::~TcpServer() {
  workers_.Stop(Duration::zero());
  CloseAll();
}

Result<void> TcpServer::Start() {
  if (auto prepared = service_->Prepare(); !prepared) return prepared;
  acceptor_->Watch(*this);
  return workers_.Start();
}

void TcpServer::Stop() {
  stopping_ = true;
  alarm_.Stop();
  accept_again_.Stop();
  if (executor_.in_thread()) acceptor_->Close();
  CloseAll();
  workers_.Stop(options_.stop_timeout);
}

// Close may switch, and the thread that it wakes leaves the list: so the lists are asked again each time.
void TcpServer::CloseAll() {
  for (List* list : {&ready_, &waiting_, &lingering_}) {
    while (!list->empty()) Connection::Close(TakeFirst(*list));
  }
  while (!active_.empty()) {
    auto& connection = static_cast<Connection&>(active_.front());
    connection.unlink();
    connection.stream->Close();
  }
}

std::unique_ptr<TcpServer::Connection> TcpServer::TakeFirst(List& list) {
  std::unique_ptr<Connection> connection(static_cast<Connection*>(&list.front()));
  connection->unlink();
  return connection;
}

void TcpServer::OnReady() {
  acceptable_ = true;
  workers_.Wake();
}

bool TcpServer::HasWork() {
  if (stopping_) return false;
  return !ready_.empty() || look_at_time_ ||
         (acceptable_ && (!full_ || connection_count_ < options_.maximum_connections));
}

void TcpServer::DoJob() {
  if (acceptable_) Admit();
  if (std::exchange(look_at_time_, false)) {
    if (!ready_.empty()) workers_.Wake();  // closing switches
    CloseExpired(waiting_, patience_);
    CloseExpired(lingering_, options_.linger_timeout);
  }
  if (ready_.empty() || stopping_) return;
  auto connection = TakeFirst(ready_);
  if (HasWork()) workers_.Wake();
  active_.push_back(*connection);
  if (connection->over) {
    Linger(std::move(connection));
  } else {
    Serve(std::move(connection));
  }
}

// All that wait to be accepted: each wants a turn.
void TcpServer::Admit() {
  while (!stopping_) {
    if (connection_count_ >= options_.maximum_connections) {
      if (!std::exchange(full_, true)) {
        statistics_.Add(Counter::kServerLimitReached);
        log_.Print(LogLevel::kDebug, "server", "{}: {} connections, further ones wait", name_,
                   connection_count_);
      }
      return;
    }
    full_ = false;
    auto stream = acceptor_->Accept();
    if (!stream) {
      acceptable_ = false;
      const Error error = stream.error();
      if (error == Error::kWouldBlock || error == Error::kStaleHandle || error == Error::kInterrupted) return;
      log_.Print(LogLevel::kWarning, "server", "{}: accept: {}", name_, Describe(error));
      return accept_again_.StartAfter(kRestAfterFailure);
    }
    statistics_.Add(Counter::kServerConnections);
    if (log_.Wants(LogLevel::kDebug, "server")) [[unlikely]] {
      log_.Print(LogLevel::kDebug, "server", "{}: connection from {}", name_, (*stream)->remote().ToText());
    }
    (*stream)->set_idle_timeout(options_.idle_timeout);
    ready_.push_back(*std::make_unique<Connection>(*this, std::move(*stream)).release());
  }
}

void TcpServer::Serve(std::unique_ptr<Connection> connection) {
  ServerStream& stream = *connection->stream;
  const auto next = service_->Serve(stream);
  if (stopping_) return Connection::Close(std::move(connection));
  if (next && *next == Next::kWait) return Rest(std::move(connection), waiting_);
  if (!next) {
    if (log_.Wants(LogLevel::kDebug, "server")) [[unlikely]] {
      log_.Print(LogLevel::kDebug, "server", "{}: {}: {}", name_, stream.remote().ToText(),
                 Describe(next.error()));
    }
    if (next.error() != Error::kTimedOut) return Connection::Close(std::move(connection));
    statistics_.Add(Counter::kServerTimeouts);
  }
  connection->over = true;
  if (!stream.FinishWriting()) return Connection::Close(std::move(connection));
  Linger(std::move(connection));
}

void TcpServer::Linger(std::unique_ptr<Connection> connection) {
  ServerStream& stream = *connection->stream;
  std::array<uint8_t, 4096> scrap;
  while (!stopping_ && connection->thrown_away < options_.linger_bytes) {
    if (!stream.readable()) return Rest(std::move(connection), lingering_);
    const auto count = stream.Read(scrap);
    if (!count || *count == 0) break;
    connection->thrown_away += static_cast<uint32_t>(*count);
  }
  Connection::Close(std::move(connection));
}

void TcpServer::Rest(std::unique_ptr<Connection> connection, List& resting) {
  Connection& rests = *connection.release();
  rests.unlink();
  if (rests.stream->readable()) return ready_.push_back(rests);
  rests.resting_since = executor_.Now();
  resting.push_back(rests);
  rests.stream->Watch(rests);
  SetAlarm(After(rests.resting_since, &resting == &waiting_ ? patience_ : options_.linger_timeout));
}

void TcpServer::CloseExpired(List& resting, Duration patience) {
  while (!resting.empty() && !stopping_) {
    const Instant end = After(static_cast<Connection&>(resting.front()).resting_since, patience);
    if (end > executor_.Now()) return SetAlarm(end);
    if (&resting == &waiting_) statistics_.Add(Counter::kServerTimeouts);
    Connection::Close(TakeFirst(resting));
  }
}

// One alarm for all that rest: it is set for the first end, and not moved when that connection goes on.
void TcpServer::SetAlarm(Instant deadline) {
  if (deadline < alarm_.deadline()) alarm_.StartAt(deadline);
}

}  // namespace nut::pro
