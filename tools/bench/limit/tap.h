// An open TAP with virtio headers, and the way the limit program waits at it. One thread.
#pragma once

#include <sys/uio.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "tools/bench/limit/wire.h"

namespace nut::bench {

class Tap {
 public:
  enum class Offload { kNone, kChecksum, kAll };

  // Makes the interface, or takes the one that exists. `spin`: how long after the last frame it looks again
  // and again instead of sleeping. Ends the process with a message when it cannot.
  Tap(const std::string& name, Offload offload, std::chrono::microseconds spin);
  ~Tap();
  Tap(const Tap&) = delete;
  Tap& operator=(const Tap&) = delete;

  // The size of the next frame, virtio header included; 0: none is waiting.
  size_t Read(void* to, size_t room);
  void Write(const iovec* parts, int count);
  void Write(const void* frame, size_t size);
  // Returns at once while spinning; else sleeps until a frame or a signal comes, or `patience_ms` are over.
  void Wait(bool was_busy, int patience_ms);

  // The kernel's address on this wire.
  const MacAddress& kernel_address() const { return kernel_address_; }
  uint64_t refused_writes() const { return refused_writes_; }

 private:
  using Watch = std::chrono::steady_clock;

  int fd_;
  int epoll_;
  const std::chrono::microseconds spin_;
  Watch::time_point last_busy_;
  MacAddress kernel_address_{};
  uint64_t refused_writes_ = 0;
};

}  // namespace nut::bench
