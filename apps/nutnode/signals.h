// Signals: the process's signals as calls in the executor's context. A handler, which runs wherever the signal
// strikes, notes them, so that a second SIGINT or SIGTERM ends the process even when a thread of the node never
// gives the processor back. No thread of the host waits for them: with a second thread every system call would
// count references of its descriptor, and each of the node's frames is a system call. Owned by the program, which
// has one at a time; goes before the poller.
#pragma once

#include <atomic>
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "tap/file_descriptor.h"
#include "tap/poller.h"

namespace nut::apps {

class Signals final : private tap::FdHandler {
 public:
  // Blocks the signals that this class handles until one is made, and ignores SIGPIPE. First thing in main.
  static void Block();

  // `on_signal` gets SIGINT, SIGTERM, SIGHUP or SIGUSR1, in the executor's context; several of a kind may
  // come as one.
  Signals(tap::SystemCalls& system, tap::Poller& poller, std::function<void(int)> on_signal);
  // They are blocked again.
  ~Signals() override;
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  static void Handle(int signal);
  void Note(int signal);
  void OnReady(uint32_t events) override;

  tap::Poller& poller_;
  const std::function<void(int)> on_signal_;
  tap::FileDescriptor event_;
  std::atomic<uint32_t> pending_ = 0;  // one bit per signal
  std::atomic<bool> ending_ = false;
  // A thread of the node may have too little stack left for what the kernel puts there.
  std::unique_ptr<std::byte[]> alternate_stack_;
  stack_t old_stack_{};
};

}  // namespace nut::apps
