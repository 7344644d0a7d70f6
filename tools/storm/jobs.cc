#include "tools/storm/jobs.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>

#include "tools/storm/result_json.h"

namespace nut::storm {
namespace {

// What comes through the pipe: a kind, a length, and so many octets.
enum class MessageKind : uint32_t { kSnapshot, kResult };

struct MessageHeader {
  MessageKind kind;
  uint32_t size;
};

constexpr std::chrono::milliseconds kSnapshotInterval{100};
constexpr int kPollMilliseconds = 200;

void WriteAll(int fd, const void* data, size_t size) {
  const char* at = static_cast<const char*>(data);
  while (size > 0) {
    const ssize_t written = write(fd, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;  // nobody listens any more
    at += written;
    size -= static_cast<size_t>(written);
  }
}

void WriteMessage(int fd, MessageKind kind, const void* data, size_t size) {
  const MessageHeader header{kind, static_cast<uint32_t>(size)};
  WriteAll(fd, &header, sizeof header);
  WriteAll(fd, data, size);
}

// In the job: passes on how far it is, and listens whether it shall stop (SIGTERM, which is blocked).
class PipeWatcher final : public Watcher {
 public:
  explicit PipeWatcher(int fd) : fd_(fd) {}

  bool OnProgress(const StormSnapshot& snapshot) override {
    const auto now = std::chrono::steady_clock::now();
    if (now >= next_) {
      WriteMessage(fd_, MessageKind::kSnapshot, &snapshot, sizeof snapshot);
      next_ = now + kSnapshotInterval;
      sigset_t pending;
      sigpending(&pending);
      stop_ = sigismember(&pending, SIGTERM) == 1;
    }
    return !stop_;
  }

 private:
  const int fd_;
  std::chrono::steady_clock::time_point next_{};
  bool stop_ = false;
};

// In the parent: one job and what it has said.
struct Job {
  pid_t process = -1;
  int fd = -1;
  std::string received;
  StormSnapshot snapshot;
  StormResult result;
  bool has_result = false;
};

void Take(Job& job) {
  while (job.received.size() >= sizeof(MessageHeader)) {
    MessageHeader header;
    std::memcpy(&header, job.received.data(), sizeof header);
    if (job.received.size() < sizeof header + header.size) return;
    const std::string body = job.received.substr(sizeof header, header.size);
    job.received.erase(0, sizeof header + header.size);
    if (header.kind == MessageKind::kSnapshot && body.size() == sizeof job.snapshot) {
      std::memcpy(&job.snapshot, body.data(), sizeof job.snapshot);
      continue;
    }
    const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
    if (auto result = ResultFromJson(json)) {
      job.result = std::move(*result);
      job.has_result = true;
    }
  }
}

// False: the job has ended.
bool Read(Job& job) {
  char buffer[65536];
  const ssize_t count = read(job.fd, buffer, sizeof buffer);
  if (count < 0 && errno == EINTR) return true;
  if (count <= 0) return false;
  job.received.append(buffer, static_cast<size_t>(count));
  Take(job);
  return true;
}

void Reap(Job& job) {
  close(std::exchange(job.fd, -1));
  int status = 0;
  while (waitpid(job.process, &status, 0) < 0 && errno == EINTR) {
  }
  if (job.has_result && WIFEXITED(status) && WEXITSTATUS(status) == 0) return;
  job.result.faults.push_back(WIFSIGNALED(status)
                                  ? fmt::format("the process was ended by signal {}", WTERMSIG(status))
                                  : fmt::format("the process ended with status {}", WEXITSTATUS(status)));
}

[[noreturn]] void RunChild(unsigned number, int fd, const JobWork& work) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigset_t stop;
  sigemptyset(&stop);
  sigaddset(&stop, SIGTERM);
  sigprocmask(SIG_BLOCK, &stop, nullptr);
  PipeWatcher watcher(fd);
  const StormResult result = work(number, watcher);
  const std::string body = ToJson(result).dump();
  WriteMessage(fd, MessageKind::kResult, body.data(), body.size());
  close(fd);
  std::exit(0);
}

bool Start(Job& job, unsigned number, const JobWork& work) {
  int ends[2];
  if (pipe(ends) != 0) return false;
  job.process = fork();
  if (job.process == 0) {
    close(ends[0]);
    RunChild(number, ends[1], work);
  }
  close(ends[1]);
  if (job.process < 0) {
    close(ends[0]);
    return false;
  }
  job.fd = ends[0];
  return true;
}

StormSnapshot Sum(const std::vector<Job>& jobs) {
  StormSnapshot sum;
  for (const Job& job : jobs) {
    sum.ended += job.snapshot.ended;
    sum.failed += job.snapshot.failed;
    sum.open += job.snapshot.open;
    sum.memory += job.snapshot.memory;
  }
  return sum;
}

}  // namespace

std::vector<StormResult> RunJobs(unsigned count, const JobWork& work, Watcher& watcher) {
  std::fflush(nullptr);  // or every job would print it again
  std::vector<Job> jobs(count);
  unsigned running = 0;
  for (unsigned number = 0; number < count; ++number) {
    if (Start(jobs[number], number, work)) {
      ++running;
    } else {
      jobs[number].result.faults.push_back(fmt::format("no process for a job: {}", std::strerror(errno)));
    }
  }
  bool stopped = false;
  while (running > 0) {
    std::vector<pollfd> waiting;
    for (const Job& job : jobs) waiting.push_back({job.fd, POLLIN, 0});
    poll(waiting.data(), waiting.size(), kPollMilliseconds);
    for (size_t i = 0; i < jobs.size(); ++i) {
      if (jobs[i].fd < 0 || waiting[i].revents == 0 || Read(jobs[i])) continue;
      Reap(jobs[i]);
      --running;
    }
    if (!watcher.OnProgress(Sum(jobs)) && !std::exchange(stopped, true)) {
      for (const Job& job : jobs) {
        if (job.fd >= 0) kill(job.process, SIGTERM);
      }
    }
  }
  std::vector<StormResult> results;
  for (Job& job : jobs) results.push_back(std::move(job.result));
  return results;
}

}  // namespace nut::storm
