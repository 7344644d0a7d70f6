// Child: a forked process that runs one function, watched from outside, so that whatever happens in it (a
// sanitizer's report, a broken invariant, a loop without end) is a result and not the end of the search. Its
// standard error is caught; what it writes to `output` comes through a pipe. Owned by the program, which has
// one thread; ended by its process id if it is still there when the object goes.
#pragma once

#include <sys/types.h>

#include <functional>
#include <span>
#include <string>
#include <tl/expected.hpp>

namespace nut::explorer {

class Child {
 public:
  // The function gets the descriptor to write to; the process ends with success when it returns. The error
  // is for people: the system gave no process or no pipe.
  static tl::expected<Child, std::string> Start(const std::function<void(int output)>& body);

  Child(Child&& other) noexcept;
  Child& operator=(Child&&) = delete;
  ~Child();

  // Takes what has come without waiting. False: it has ended, and everything has been taken.
  bool Pump();
  // SIGKILL. Pump still takes what is in the pipes.
  void Kill();

  bool ended() const { return ended_; }
  bool killed() const { return killed_; }  // by Kill
  int wait_status() const { return status_; }
  // At most kKept bytes of each; the rest is let go.
  const std::string& output() const { return output_; }
  const std::string& errors() const { return errors_; }

  // Waits until one of them has something to take, or has ended; at most so long.
  static void Wait(std::span<Child* const> children, int milliseconds);

 private:
  static constexpr size_t kKept = 64 * 1024 * 1024;

  Child(pid_t pid, int output, int errors) : pid_(pid), output_fd_(output), errors_fd_(errors) {}

  pid_t pid_;
  int output_fd_;
  int errors_fd_;
  bool ended_ = false;
  bool killed_ = false;
  int status_ = 0;
  std::string output_;
  std::string errors_;
};

// All of `text` into a pipe, however often the system is interrupted. False: nobody reads any more.
bool WriteAll(int descriptor, std::string_view text);

}  // namespace nut::explorer
