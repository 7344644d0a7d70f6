#include "tools/storm/live/child_process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>

namespace nut::storm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

milliseconds Left(steady_clock::time_point deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
  return left > milliseconds::zero() ? left : milliseconds::zero();
}

// Between fork and exec: nothing here allocates. Gives back only by _exit.
[[noreturn]] void Become(const ChildProgram& program, char* const* arguments, int output, pid_t parent) {
  setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  // The parent may be gone before the request is in place.
  if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != parent) _exit(127);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (nothing < 0 || dup2(nothing, STDIN_FILENO) < 0) _exit(127);
  if (dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) _exit(127);
  if (program.inherited >= 0) {
    // dup2 of a descriptor to itself would leave it close-on-exec.
    const int done = program.inherited == ChildProcess::kInheritedAs
                         ? fcntl(program.inherited, F_SETFD, 0)
                         : dup2(program.inherited, ChildProcess::kInheritedAs);
    if (done < 0) _exit(127);
  }
  execv(program.path.c_str(), arguments);
  constexpr std::string_view kText = "cannot be executed\n";
  static_cast<void>(!write(STDERR_FILENO, kText.data(), kText.size()));
  _exit(127);
}

}  // namespace

std::string DescribeWaitStatus(int status) {
  if (WIFEXITED(status)) return fmt::format("exit status {}", WEXITSTATUS(status));
  return fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)));
}

tl::expected<std::unique_ptr<ChildProcess>, std::string> ChildProcess::Start(tap::SystemCalls& system,
                                                                             const ChildProgram& program) {
  if (access(program.path.c_str(), X_OK) != 0) {
    return tl::unexpected(fmt::format("{}: {}", program.path, std::strerror(errno)));
  }
  std::array<int, 2> ends;
  if (pipe2(ends.data(), O_CLOEXEC) != 0) {
    return tl::unexpected(fmt::format("no pipe: {}", std::strerror(errno)));
  }
  tap::FileDescriptor reader(system, ends[0]);
  const tap::FileDescriptor writer(system, ends[1]);
  std::vector<char*> arguments{const_cast<char*>(program.path.c_str())};
  for (const std::string& argument : program.arguments) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  const pid_t parent = getpid();
  const pid_t pid = fork();
  if (pid < 0) return tl::unexpected(fmt::format("no process: {}", std::strerror(errno)));
  if (pid == 0) Become(program, arguments.data(), writer.number(), parent);
  system.SetNonBlocking(reader.number());
  return std::unique_ptr<ChildProcess>(new ChildProcess(pid, std::move(reader)));
}

ChildProcess::~ChildProcess() {
  if (IsAlive()) kill(pid_, SIGKILL);
  Reap(true);
}

bool ChildProcess::ReadSome(milliseconds patience) {
  if (!output_.is_open()) return false;
  pollfd ready{.fd = output_.number(), .events = POLLIN, .revents = 0};
  if (poll(&ready, 1, static_cast<int>(patience.count())) <= 0) return false;
  std::array<char, 4096> piece;
  const ssize_t size = read(output_.number(), piece.data(), piece.size());
  if (size < 0) return errno == EINTR || errno == EAGAIN;
  if (size == 0) {
    output_.Close();
    return false;
  }
  partial_.append(piece.data(), static_cast<size_t>(size));
  TakeLines();
  return true;
}

void ChildProcess::TakeLines() {
  const auto take = [this](std::string line) {
    fresh_.push_back(line);
    lines_.push_back(std::move(line));
    if (fresh_.size() > kKeptLines) fresh_.pop_front();
    if (lines_.size() > kKeptLines) lines_.pop_front();
  };
  size_t begin = 0;
  for (size_t end; (end = partial_.find('\n', begin)) != std::string::npos; begin = end + 1) {
    take(partial_.substr(begin, end - begin));
  }
  partial_.erase(0, begin);
  if (partial_.size() > kLongestLine) take(std::exchange(partial_, {}));
}

tl::expected<std::string, std::string> ChildProcess::WaitForLine(std::string_view prefix,
                                                                 milliseconds patience) {
  const auto deadline = steady_clock::now() + patience;
  for (;;) {
    while (!fresh_.empty()) {
      std::string line = std::move(fresh_.front());
      fresh_.pop_front();
      if (line.starts_with(prefix)) return line;
    }
    if (!output_.is_open()) {
      Reap(true);
      return tl::unexpected(
          fmt::format("it ended with {} before it said {}\n{}", Ending(), prefix, LastLines()));
    }
    if (Left(deadline) == milliseconds::zero()) {
      return tl::unexpected(
          fmt::format("it did not say {} within {} ms\n{}", prefix, patience.count(), LastLines()));
    }
    ReadSome(Left(deadline));
  }
}

void ChildProcess::Drain() {
  while (ReadSome(milliseconds::zero())) {
  }
}

void ChildProcess::Reap(bool wait) {
  if (wait_status_) return;
  int status = 0;
  pid_t result;
  do {
    result = waitpid(pid_, &status, wait ? 0 : WNOHANG);
  } while (result < 0 && errno == EINTR);
  if (result == pid_) wait_status_ = status;
}

bool ChildProcess::IsAlive() {
  Reap(false);
  return !wait_status_;
}

tl::expected<int, std::string> ChildProcess::End(milliseconds patience) {
  if (IsAlive()) kill(pid_, SIGTERM);
  const auto deadline = steady_clock::now() + patience;
  // Its output ends when it does.
  while (IsAlive() && Left(deadline) > milliseconds::zero()) {
    if (!ReadSome(std::min(Left(deadline), milliseconds(20))) && !output_.is_open()) {
      poll(nullptr, 0, 1);
    }
  }
  if (IsAlive()) {
    kill(pid_, SIGKILL);
    Reap(true);
    Drain();
    return tl::unexpected(
        fmt::format("it did not end within {} ms of SIGTERM\n{}", patience.count(), LastLines()));
  }
  Drain();
  if (!WIFEXITED(*wait_status_)) {
    return tl::unexpected(fmt::format("it ended with {}\n{}", Ending(), LastLines()));
  }
  return WEXITSTATUS(*wait_status_);
}

std::string ChildProcess::LastLines() const {
  std::string text;
  for (const std::string& line : lines_) text += "  " + line + "\n";
  if (!partial_.empty()) text += "  " + partial_ + "\n";
  return text;
}

size_t ChildProcess::ResidentBytes() const {
  if (wait_status_) return 0;
  std::ifstream file(fmt::format("/proc/{}/statm", pid_));
  size_t total = 0, resident = 0;
  file >> total >> resident;
  return resident * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace nut::storm
