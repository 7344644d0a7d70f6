#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tools/bench/measure.h"

namespace nut::bench {
namespace {

[[noreturn]] void Die(const char* what) {
  std::fprintf(stderr, "load: %s: %s\n", what, std::strerror(errno));
  std::exit(1);
}

// Starts one connection without waiting for it. RST at the end keeps this side free of TIME-WAIT: ports would
// run out.
void Launch(int epoll, const sockaddr_in& address) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) Die("socket");
  const linger at_once{1, 0};
  setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 && errno != EINPROGRESS) {
    Die("connect");
  }
  epoll_event event{};
  event.events = EPOLLOUT;
  event.data.fd = fd;
  epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event);
}

}  // namespace

double ConnectionRate(const Target& target, int clients, double seconds) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = target.address;
  address.sin_port = htons(target.echo_port);
  const int epoll = epoll_create1(EPOLL_CLOEXEC);
  for (int i = 0; i < clients; ++i) Launch(epoll, address);
  const auto start = std::chrono::steady_clock::now();
  uint64_t done = 0;
  epoll_event events[256];
  for (;;) {
    const int count = epoll_wait(epoll, events, 256, 20000);
    if (count <= 0) Die("no connection made progress for 20 s");
    for (int i = 0; i < count; ++i) {
      const int fd = events[i].data.fd;
      char octet = 'x';
      if (events[i].events & EPOLLERR) {
        socklen_t size = sizeof errno;
        getsockopt(fd, SOL_SOCKET, SO_ERROR, &errno, &size);
        Die("a connection failed");
      }
      if (events[i].events & EPOLLOUT) {
        if (send(fd, &octet, 1, MSG_NOSIGNAL) != 1) Die("send");
        events[i].events = EPOLLIN;
        epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &events[i]);
      } else {
        if (recv(fd, &octet, 1, 0) != 1) Die("recv");
        close(fd);
        ++done;
        Launch(epoll, address);
      }
    }
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (elapsed > seconds) {
      close(epoll);
      return done / elapsed;
    }
  }
}

}  // namespace nut::bench
