// Signals: the process's signals as calls in the executor's context. They are blocked everywhere and
// collected by one thread of the host that does nothing else, so that a second SIGINT or SIGTERM ends the
// process even when a thread of the node never gives the processor back. Owned by the program; made after the
// last unshare(2), which wants a single thread; goes before the poller.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <thread>

#include "tap/file_descriptor.h"
#include "tap/poller.h"

namespace nut::apps {

class Signals final : private tap::FdHandler {
 public:
  // Blocks the signals that this class handles, and ignores SIGPIPE. First thing in main: threads made later
  // inherit it.
  static void Block();

  // `on_signal` gets SIGINT, SIGTERM, SIGHUP or SIGUSR1, in the executor's context; several of a kind may
  // come as one.
  Signals(tap::SystemCalls& system, tap::Poller& poller, std::function<void(int)> on_signal);
  ~Signals() override;
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  void Collect();
  void OnReady(uint32_t events) override;

  tap::Poller& poller_;
  const std::function<void(int)> on_signal_;
  tap::FileDescriptor event_;
  std::atomic<uint32_t> pending_ = 0;  // one bit per signal
  std::thread collector_;
};

}  // namespace nut::apps
