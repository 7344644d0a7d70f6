#include <linux/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <vector>

#include "tools/bench/measure.h"

namespace nut::bench {
namespace {

using Watch = std::chrono::steady_clock;

constexpr size_t kLookedAt = 16;  // octets of each block: more would measure the looking

double SecondsSince(Watch::time_point start) {
  return std::chrono::duration<double>(Watch::now() - start).count();
}

// Runs `step` for a warm-up of a tenth and then `seconds`; `total` gives the octets moved so far.
template <typename Step, typename Total>
BulkRate Rate(double seconds, Step step, Total total) {
  auto start = Watch::now();
  double warm = -1;
  for (;;) {
    step();
    const double elapsed = SecondsSince(start);
    if (warm < 0 && elapsed > seconds / 10) {
      warm = total();
      start = Watch::now();
    } else if (warm >= 0 && elapsed > seconds) {
      const double octets = total();
      return {(octets - warm) / SecondsSince(start), octets};
    }
  }
}

double AcknowledgedOctets(int fd) {
  tcp_info info{};
  socklen_t size = sizeof info;
  if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0) Die("load: TCP_INFO");
  return static_cast<double>(info.tcpi_bytes_acked);
}

// RFC 864 as everybody here sends it: lines of 72 of 95 characters, each line one further.
char ChargenOctet(uint64_t place) {
  const uint64_t line = place / 74 % 95;
  const uint64_t column = place % 74;
  return column == 72 ? '\r' : column == 73 ? '\n' : static_cast<char>(' ' + (line + column) % 95);
}

}  // namespace

BulkRate BulkIntoServer(const Target& target, double seconds, size_t size) {
  const int fd = ConnectOrDie(target, target.discard_port);
  const std::vector<char> block(size, 'x');
  const BulkRate rate = Rate(
      seconds,
      [&] {
        if (send(fd, block.data(), block.size(), MSG_NOSIGNAL) <= 0) Die("load: bulk into the server");
      },
      [&] { return AcknowledgedOctets(fd); });
  close(fd);
  return rate;
}

BulkRate BulkOutOfServer(const Target& target, double seconds) {
  const int fd = ConnectOrDie(target, target.chargen_port);
  std::vector<char> block(1 << 18);
  uint64_t place = 0;
  const BulkRate rate = Rate(
      seconds,
      [&] {
        const ssize_t size = recv(fd, block.data(), block.size(), 0);
        if (size <= 0) Die("load: bulk out of the server");
        for (size_t i = 0; i < kLookedAt && i < static_cast<size_t>(size); ++i) {
          const size_t from_end = size - 1 - i;
          if (block[i] == ChargenOctet(place + i) && block[from_end] == ChargenOctet(place + from_end))
            continue;
          std::fprintf(stderr, "load: chargen: wrong content near octet %lu\n", place + i);
          std::exit(1);
        }
        place += size;
      },
      [&] { return static_cast<double>(place); });
  close(fd);
  return rate;
}

}  // namespace nut::bench
