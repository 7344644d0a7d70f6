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

void Die(const char* what) {
  std::perror(what);
  std::exit(1);
}

sockaddr_in AddressOf(const Target& target, uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr = target.address;
  address.sin_port = htons(port);
  return address;
}

int ConnectOrDie(const Target& target, uint16_t port, in_addr source) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) Die("load: socket");
  const int one = 1;
  if (source.s_addr != 0) {
    sockaddr_in from{};
    from.sin_family = AF_INET;
    from.sin_addr = source;
    setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    if (bind(fd, reinterpret_cast<const sockaddr*>(&from), sizeof from) != 0) Die("load: bind");
  }
  const sockaddr_in address = AddressOf(target, port);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    std::fprintf(stderr, "load: connecting to %s:%d: %s\n", inet_ntoa(target.address), port,
                 std::strerror(errno));
    std::exit(1);
  }
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  const timeval patience{20, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  return fd;
}

std::vector<int> OpenIdle(const Target& target, int count, in_addr source) {
  std::vector<int> sockets;
  sockets.reserve(count);
  for (int i = 0; i < count; ++i) sockets.push_back(ConnectOrDie(target, target.echo_port, source));
  return sockets;
}

}  // namespace nut::bench
