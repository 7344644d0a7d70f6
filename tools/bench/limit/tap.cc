#include "tools/bench/limit/tap.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace nut::bench {
namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::exit(71);
}

unsigned long FlagsOf(Tap::Offload offload) {
  switch (offload) {
    case Tap::Offload::kNone: return 0;
    case Tap::Offload::kChecksum: return TUN_F_CSUM;
    case Tap::Offload::kAll: return TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN;
  }
  std::abort();
}

MacAddress AddressOf(const ifreq& named) {
  ifreq request = named;
  const int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (any < 0 || ioctl(any, SIOCGIFHWADDR, &request) != 0) Die("limit: the interface's address");
  close(any);
  MacAddress address;
  std::memcpy(address.data(), request.ifr_hwaddr.sa_data, address.size());
  return address;
}

}  // namespace

Tap::Tap(const std::string& name, Offload offload, std::chrono::microseconds spin)
    : fd_(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      spin_(spin) {
  if (fd_ < 0 || epoll_ < 0) Die("limit: /dev/net/tun");
  ifreq request{};
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  std::strncpy(request.ifr_name, name.c_str(), sizeof request.ifr_name - 1);
  if (ioctl(fd_, TUNSETIFF, &request) != 0) Die("limit: TUNSETIFF");
  // Always, for none too: a persistent interface keeps what its last user said.
  if (ioctl(fd_, TUNSETOFFLOAD, FlagsOf(offload)) != 0) Die("limit: TUNSETOFFLOAD");
  kernel_address_ = AddressOf(request);
  epoll_event event{};
  event.events = EPOLLIN;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, fd_, &event) != 0) Die("limit: epoll");
}

Tap::~Tap() {
  close(epoll_);
  close(fd_);
}

size_t Tap::Read(void* to, size_t room) {
  const ssize_t size = read(fd_, to, room);
  return size > 0 ? static_cast<size_t>(size) : 0;
}

void Tap::Write(const iovec* parts, int count) {
  if (writev(fd_, parts, count) < 0) ++refused_writes_;
}

void Tap::Write(const void* frame, size_t size) {
  if (write(fd_, frame, size) < 0) ++refused_writes_;
}

void Tap::Wait(bool was_busy, int patience_ms) {
  if (spin_.count() > 0) {
    const auto now = Watch::now();
    if (was_busy) last_busy_ = now;
    if (now - last_busy_ < spin_) return;
  }
  epoll_event event;
  epoll_wait(epoll_, &event, 1, patience_ms);
}

}  // namespace nut::bench
