// HostSystemCalls: the real thing. Holds nothing; one object serves the process.
#pragma once

#include "tap/system_calls.h"

namespace nut::tap {

class HostSystemCalls final : public SystemCalls {
 public:
  int Open(const char* path, int flags, mode_t mode) override;
  int Close(int fd) override;
  ssize_t Read(int fd, void* buffer, size_t size) override;
  ssize_t Write(int fd, const void* buffer, size_t size) override;
  ssize_t Writev(int fd, std::span<const iovec> parts) override;
  int Ioctl(int fd, unsigned long request, void* argument) override;
  int SetNonBlocking(int fd) override;
  int ModeOf(const char* path) override;
  int EpollCreate() override;
  int EpollControl(int epoll, int operation, int fd, epoll_event* event) override;
  int EpollWait(int epoll, std::span<epoll_event> events, const timespec* timeout) override;
  pid_t ProcessId() override;
  int Processors() override;
  uid_t EffectiveUser() override;
  gid_t EffectiveGroup() override;
  bool HasCapability(int capability) override;
  int Unshare(int flags) override;
  int ClearGroups() override;
  int SetGroup(gid_t group) override;
  int SetUser(uid_t user) override;
  int DropBoundingSet() override;
  int DropCapabilities() override;
  int ProcessControl(int option, unsigned long argument) override;
};

}  // namespace nut::tap
