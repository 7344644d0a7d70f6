// Connections in memory between threads of one executor: an Acceptor that tests connect to, and streams that
// wait as real ones do.
#pragma once

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <utility>

#include "stack/os/event_queue.h"
#include "stack/os/executor.h"
#include "stack/pro/server/acceptor.h"

namespace nut::pro {

// What both ends of a connection share.
struct Pipe {
  explicit Pipe(os::Executor& e) : executor(e), changed(e, "pipe") {}

  os::Executor& executor;
  std::string to_server;
  std::string to_client;
  bool client_finished = false;
  bool server_finished = false;
  bool server_closed = false;
  os::EventQueue changed;
  ServerStream* stream = nullptr;    // the server's end…
  StreamWatcher* watcher = nullptr;  // …and who watches it

  bool readable() const { return server_closed || !to_server.empty() || client_finished; }
  // What the client has done is there to be read.
  void Tell() {
    changed.PostAsync();
    if (watcher != nullptr && readable()) std::exchange(watcher, nullptr)->OnReadable(*stream);
  }
};

class PipeStream final : public ServerStream {
 public:
  explicit PipeStream(std::shared_ptr<Pipe> pipe) : pipe_(std::move(pipe)) {}
  ~PipeStream() override { Close(); }

  Result<size_t> Read(MutableByteView out) override {
    while (true) {
      if (pipe_->server_closed) return Fail(Error::kStaleHandle);
      if (!pipe_->to_server.empty()) {
        const size_t count = std::min(out.size(), pipe_->to_server.size());
        std::copy_n(pipe_->to_server.begin(), count, out.begin());
        pipe_->to_server.erase(0, count);
        return count;
      }
      if (pipe_->client_finished) return 0;
      const Duration left = TimeLeft(pipe_->executor.Now());
      if (left <= Duration::zero() || !pipe_->changed.Wait(left)) return Fail(Error::kTimedOut);
    }
  }
  Result<void> Write(ByteView data) override {
    if (pipe_->server_closed) return Fail(Error::kStaleHandle);
    pipe_->to_client += AsText(data);
    return {};
  }
  Result<void> Flush() override { return {}; }
  Result<void> FinishWriting() override {
    pipe_->server_finished = true;
    return {};
  }
  wire::Endpoint local() const override { return {}; }
  wire::Endpoint remote() const override { return {}; }
  bool readable() const override { return pipe_->readable(); }
  void Watch(StreamWatcher& watcher) override {
    pipe_->stream = this;
    pipe_->watcher = &watcher;
  }
  void Close() override {
    pipe_->watcher = nullptr;
    if (std::exchange(pipe_->server_closed, true)) return;
    pipe_->changed.BroadcastAsync();
  }

 private:
  const std::shared_ptr<Pipe> pipe_;
};

// The server owns the acceptor; the test keeps the state.
struct Backlog {
  explicit Backlog(os::Executor& e) : executor(e) {}

  std::shared_ptr<Pipe> Connect() {
    auto pipe = std::make_shared<Pipe>(executor);
    waiting.push_back(pipe);
    if (watcher != nullptr) watcher->OnReady();
    return pipe;
  }

  os::Executor& executor;
  std::deque<std::shared_ptr<Pipe>> waiting;
  std::deque<Error> failures;  // what the next calls of Accept give
  bool closed = false;
  ReadyWatcher* watcher = nullptr;
};

class MemoryAcceptor final : public Acceptor {
 public:
  explicit MemoryAcceptor(Backlog& backlog) : backlog_(backlog) {}

  ~MemoryAcceptor() override { backlog_.watcher = nullptr; }

  Result<std::unique_ptr<ServerStream>> Accept() override {
    if (backlog_.closed) return Fail(Error::kStaleHandle);
    if (!backlog_.failures.empty()) {
      const Error error = backlog_.failures.front();
      backlog_.failures.pop_front();
      return Fail(error);
    }
    if (backlog_.waiting.empty()) return Fail(Error::kWouldBlock);
    auto stream = std::make_unique<PipeStream>(backlog_.waiting.front());
    backlog_.waiting.pop_front();
    return stream;
  }
  void Watch(ReadyWatcher& watcher) override { backlog_.watcher = &watcher; }
  void Close() override { backlog_.closed = true; }

 private:
  Backlog& backlog_;
};

}  // namespace nut::pro
