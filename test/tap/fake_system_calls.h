// FakeSystemCalls: a host made of tables. Each test sets what the host has and how it answers; everything
// that the code under test asked for is kept, in order, to be looked at afterwards.
#pragma once

#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "tap/system_calls.h"

namespace nut::tap {

class FakeSystemCalls final : public SystemCalls {
 public:
  struct File {
    std::string content;
    int open_error = 0;   // positive errno
    int write_error = 0;  // positive errno
    int mode = 0100644;
  };
  using Bytes = std::vector<uint8_t>;

  // The host.
  std::map<std::string, File> files;
  std::map<unsigned long, int> ioctl_errors;  // by request: positive errno
  std::set<int> capabilities;
  std::string attached_name = "nut-n1";  // what TUNGETIFF says
  uintptr_t offload_known = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN;
  unsigned tun_features = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  unsigned attached_flags = IFF_TAP | IFF_NO_PI;
  int unshare_error = 0;
  std::map<std::string, int> step_errors;  // by the name in `steps`: positive errno
  pid_t pid = 4711;
  int processors = 2;
  uid_t user = 1000;
  uid_t user_inside = 0;  // who that is in a user namespace
  gid_t group = 1000;
  bool keeps_capabilities = false;  // a host that lies about dropping them

  // What a device has to read (a frame, or a positive errno); empty means EAGAIN.
  std::deque<std::variant<Bytes, int>> to_read;
  std::deque<int> write_errors;  // one per write, 0: success
  std::deque<std::vector<epoll_event>> ready;

  // What was asked for.
  std::map<std::string, std::string> written_files;
  std::vector<Bytes> written;
  std::vector<std::string> steps;  // changes of identity, in order
  std::vector<unsigned long> ioctls;
  ifreq last_request{};
  int vnet_header_size = 0;
  uintptr_t offload = 99;
  int reads = 0;
  int waits = 0;
  std::function<void(const timespec*)> on_wait;  // before each answer: time passes, things happen
  bool waited_for_ever = false;
  timespec last_timeout{};
  std::set<int> open_descriptors;
  std::map<int, epoll_event> polled;
  std::vector<std::pair<int, int>> controls;  // operation, descriptor
  int epoll_control_error = 0;
  int epoll_create_error = 0;
  int wait_error = 0;

  int Open(const char* path, int, mode_t = 0) override {
    const auto found = files.find(path);
    if (found == files.end()) return -ENOENT;
    if (found->second.open_error != 0) return -found->second.open_error;
    const int fd = next_fd_++;
    open_descriptors.insert(fd);
    paths_[fd] = path;
    return fd;
  }

  int Close(int fd) override { return open_descriptors.erase(fd) == 1 ? 0 : -EBADF; }

  ssize_t Read(int fd, void* buffer, size_t size) override {
    if (const auto path = paths_.find(fd); path != paths_.end() && path->second != "/dev/net/tun") {
      const std::string& content = files[path->second].content;
      std::memcpy(buffer, content.data(), std::min(size, content.size()));
      return static_cast<ssize_t>(std::min(size, content.size()));
    }
    ++reads;
    if (to_read.empty()) return -EAGAIN;
    const auto next = to_read.front();
    to_read.pop_front();
    if (const int* error = std::get_if<int>(&next)) return -*error;
    const Bytes& frame = std::get<Bytes>(next);
    const size_t count = std::min(size, frame.size());  // as the driver does, the rest is lost
    std::copy_n(frame.begin(), count, static_cast<uint8_t*>(buffer));
    return static_cast<ssize_t>(count);
  }

  ssize_t Write(int fd, const void* buffer, size_t size) override {
    const auto* bytes = static_cast<const uint8_t*>(buffer);
    if (const auto path = paths_.find(fd); path != paths_.end() && path->second != "/dev/net/tun") {
      if (const int error = files[path->second].write_error) return -error;
      written_files[path->second].append(bytes, bytes + size);
      return static_cast<ssize_t>(size);
    }
    return Take(Bytes(bytes, bytes + size));
  }

  ssize_t Writev(int, std::span<const iovec> parts) override {
    Bytes whole;
    for (const iovec& part : parts) {
      const auto* bytes = static_cast<const uint8_t*>(part.iov_base);
      whole.insert(whole.end(), bytes, bytes + part.iov_len);
    }
    return Take(std::move(whole));
  }

