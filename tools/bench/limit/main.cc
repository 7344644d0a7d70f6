// limit: what a node over a TAP can reach at best: a faked peer without a stack (limit/peer.h). Prints READY
// once it is attached; a line of JSON with its counts and CPU seconds on SIGUSR1 and at the end. It ends by
// SIGTERM, or with --open by itself.

#include <sys/resource.h>

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <memory>
#include <string_view>
#include <utility>

#include "tools/bench/limit/peer.h"

namespace {

using nut::bench::LimitOptions;
using nut::bench::Peer;
using nut::bench::Tap;

volatile std::sig_atomic_t ended = 0;
volatile std::sig_atomic_t asked = 0;
volatile std::sig_atomic_t told = 0;

int Usage() {
  std::fputs(
      "usage: limit --ip ADDRESS [--tap NAME] [--offload none|checksum|all] [--spin MICROSECONDS] [--copy]\n"
      "             [--window OCTETS] [--batch FRAMES] [--open CLIENTS --target ADDRESS [--port PORT] "
      "--seconds S]\n",
      stderr);
  return 64;
}

bool Read(int argc, char** argv, LimitOptions& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--copy") {
      options.copy = true;
      continue;
    }
    if (i + 1 == argc) return false;
    const char* value = argv[++i];
    const std::string_view text = value;
    if (name == "--tap") {
      options.tap = value;
    } else if (name == "--ip" && inet_pton(AF_INET, value, &options.address) == 1) {
    } else if (name == "--target" && inet_pton(AF_INET, value, &options.target) == 1) {
    } else if (name == "--offload" && (text == "none" || text == "checksum" || text == "all")) {
      options.offload = text == "none"  ? Tap::Offload::kNone
                        : text == "all" ? Tap::Offload::kAll
                                        : Tap::Offload::kChecksum;
    } else if (name == "--spin") {
      options.spin = std::chrono::microseconds(std::atoll(value));
    } else if (name == "--window") {
      options.window = static_cast<uint32_t>(std::atoll(value));
    } else if (name == "--batch" && std::atoi(value) > 0) {
      options.batch = static_cast<uint32_t>(std::atoi(value));
    } else if (name == "--open") {
      options.open = std::atoi(value);
    } else if (name == "--port") {
      options.target_port = static_cast<uint16_t>(std::atoi(value));
    } else if (name == "--seconds") {
      options.seconds = std::atof(value);
    } else {
      return false;
    }
  }
  return options.address != 0 && (options.open == 0 || options.target != 0);
}

void Print(const Peer& peer, const Tap& tap, double seconds) {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto& counts = peer.counts();
  std::printf(
      "{\"user\": %ld.%06ld, \"system\": %ld.%06ld, \"frames\": %lu, \"octets_in\": %lu, \"octets_out\": "
      "%lu, "
      "\"accepted\": %lu, \"opened\": %lu, \"failed\": %lu, \"rate\": %.1f, \"out_of_order\": %lu, "
      "\"refused_writes\": %lu}\n",
      usage.ru_utime.tv_sec, usage.ru_utime.tv_usec, usage.ru_stime.tv_sec, usage.ru_stime.tv_usec,
      counts.frames, counts.octets_in, counts.octets_out, counts.accepted, counts.opened, counts.failed,
      seconds > 0 ? counts.opened / seconds : 0.0, counts.out_of_order, tap.refused_writes());
  std::fflush(stdout);
}

double Now() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec + now.tv_nsec * 1e-9;
}

}  // namespace

int main(int argc, char** argv) {
  LimitOptions options;
  if (!Read(argc, argv, options)) return Usage();
  std::signal(SIGTERM, [](int) { ended = 1; });
  std::signal(SIGINT, [](int) { ended = 1; });
  std::signal(SIGUSR1, [](int) { asked = 1; });
  std::signal(SIGUSR2, [](int) { told = 1; });
  Tap tap(options.tap, options.offload, options.spin);
  const auto peer = std::make_unique<Peer>(options, tap);
  std::puts("READY");
  std::fflush(stdout);
  double start = Now();
  bool opening = false;
  const int patience_ms = options.open > 0 ? 100 : -1;
  while (!ended) {
    if (asked) {
      asked = 0;
      Print(*peer, tap, 0);
    }
    // The opener waits to be told: whoever started it gives the interface its address first.
    if (options.open > 0 && told) {
      if (!std::exchange(opening, true)) start = Now();
      if (Now() - start > options.seconds) break;
      peer->Open();
    }
    const bool busy = peer->Turn();
    if (!busy || options.spin.count() > 0) tap.Wait(busy, patience_ms);
  }
  Print(*peer, tap, Now() - start);
  return 0;
}
