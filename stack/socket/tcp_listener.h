// TcpListener: a port that takes connections. Movable, not copyable; going out of scope closes it, and resets
// what nobody has accepted. Any number of threads may wait in Accept. The engine outlives it.
#pragma once

#include <cstddef>

#include "stack/base/result.h"
#include "stack/base/time.h"
#include "stack/socket/tcp_stream.h"
#include "stack/tcp/engine_handles.h"
#include "stack/wire/endpoint.h"

namespace nut::socket {

class TcpListener {
 public:
  TcpListener() = default;
  TcpListener(TcpListener&& other) noexcept;
  TcpListener& operator=(TcpListener&& other) noexcept;
  ~TcpListener();

  // `local` without an address: every address of the node; port 0: an ephemeral one (see local()). `backlog`:
  // how many established connections wait for Accept; 0: Parameters::default_backlog. kAddressInUse,
  // kAddressNotAvailable, kNoBuffers.
  static Result<TcpListener> Listen(tcp::Engine& engine, const wire::Endpoint& local, size_t backlog = 0);
  // The same, accepted connections start with `parameters`.
  static Result<TcpListener> Listen(tcp::Engine& engine, const wire::Endpoint& local, size_t backlog,
                                    const tcp::Parameters& parameters);

  // Waits for a connection that is ESTABLISHED or further, oldest first (switches). kTimedOut; kStaleHandle
  // once closed; kInterrupted when the node shuts down.
  Result<TcpStream> Accept(Duration timeout = kForever);

  // The same without a wait: kWouldBlock when there is none.
  Result<TcpStream> TryAccept();

  // Threads that wait in Accept get kStaleHandle; connections in the queue are reset (switches).
  void Close();

  bool is_open() const { return engine_ != nullptr; }
  Result<wire::Endpoint> local() const;
  tcp::ListenerHandle handle() const { return handle_; }
  tcp::Engine* engine() const { return engine_; }  // null when closed

 private:
  TcpListener(tcp::Engine& engine, tcp::ListenerHandle handle) : engine_(&engine), handle_(handle) {}

  tcp::Engine* engine_ = nullptr;
  tcp::ListenerHandle handle_;
};

}  // namespace nut::socket
