// While one lives, a thread that overflows its stack ends the process with a message that names it, instead
// of a bare "Segmentation fault". Made by the program (or a test) on the thread of the host that calls
// Executor::Run, and destroyed there, in reverse order if there are several. Every other fault goes to the
// handler that was there before.
#pragma once

#include <csignal>
#include <cstddef>
#include <memory>

#include "stack/os/executor.h"

namespace nut::os {

class StackOverflowReporter {
 public:
  explicit StackOverflowReporter(const Executor& executor);
  ~StackOverflowReporter();
  StackOverflowReporter(const StackOverflowReporter&) = delete;
  StackOverflowReporter& operator=(const StackOverflowReporter&) = delete;

 private:
  static void Handle(int signal, siginfo_t* info, void* context);
  bool Report(const void* address) const;
  void Chain(int signal, siginfo_t* info, void* context) const;

  const Executor& executor_;
  StackOverflowReporter* const outer_;
  std::unique_ptr<std::byte[]> alternate_stack_;
  stack_t old_stack_{};
  struct sigaction old_action_ {};
};

}  // namespace nut::os
