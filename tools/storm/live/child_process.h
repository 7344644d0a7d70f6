// ChildProcess: a program that this one started, with its output read line by line. Owned by whoever started
// it; ends with its owner, and with this process whatever becomes of it. One thread uses it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "tap/file_descriptor.h"
#include "tap/system_calls.h"

namespace nut::storm {

struct ChildProgram {
  std::string path;
  std::vector<std::string> arguments;  // without the program's own name
  int inherited = -1;                  // a descriptor that the program finds under the number kInheritedAs
};

// "exit status 3", "signal 9 (Killed)", of what waitpid(2) gave.
std::string DescribeWaitStatus(int status);

class ChildProcess {
 public:
  static constexpr int kInheritedAs = 3;

  // The program runs in a process group of its own, so that Ctrl-C reaches its owner alone, who ends it in
  // order. The error is a sentence.
  static tl::expected<std::unique_ptr<ChildProcess>, std::string> Start(tap::SystemCalls& system,
                                                                        const ChildProgram& program);
  // SIGKILL, where End has not been called.
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  // Waits for a line of output that begins with `prefix`. The error is a sentence, followed by the output.
  tl::expected<std::string, std::string> WaitForLine(std::string_view prefix,
                                                     std::chrono::milliseconds patience);

  // Takes over the output that is there, so that the program never waits for a reader. Does not wait.
  void Drain();

  // False once it has ended.
  bool IsAlive();

  // "exit status 3", "signal 9 (Killed)"; empty while it is alive.
  std::string Ending() const { return wait_status_ ? DescribeWaitStatus(*wait_status_) : ""; }

  // SIGTERM; after `patience` SIGKILL. The exit status, or what went wrong as a sentence.
  tl::expected<int, std::string> End(std::chrono::milliseconds patience);

  pid_t pid() const { return pid_; }
  // Its last lines, each with "  " in front, for the report of a failure.
  std::string LastLines() const;
  // Resident memory in bytes; 0 when it has ended.
  size_t ResidentBytes() const;

 private:
  static constexpr size_t kKeptLines = 40;
  static constexpr size_t kLongestLine = 64 * 1024;  // a line without end is cut here

  ChildProcess(pid_t pid, tap::FileDescriptor output) : pid_(pid), output_(std::move(output)) {}
  bool ReadSome(std::chrono::milliseconds patience);
  void TakeLines();
  void Reap(bool wait);

  const pid_t pid_;
  tap::FileDescriptor output_;
  std::string partial_;
  std::deque<std::string> fresh_;  // lines that WaitForLine has not looked at
  std::deque<std::string> lines_;
  std::optional<int> wait_status_;  // as waitpid(2) gives it
};

}  // namespace nut::storm
