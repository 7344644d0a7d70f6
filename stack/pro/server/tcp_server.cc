#include "stack/pro/server/tcp_server.h"

#include <algorithm>
#include <array>
#include <utility>

namespace nut::pro {

namespace {
// When accepting is tried again after it failed for a reason that may pass, such as a lack of memory.
constexpr Duration kRestAfterFailure = 100ms;
}  // namespace

void TcpServer::Ender::operator()(ServerStream* stream) const {
  stream->hook.unlink();
  --server->connection_count_;
  delete stream;
}

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
  for (StreamList* list : {&ready_, &waiting_, &lingering_}) {
    while (!list->empty()) Close(TakeFirst(*list));
  }
  while (!active_.empty()) {
    auto& stream = static_cast<ServerStream&>(active_.front());
    active_.pop_front();
    stream.Close();
  }
}

TcpServer::Connection TcpServer::TakeFirst(StreamList& list) {
  Connection connection(static_cast<ServerStream*>(&list.front()), {this});
  list.pop_front();
  return connection;
}

// Out of the list first: Close may switch, and Stop must not find a stream that is being destroyed.
void TcpServer::Close(Connection connection) {
  connection->hook.unlink();
  connection->Close();
}

void TcpServer::OnReadable(ServerStream& stream) {
  stream.hook.unlink();
  ready_.push_back(stream);
  workers_.Wake();
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
    ++connection_count_;
    ready_.push_back(*stream->release());
  }
}

void TcpServer::Serve(Connection connection) {
  ServerStream& stream = *connection;
  const auto next = service_->Serve(stream);
  if (stopping_) return Close(std::move(connection));
  if (next && *next == Next::kWait) return Rest(std::move(connection), waiting_);
  if (!next) {
    if (log_.Wants(LogLevel::kDebug, "server")) [[unlikely]] {
      log_.Print(LogLevel::kDebug, "server", "{}: {}: {}", name_, stream.remote().ToText(),
                 Describe(next.error()));
    }
    if (next.error() != Error::kTimedOut) return Close(std::move(connection));
    statistics_.Add(Counter::kServerTimeouts);
  }
  connection->over = true;
  if (!stream.FinishWriting()) return Close(std::move(connection));
  Linger(std::move(connection));
}

void TcpServer::Linger(Connection connection) {
  ServerStream& stream = *connection;
  std::array<uint8_t, 4096> scrap;
  while (!stopping_ && connection->thrown_away < options_.linger_bytes) {
    if (!stream.readable()) return Rest(std::move(connection), lingering_);
    const auto count = stream.Read(scrap);
    if (!count || *count == 0) break;
    connection->thrown_away += static_cast<uint32_t>(*count);
  }
  Close(std::move(connection));
}

void TcpServer::Rest(Connection connection, StreamList& resting) {
  ServerStream& rests = *connection.release();
  rests.hook.unlink();
  if (rests.readable()) return ready_.push_back(rests);
  rests.resting_since = executor_.RecentTime();
  resting.push_back(rests);
  rests.Watch(*this);
  SetAlarm(After(rests.resting_since, &resting == &waiting_ ? patience_ : options_.linger_timeout));
}

void TcpServer::CloseExpired(StreamList& resting, Duration patience) {
  while (!resting.empty() && !stopping_) {
    const Instant end = After(resting.front().resting_since, patience);
    if (end > executor_.Now()) return SetAlarm(end);
    if (&resting == &waiting_) statistics_.Add(Counter::kServerTimeouts);
    Close(TakeFirst(resting));
  }
}

// One alarm for all that rest: it is set for the first end, and not moved when that connection goes on.
void TcpServer::SetAlarm(Instant deadline) {
  if (deadline < alarm_.deadline()) alarm_.StartAt(deadline);
}

}  // namespace nut::pro
