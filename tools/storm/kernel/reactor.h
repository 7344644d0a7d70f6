// Reactor: waits for many sockets of the host's kernel and for many deadlines at once, and tells a handler
// which of them are due. Owned by a kernel peer; one thread uses it.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <queue>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "tap/file_descriptor.h"
#include "tap/system_calls.h"

namespace nut::storm {

using HostTime = std::chrono::steady_clock::time_point;

class Reactor {
 public:
  // What the peer calls a connection; never used a second time, so that whatever is late is known as such.
  using Id = uint64_t;

  class Handler {
   public:
    virtual ~Handler() = default;
    virtual void OnReady(Id id) = 0;  // something can be read or written, or the connection has ended
    virtual void OnDue(Id id) = 0;    // a deadline set for it has passed
  };

  // The error is a sentence.
  static tl::expected<Reactor, std::string> Create(tap::SystemCalls& system);

  // Reports from now on every change (edge-triggered) of `fd`, until it is closed. False: no room.
  bool Add(int fd, Id id);
  // Reports every connection that can be accepted (level-triggered).
  bool AddListener(int fd, Id id);
  void SetDeadline(Id id, HostTime when);

  // Waits at most until `limit`, or until something happens; calls the handler for it.
  void Wait(HostTime limit, Handler& handler);

 private:
  struct Due {
    HostTime when;
    Id id;
    friend bool operator>(const Due& a, const Due& b) { return a.when > b.when; }
  };

  static constexpr size_t kBatch = 256;  // events taken over in one system call

  explicit Reactor(tap::FileDescriptor epoll, tap::SystemCalls& system)
      : system_(&system), epoll_(std::move(epoll)) {}
  bool Control(int fd, uint32_t events, Id id);

  tap::SystemCalls* system_;
  tap::FileDescriptor epoll_;
  std::priority_queue<Due, std::vector<Due>, std::greater<>> due_;
};

}  // namespace nut::storm
