#include <arpa/inet.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tools/bench/measure.h"

namespace nut::bench {
namespace {

using Watch = std::chrono::steady_clock;

Latency Summary(std::vector<double>& microseconds) {
  std::sort(microseconds.begin(), microseconds.end());
  return {microseconds[microseconds.size() / 2], microseconds[microseconds.size() * 99 / 100]};
}

// Times `turn` `count` times after a warm-up.
template <typename Turn>
Latency Time(int count, Turn turn) {
  for (int i = 0; i < count / 10 + 1; ++i) turn();
  std::vector<double> microseconds;
  microseconds.reserve(count);
  for (int i = 0; i < count; ++i) {
    const auto start = Watch::now();
    turn();
    microseconds.push_back(std::chrono::duration<double, std::micro>(Watch::now() - start).count());
  }
  return Summary(microseconds);
}

[[noreturn]] void Die(const char* what) {
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

}  // namespace

Latency TcpRoundTrip(const Target& target, int count) {
  const int fd = ConnectOrDie(target, target.echo_port);
  const Latency latency = Time(count, [fd] {
    char octet = 'x';
    if (send(fd, &octet, 1, MSG_NOSIGNAL) != 1 || recv(fd, &octet, 1, 0) != 1) Die("load: tcp round trip");
  });
  close(fd);
  return latency;
}

Latency IcmpRoundTrip(const Target& target, int count) {
  const int fd = socket(AF_INET, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_ICMP);
  if (fd < 0) Die("load: raw socket");
  const sockaddr_in address = AddressOf(target, 0);
  if (connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) Die("load: connect");
  const timeval patience{2, 0};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  uint16_t sequence = 0;
  const Latency latency = Time(count, [&] {
    uint8_t packet[64] = {ICMP_ECHO};
    const uint16_t id = htons(4711);
    const uint16_t number = htons(++sequence);
    std::memcpy(packet + 4, &id, 2);
    std::memcpy(packet + 6, &number, 2);
    uint32_t sum = 0;
    for (int i = 0; i < 64; i += 2) sum += packet[i] << 8 | packet[i + 1];
    sum = (sum & 0xffff) + (sum >> 16);
    const uint16_t check = htons(static_cast<uint16_t>(~(sum + (sum >> 16))));
    std::memcpy(packet + 2, &check, 2);
    if (send(fd, packet, sizeof packet, 0) != sizeof packet) Die("load: icmp send");
    for (;;) {
      uint8_t answer[256];
      const ssize_t size = recv(fd, answer, sizeof answer, 0);
      if (size < 0) Die("load: icmp echo");
      const size_t header = (answer[0] & 15) * 4;
      if (size >= static_cast<ssize_t>(header + 8) && answer[header] == ICMP_ECHOREPLY &&
          std::memcmp(answer + header + 6, &number, 2) == 0) {
        return;
      }
    }
  });
  close(fd);
  return latency;
}

double UdpEchoRate(const Target& target, int outstanding, double seconds) {
  const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const sockaddr_in address = AddressOf(target, target.echo_port);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    Die("load: udp");
  const timeval patience{0, 100000};
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  char datagram[16] = "0123456789abcde";
  const auto start = Watch::now();
  uint64_t done = 0;
  int under_way = 0;
  int silent = 0;
  for (;;) {
    for (; under_way < outstanding; ++under_way) (void)!send(fd, datagram, sizeof datagram, 0);
    char back[32];
    if (recv(fd, back, sizeof back, 0) > 0) {
      ++done;
      --under_way;
      silent = 0;
    } else {
      under_way = 0;  // lost: begin a new round
      if (++silent > 20) Die("load: udp echo is silent");
    }
    if ((done & 63) == 0 || silent > 0) {
      const double elapsed = std::chrono::duration<double>(Watch::now() - start).count();
      if (elapsed > seconds) {
        close(fd);
        return done / elapsed;
      }
    }
  }
}

}  // namespace nut::bench
