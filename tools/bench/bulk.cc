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

double SecondsSince(Watch::time_point start) {
  return std::chrono::duration<double>(Watch::now() - start).count();
}

// Runs `step` (which gives octets moved, 0 or less: failed) for a warm-up of a tenth and then `seconds`.
template <typename Step>
double Rate(double seconds, Step step) {
  auto start = Watch::now();
  bool warm = false;
  uint64_t total = 0;
  for (;;) {
    const ssize_t moved = step();
    if (moved <= 0) {
      std::perror("load: bulk");
      std::exit(1);
    }
    total += moved;
    const double elapsed = SecondsSince(start);
    if (!warm && elapsed > seconds / 10) {
      warm = true;
      total = 0;
      start = Watch::now();
    } else if (warm && elapsed > seconds) {
      return total / elapsed;
    }
  }
}

}  // namespace

double BulkIntoServer(const Target& target, double seconds) {
  const int fd = ConnectOrDie(target, target.discard_port);
  const std::vector<char> block(1 << 18, 'x');
  const double rate = Rate(seconds, [&] { return send(fd, block.data(), block.size(), MSG_NOSIGNAL); });
  close(fd);
  return rate;
}

double BulkOutOfServer(const Target& target, double seconds) {
  const int fd = ConnectOrDie(target, target.chargen_port);
  std::vector<char> block(1 << 18);
  const double rate = Rate(seconds, [&] { return recv(fd, block.data(), block.size(), 0); });
  close(fd);
  return rate;
}

}  // namespace nut::bench
