// SystemCalls: what this folder asks of Linux, as an interface, so that a test can play every answer a host
// may give (no capability, a busy interface, a device that goes away). Owned by the program, outlives
// everything that was given a reference; any thread of the process may call it.
//
// Every function gives back what the system call gives back, or the negative errno: the global errno plays no
// part.
#pragma once

#include <sys/epoll.h>
#include <sys/types.h>
#include <sys/uio.h>

#include <cstddef>
#include <ctime>
#include <span>
#include <string>

namespace nut::tap {

class SystemCalls {
 public:
  virtual ~SystemCalls() = default;

  // Files. Descriptors are opened with O_CLOEXEC by the caller's flags.
  virtual int Open(const char* path, int flags, mode_t mode = 0) = 0;
  virtual int Close(int fd) = 0;
  virtual ssize_t Read(int fd, void* buffer, size_t size) = 0;
  virtual ssize_t Write(int fd, const void* buffer, size_t size) = 0;
  virtual ssize_t Writev(int fd, std::span<const iovec> parts) = 0;
  virtual int Ioctl(int fd, unsigned long request, void* argument) = 0;
  virtual int SetNonBlocking(int fd) = 0;
  // The type and permission bits of a path (st_mode), or -errno.
  virtual int ModeOf(const char* path) = 0;

  // Waiting.
  virtual int EpollCreate() = 0;
  virtual int EpollControl(int epoll, int operation, int fd, epoll_event* event) = 0;
  // `timeout` null: for ever. Nanosecond resolution where the kernel has epoll_pwait2, else rounded up to
  // milliseconds.
  virtual int EpollWait(int epoll, std::span<epoll_event> events, const timespec* timeout) = 0;

  // Identity and rights of this process.
  virtual pid_t ProcessId() = 0;
  // The processors that are at work in this machine, whether this process may run on them or not; at least 1.
  virtual int Processors() = 0;
  virtual uid_t EffectiveUser() = 0;
  virtual gid_t EffectiveGroup() = 0;
  // True if the effective set holds the CAP_… constant.
  virtual bool HasCapability(int capability) = 0;
  virtual int Unshare(int flags) = 0;
  virtual int ClearGroups() = 0;
  virtual int SetGroup(gid_t group) = 0;  // real, effective and saved
  virtual int SetUser(uid_t user) = 0;    // real, effective and saved
  // Empties the bounding set, so that no program started later can gain anything. Needs CAP_SETPCAP.
  virtual int DropBoundingSet() = 0;
  // Empties the effective, permitted, inheritable and ambient sets.
  virtual int DropCapabilities() = 0;
  virtual int ProcessControl(int option, unsigned long argument) = 0;
};

// The whole of a small text file such as those under /proc, or -errno in `error`.
std::string ReadSmallFile(SystemCalls& system, const char* path, int* error);

}  // namespace nut::tap
