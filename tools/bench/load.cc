// load: the client side of tools/bench, on the kernel's stack. Usage: load ADDRESS MEASURE [NUMBER…]; prints
// one line of JSON, with the segments that the kernel had to send again. Measures: bulk-in SECONDS [SIZE] ·
// bulk-out SECONDS · connections CLIENTS SECONDS · tcp-rtt COUNT · tcp-rtt-spinning COUNT · icmp-rtt COUNT ·
// udp-echo OUTSTANDING SECONDS · idle COUNT [SOURCE] (opens them, prints, holds them until its input ends).

#include <arpa/inet.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>

#include "tools/bench/measure.h"

namespace {

using nut::bench::Latency;
using nut::bench::Waiting;

constexpr size_t kBlock = 1 << 18;

int Usage() {
  std::fprintf(stderr,
               "usage: load ADDRESS bulk-in SECONDS [SIZE] | bulk-out SECONDS | connections CLIENTS SECONDS |"
               " tcp-rtt COUNT | tcp-rtt-spinning COUNT | icmp-rtt COUNT | udp-echo OUTSTANDING SECONDS | "
               "idle COUNT [SOURCE]\n");
  return 64;
}

// Of the whole network namespace: RetransSegs of /proc/net/snmp.
uint64_t Retransmissions() {
  std::ifstream file("/proc/net/snmp");
  std::string names;
  std::string values;
  while (std::getline(file, names) && std::getline(file, values)) {
    if (names.rfind("Tcp:", 0) != 0) continue;
    std::istringstream name_words(names);
    std::istringstream value_words(values);
    std::string name;
    std::string value;
    while (name_words >> name && value_words >> value) {
      if (name == "RetransSegs") return std::stoull(value);
    }
  }
  return 0;
}

void AllowManyDescriptors() {
  rlimit files{1 << 20, 1 << 20};
  if (setrlimit(RLIMIT_NOFILE, &files) == 0) return;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
}

std::string Text(const Latency& latency) {
  char text[100];
  std::snprintf(text, sizeof text, "\"median_us\": %.3f, \"p99_us\": %.3f", latency.median_us,
                latency.p99_us);
  return text;
}

// The measure's result as members of a JSON object; empty: there is no such measure.
std::string Measure(const nut::bench::Target& target, const std::string& measure, double first,
                    const char* second) {
  char text[300];
  const double number = second != nullptr ? std::atof(second) : 0;
  if (measure == "bulk-in" || measure == "bulk-out") {
    const auto bulk = measure == "bulk-in"
                          ? BulkIntoServer(target, first, number > 0 ? static_cast<size_t>(number) : kBlock)
                          : BulkOutOfServer(target, first);
    std::snprintf(text, sizeof text, "\"rate\": %.0f, \"octets\": %.0f", bulk.rate, bulk.octets);
    return text;
  }
  if (measure == "connections") {
    const auto result = ShortConnections(target, static_cast<int>(first), number);
    std::snprintf(text, sizeof text, "\"rate\": %.1f, \"done\": %lu, \"failed\": %lu, \"stalled\": %lu, %s",
                  result.rate, result.done, result.failed, result.stalled, Text(result.latency).c_str());
    return text;
  }
  if (measure == "udp-echo") {
    const auto result = UdpEchoes(target, static_cast<int>(first), number);
    std::snprintf(text, sizeof text, "\"rate\": %.1f, \"lost\": %lu", result.rate, result.lost);
    return text;
  }
  if (measure == "tcp-rtt" || measure == "tcp-rtt-spinning") {
    const auto waiting = measure == "tcp-rtt" ? Waiting::kSleeps : Waiting::kSpins;
    return Text(TcpRoundTrip(target, static_cast<int>(first), waiting));
  }
  if (measure == "icmp-rtt") return Text(IcmpRoundTrip(target, static_cast<int>(first)));
  if (measure == "idle") {
    in_addr source{};
    if (second != nullptr) inet_aton(second, &source);
    const auto sockets = OpenIdle(target, static_cast<int>(first), source);
    std::printf("{\"open\": %zu}\n", sockets.size());
    std::fflush(stdout);
    while (std::getchar() != EOF) {
    }
    return "\"open\": 0";
  }
  return "";
}

}  // namespace

int main(int argc, char** argv) {
  nut::bench::Target target;
  if (argc < 4 || inet_aton(argv[1], &target.address) == 0) return Usage();
  AllowManyDescriptors();
  const uint64_t before = Retransmissions();
  const std::string result = Measure(target, argv[2], std::atof(argv[3]), argc > 4 ? argv[4] : nullptr);
  if (result.empty()) return Usage();
  std::printf("{%s, \"retransmissions\": %lu}\n", result.c_str(), Retransmissions() - before);
  return 0;
}
