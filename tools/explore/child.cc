#include "tools/explore/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>
#include <vector>

namespace nut::explorer {
namespace {

[[noreturn]] void BeChild(const std::function<void(int)>& body, pid_t parent, int output, int errors) {
  // Nobody is left behind when the parent is ended, and the keyboard's interrupt is the parent's to handle.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  signal(SIGINT, SIG_IGN);
  signal(SIGTERM, SIG_DFL);
  dup2(errors, STDERR_FILENO);
  body(output);
  std::fflush(stderr);
  // Without destructors and exit handlers: they are the parent's.
  _exit(0);
}

std::string Refused(const char* call) { return std::string(call) + ": " + std::strerror(errno); }

// False: end of file.
bool Take(int descriptor, std::string& text, size_t kept) {
  char piece[16384];
  for (;;) {
    const ssize_t size = read(descriptor, piece, sizeof piece);
    if (size > 0) {
      text.append(piece, std::min(static_cast<size_t>(size), kept - std::min(kept, text.size())));
    } else if (size == 0) {
      return false;
    } else if (errno != EINTR) {
      return true;
    }
  }
}

}  // namespace

tl::expected<Child, std::string> Child::Start(const std::function<void(int)>& body) {
  int output[2];
  int errors[2];
  if (pipe2(output, O_CLOEXEC) != 0) return tl::unexpected(Refused("pipe"));
  if (pipe2(errors, O_CLOEXEC) != 0) {
    close(output[0]);
    close(output[1]);
    return tl::unexpected(Refused("pipe"));
  }
  std::fflush(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid == 0) {
    close(output[0]);
    close(errors[0]);
    BeChild(body, parent, output[1], errors[1]);
  }
  close(output[1]);
  close(errors[1]);
  if (pid < 0) {
    close(output[0]);
    close(errors[0]);
    return tl::unexpected(Refused("fork"));
  }
  fcntl(output[0], F_SETFL, O_NONBLOCK);
  fcntl(errors[0], F_SETFL, O_NONBLOCK);
  return Child(pid, output[0], errors[0]);
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      output_fd_(std::exchange(other.output_fd_, -1)),
      errors_fd_(std::exchange(other.errors_fd_, -1)),
      ended_(other.ended_),
      killed_(other.killed_),
      status_(other.status_),
      output_(std::move(other.output_)),
      errors_(std::move(other.errors_)) {}

Child::~Child() {
  if (pid_ > 0 && !ended_) {
    kill(pid_, SIGKILL);
    while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
  }
  if (output_fd_ >= 0) close(output_fd_);
  if (errors_fd_ >= 0) close(errors_fd_);
}

bool Child::Pump() {
  if (ended_) return false;
  if (output_fd_ >= 0 && !Take(output_fd_, output_, kKept)) close(std::exchange(output_fd_, -1));
  if (errors_fd_ >= 0 && !Take(errors_fd_, errors_, kKept)) close(std::exchange(errors_fd_, -1));
  if (output_fd_ >= 0 || errors_fd_ >= 0) return true;
  // Both ends are closed: it is gone, or about to.
  while (waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
  }
  ended_ = true;
  return false;
}

void Child::Kill() {
  if (ended_) return;
  killed_ = true;
  kill(pid_, SIGKILL);
}

void Child::Wait(std::span<Child* const> children, int milliseconds) {
  std::vector<pollfd> polled;
  for (const Child* child : children) {
    if (child->output_fd_ >= 0) polled.push_back({child->output_fd_, POLLIN, 0});
    if (child->errors_fd_ >= 0) polled.push_back({child->errors_fd_, POLLIN, 0});
  }
  poll(polled.data(), polled.size(), milliseconds);
}

bool WriteAll(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t size = write(descriptor, text.data(), text.size());
    if (size >= 0) {
      text.remove_prefix(static_cast<size_t>(size));
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace nut::explorer
