#include <arpa/inet.h>
#include <netinet/ip_icmp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "tools/bench/measure.h"

namespace nut::bench {
namespace {

using Watch = std::chrono::steady_clock;

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

}  // namespace

Latency Summary(std::vector<double>& microseconds) {
  std::sort(microseconds.begin(), microseconds.end());
  return {microseconds[microseconds.size() / 2], microseconds[microseconds.size() * 99 / 100]};
}

Latency TcpRoundTrip(const Target& target, int count, Waiting waiting) {
  const int fd = ConnectOrDie(target, target.echo_port);
  const int flags = waiting == Waiting::kSpins ? MSG_DONTWAIT : 0;
  char octet = 'a';
  const Latency latency = Time(count, [&] {
    octet = octet == 'z' ? 'a' : octet + 1;
    char answer = 0;
    if (send(fd, &octet, 1, MSG_NOSIGNAL) != 1) Die("load: tcp round trip");
    ssize_t size = 0;
    do {
      size = recv(fd, &answer, 1, flags);
    } while (size < 0 && errno == EAGAIN);
    if (size != 1) Die("load: tcp round trip");
    if (answer == octet) return;
    std::fputs("load: tcp round trip: wrong content\n", stderr);
    std::exit(1);
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

}  // namespace nut::bench