  int Ioctl(int, unsigned long request, void* argument) override {
    ioctls.push_back(request);
    if (const auto error = ioctl_errors.find(request); error != ioctl_errors.end()) return -error->second;
    switch (request) {
      case TUNGETFEATURES: *static_cast<unsigned*>(argument) = tun_features; break;
      case TUNSETIFF: last_request = *static_cast<ifreq*>(argument); break;
      case TUNSETVNETHDRSZ: vnet_header_size = *static_cast<int*>(argument); break;
      case TUNSETOFFLOAD: {
        const auto wanted = reinterpret_cast<uintptr_t>(argument);
        if ((wanted & ~offload_known) != 0) return -EINVAL;
        offload = wanted;
        break;
      }
      case TUNGETIFF: {
        auto* request_out = static_cast<ifreq*>(argument);
        std::strncpy(request_out->ifr_name, attached_name.c_str(), IFNAMSIZ - 1);
        request_out->ifr_flags = static_cast<short>(attached_flags);
        break;
      }
      default: return -ENOTTY;
    }
    return 0;
  }

  int SetNonBlocking(int) override { return Step("non-blocking"); }
  int ModeOf(const char* path) override {
    const auto found = files.find(path);
    return found == files.end() ? -ENOENT : found->second.mode;
  }

  int EpollCreate() override {
    if (epoll_create_error != 0) return -epoll_create_error;
    const int fd = next_fd_++;
    open_descriptors.insert(fd);
    return fd;
  }
  int EpollControl(int, int operation, int fd, epoll_event* event) override {
    controls.emplace_back(operation, fd);
    if (epoll_control_error != 0) return -epoll_control_error;
    if (operation == EPOLL_CTL_DEL) {
      polled.erase(fd);
    } else {
      polled[fd] = *event;
    }
    return 0;
  }
  int EpollWait(int, std::span<epoll_event> events, const timespec* timeout) override {
    ++waits;
    if (on_wait) on_wait(timeout);
    waited_for_ever = timeout == nullptr;
    if (timeout != nullptr) last_timeout = *timeout;
    if (wait_error != 0) return -wait_error;
    if (ready.empty()) return 0;
    const auto now = ready.front();
    ready.pop_front();
    const size_t count = std::min(now.size(), events.size());
    std::copy_n(now.begin(), count, events.begin());
    return static_cast<int>(count);
  }
  // Makes the next wait report `fd` as it is registered now.
  void MakeReady(int fd, uint32_t events = EPOLLIN) {
    epoll_event event = polled.at(fd);
    event.events = events;
    ready.push_back({event});
  }

  pid_t ProcessId() override { return pid; }
  int Processors() override { return processors; }
  uid_t EffectiveUser() override { return user; }
  gid_t EffectiveGroup() override { return group; }
  bool HasCapability(int capability) override { return capabilities.contains(capability); }
  int Unshare(int) override {
    steps.emplace_back("unshare");
    if (unshare_error == 0) user = user_inside;
    return -unshare_error;
  }
  int ClearGroups() override { return Step("clear groups"); }
  int SetGroup(gid_t id) override {
    group = id;
    return Step("group " + std::to_string(id));
  }
  int SetUser(uid_t id) override {
    user = id;
    return Step("user " + std::to_string(id));
  }
  int DropBoundingSet() override { return Step("drop bounding set"); }
  int DropCapabilities() override {
    if (!keeps_capabilities) capabilities.clear();
    return Step("drop capabilities");
  }
  int ProcessControl(int option, unsigned long argument) override {
    return Step("prctl " + std::to_string(option) + " " + std::to_string(argument));
  }

 private:
  int Step(std::string name) {
    const auto error = step_errors.find(name);
    steps.push_back(std::move(name));
    return error == step_errors.end() ? 0 : -error->second;
  }

  ssize_t Take(Bytes bytes) {
    int error = 0;
    if (!write_errors.empty()) {
      error = write_errors.front();
      write_errors.pop_front();
    }
    if (error != 0) return -error;
    written.push_back(std::move(bytes));
    return static_cast<ssize_t>(written.back().size());
  }

  int next_fd_ = 10;
  std::map<int, std::string> paths_;
};

}  // namespace nut::tap
