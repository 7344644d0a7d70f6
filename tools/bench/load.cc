// load: the client side of tools/bench, on the kernel's stack. Usage: load ADDRESS MEASURE [NUMBER…]; prints
// one line of JSON. Measures: bulk-in SECONDS · bulk-out SECONDS · connections CLIENTS SECONDS · tcp-rtt
// COUNT · icmp-rtt COUNT · udp-echo OUTSTANDING SECONDS · idle COUNT (opens them, prints, holds them until
// its input ends).

#include <arpa/inet.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <string>

#include "tools/bench/measure.h"

namespace {

int Usage() {
  std::fprintf(
      stderr,
      "usage: load ADDRESS bulk-in|bulk-out SECONDS | connections CLIENTS SECONDS | tcp-rtt|icmp-rtt COUNT |"
      " udp-echo OUTSTANDING SECONDS | idle COUNT\n");
  return 64;
}

void PrintLatency(const nut::bench::Latency& latency) {
  std::printf("{\"median_us\": %.3f, \"p99_us\": %.3f}\n", latency.median_us, latency.p99_us);
}

}  // namespace

int main(int argc, char** argv) {
  nut::bench::Target target;
  if (argc < 4 || inet_aton(argv[1], &target.address) == 0) return Usage();
  const std::string measure = argv[2];
  const double first = std::atof(argv[3]);
  const double second = argc > 4 ? std::atof(argv[4]) : 0;
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);

  if (measure == "bulk-in") {
    std::printf("{\"rate\": %.0f}\n", nut::bench::BulkIntoServer(target, first));
  } else if (measure == "bulk-out") {
    std::printf("{\"rate\": %.0f}\n", nut::bench::BulkOutOfServer(target, first));
  } else if (measure == "connections") {
    std::printf("{\"rate\": %.1f}\n", nut::bench::ConnectionRate(target, static_cast<int>(first), second));
  } else if (measure == "tcp-rtt") {
    PrintLatency(nut::bench::TcpRoundTrip(target, static_cast<int>(first)));
  } else if (measure == "icmp-rtt") {
    PrintLatency(nut::bench::IcmpRoundTrip(target, static_cast<int>(first)));
  } else if (measure == "udp-echo") {
    std::printf("{\"rate\": %.1f}\n", nut::bench::UdpEchoRate(target, static_cast<int>(first), second));
  } else if (measure == "idle") {
    const auto sockets = nut::bench::OpenIdle(target, static_cast<int>(first));
    std::printf("{\"open\": %zu}\n", sockets.size());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
  } else {
    return Usage();
  }
  return 0;
}
