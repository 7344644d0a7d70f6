// SilentSockets: the sockets of connections on which the kernel has fallen silent: kept, deaf and dumb, until
// no peer can wait for them any more. Owned by a kernel peer.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <utility>

#include "tools/storm/kernel/kernel_socket.h"
#include "tools/storm/kernel/reactor.h"

namespace nut::storm {

class SilentSockets {
 public:
  // `length`: longer than any peer waits.
  explicit SilentSockets(std::chrono::seconds length) : length_(length) {}
  ~SilentSockets() {
    while (!sockets_.empty()) DropOldest();
  }
  SilentSockets(const SilentSockets&) = delete;
  SilentSockets& operator=(const SilentSockets&) = delete;

  // 0, or an errno value: then it is not silent, and closed.
  int Add(KernelSocket socket, HostTime now) {
    if (const int error = socket.FallSilent()) return error;
    sockets_.emplace_back(now + length_, std::move(socket));
    return 0;
  }
  void DropOld(HostTime now) {
    while (!sockets_.empty() && sockets_.front().first <= now) DropOldest();
  }
  size_t size() const { return sockets_.size(); }

 private:
  // The peer has forgotten the connection: the reset concerns nobody, and leaves nothing behind here.
  void DropOldest() {
    sockets_.front().second.Reset();
    sockets_.pop_front();
  }

  const std::chrono::seconds length_;
  std::deque<std::pair<HostTime, KernelSocket>> sockets_;
};

}  // namespace nut::storm
