#include "tap/host_system_calls.h"

#include <cap-ng.h>
#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace nut::tap {
namespace {

template <typename T>
T OrNegativeErrno(T result) {
  return result < 0 ? static_cast<T>(-errno) : result;
}

// Rounded up: waking before the timer is due would cost a second wait.
int ToMillisRoundedUp(const timespec* timeout) {
  if (timeout == nullptr) return -1;
  constexpr long kNanosPerMilli = 1'000'000;
  const long long millis =
      timeout->tv_sec * 1000LL + (timeout->tv_nsec + kNanosPerMilli - 1) / kNanosPerMilli;
  constexpr long long kLongest = 24 * 3600 * 1000LL;
  return static_cast<int>(millis < kLongest ? millis : kLongest);
}

}  // namespace

int HostSystemCalls::Open(const char* path, int flags, mode_t mode) {
  return OrNegativeErrno(open(path, flags, mode));
}

int HostSystemCalls::Close(int fd) { return OrNegativeErrno(close(fd)); }

ssize_t HostSystemCalls::Read(int fd, void* buffer, size_t size) {
  return OrNegativeErrno(read(fd, buffer, size));
}

ssize_t HostSystemCalls::Write(int fd, const void* buffer, size_t size) {
  return OrNegativeErrno(write(fd, buffer, size));
}

ssize_t HostSystemCalls::Writev(int fd, std::span<const iovec> parts) {
  return OrNegativeErrno(writev(fd, parts.data(), static_cast<int>(parts.size())));
}

int HostSystemCalls::Ioctl(int fd, unsigned long request, void* argument) {
  return OrNegativeErrno(ioctl(fd, request, argument));
}

int HostSystemCalls::SetNonBlocking(int fd) {
  const int flags = fcntl(fd, F_GETFL);
  if (flags < 0) return -errno;
  return OrNegativeErrno(fcntl(fd, F_SETFL, flags | O_NONBLOCK));
}

int HostSystemCalls::ModeOf(const char* path) {
  struct stat status;
  return stat(path, &status) < 0 ? -errno : static_cast<int>(status.st_mode);
}

int HostSystemCalls::EpollCreate() { return OrNegativeErrno(epoll_create1(EPOLL_CLOEXEC)); }

int HostSystemCalls::EpollControl(int epoll, int operation, int fd, epoll_event* event) {
  return OrNegativeErrno(epoll_ctl(epoll, operation, fd, event));
}

int HostSystemCalls::EpollWait(int epoll, std::span<epoll_event> events, const timespec* timeout) {
  const int limit = static_cast<int>(events.size());
  // The older call costs two thirds, and is enough for just looking, which happens most, and for no limit.
  const bool looks = timeout != nullptr && timeout->tv_sec == 0 && timeout->tv_nsec == 0;
  if (timeout == nullptr || looks) {
    return OrNegativeErrno(epoll_wait(epoll, events.data(), limit, looks ? 0 : -1));
  }
  const int count = epoll_pwait2(epoll, events.data(), limit, timeout, nullptr);
  if (count >= 0 || errno != ENOSYS) return OrNegativeErrno(count);
  // Before Linux 5.11.
  return OrNegativeErrno(epoll_wait(epoll, events.data(), limit, ToMillisRoundedUp(timeout)));
}

pid_t HostSystemCalls::ProcessId() { return getpid(); }
int HostSystemCalls::Processors() {
  // Not the affinity mask: pinned to one processor of several, the others are left to everybody else.
  return std::max(1, static_cast<int>(sysconf(_SC_NPROCESSORS_ONLN)));
}
uid_t HostSystemCalls::EffectiveUser() { return geteuid(); }
gid_t HostSystemCalls::EffectiveGroup() { return getegid(); }

bool HostSystemCalls::HasCapability(int capability) {
  capng_clear(CAPNG_SELECT_ALL);  // libcap-ng remembers; what it remembers may be older than an unshare
  if (capng_get_caps_process() != 0) return false;
  return capng_have_capability(CAPNG_EFFECTIVE, static_cast<unsigned>(capability)) == 1;
}

int HostSystemCalls::Unshare(int flags) { return OrNegativeErrno(unshare(flags)); }
int HostSystemCalls::ClearGroups() { return OrNegativeErrno(setgroups(0, nullptr)); }
int HostSystemCalls::SetGroup(gid_t group) { return OrNegativeErrno(setresgid(group, group, group)); }
int HostSystemCalls::SetUser(uid_t user) { return OrNegativeErrno(setresuid(user, user, user)); }

int HostSystemCalls::DropBoundingSet() {
  capng_clear(CAPNG_SELECT_ALL);
  if (capng_get_caps_process() != 0) return -EPERM;
  capng_clear(CAPNG_SELECT_BOUNDS);
  return capng_apply(CAPNG_SELECT_BOUNDS) == 0 ? 0 : -EPERM;
}

int HostSystemCalls::DropCapabilities() {
  capng_clear(CAPNG_SELECT_ALL);
  if (capng_get_caps_process() != 0) return -EPERM;
  capng_clear(CAPNG_SELECT_CAPS);
  capng_clear(CAPNG_SELECT_AMBIENT);
  if (capng_apply(CAPNG_SELECT_CAPS) != 0 || capng_apply(CAPNG_SELECT_AMBIENT) != 0) return -EPERM;
  return 0;
}

int HostSystemCalls::ProcessControl(int option, unsigned long argument) {
  return OrNegativeErrno(prctl(option, argument, 0, 0, 0));
}

}  // namespace nut::tap
