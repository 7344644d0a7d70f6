#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tools/bench/measure.h"

namespace nut::bench {

int ConnectOrDie(const Target& target, uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = target.address;
  address.sin_port = htons(port);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    std::fprintf(stderr, "load: connecting to %s:%d: %s\n", inet_ntoa(target.address), port,
                 std::strerror(errno));
    std::exit(1);
  }
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  const timeval patience{20, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  return fd;
}

std::vector<int> OpenIdle(const Target& target, int count) {
  std::vector<int> sockets;
  sockets.reserve(count);
  for (int i = 0; i < count; ++i) sockets.push_back(ConnectOrDie(target, target.echo_port));
  return sockets;
}

}  // namespace nut::bench
