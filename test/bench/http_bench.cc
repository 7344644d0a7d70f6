// What a request, an echo and a connection cost the services, between two whole nodes under virtual time on
// one core. A plain program of fixed counts, for callgrind; the difference of two counts leaves the start
// out:
//   http_bench get /icon.svg 64 10000     keep-alive requests over 64 connections, on two nodes
//   http_bench visit /icon.svg 64 1000    the same, a connection each
//   http_bench echo - 64 10000            one byte there and back
//   http_bench idle - 10000 10            so many idle echo connections, then so many new ones
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "stack/socket/tcp_stream.h"
#include "test/simulation/two_nodes.h"

namespace nut::simulation {
namespace {

constexpr wire::Port kEcho(7);
constexpr wire::Port kHttp(80);

struct Plan {
  std::string_view what;
  std::string path;
  unsigned connections = 0;
  unsigned long rounds = 0;  // of all connections together
};

class Bench {
 public:
  explicit Bench(Plan plan) : plan_(std::move(plan)) {
    request_ = plan_.what == "echo" || plan_.what == "idle"
                   ? std::string("x")
                   : "GET " + plan_.path + " HTTP/1.1\r\nHost: 198.19.0.11\r\n" +
                         (plan_.what == "visit" ? "Connection: close\r\n" : "") + "\r\n";
  }

  int Run() {
    if (!nodes_.b().node().StartService(is_http() ? "httpd" : "echo"))
      return Fails("the service does not start");
    if (plan_.what == "idle") return RunIdle();
    for (unsigned i = 0; i < plan_.connections; ++i) {
      nodes_.Spawn("client", [this] { plan_.what == "visit" ? Visit() : KeepAlive(); });
    }
    while (done_ < plan_.rounds && !failed_) nodes_.RunFor(1ms);
    return failed_ ? Fails("a client failed") : Report();
  }

 private:
  bool is_http() const { return request_.size() > 1; }

  int Fails(const char* why) {
    std::fprintf(stderr, "%s\n", why);
    return 1;
  }

  int Report() {
    std::printf("%lu rounds of %zu bytes, %.2f us of CPU each, %ld MiB at most\n", done_, answer_size_,
                (CpuSeconds() - start_) / static_cast<double>(done_) * 1e6, MaximumMemory() / 1024);
    return 0;
  }

  static double CpuSeconds() {
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + static_cast<double>(usage.ru_utime.tv_usec) / 1e6;
  }

  static long MaximumMemory() {  // KiB
    rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
  }

  // Connections that stay, and then others that come, say one thing and go. One address of a client reaches a
  // port with as many connections as there are ephemeral ports: so the service is at several.
  int RunIdle() {
    for (unsigned i = 0; i < plan_.connections; i += kPerPort) {
      if (!nodes_.b().node().StartService("echo", PortOf(i))) return Fails("the service does not start");
    }
    const long before = MaximumMemory();
    std::vector<socket::TcpStream> idle;
    nodes_.Spawn("client", [&] {
      for (unsigned i = 0; i < plan_.connections && !failed_; ++i) {
        auto stream = Connect(PortOf(i));
        if (!stream || !Ask(*stream)) failed_ = true;
        if (stream) idle.push_back(std::move(*stream));
      }
      std::printf("%u idle connections, %.0f bytes each on both nodes together; ", plan_.connections,
                  static_cast<double>(MaximumMemory() - before) * 1024 / std::max(plan_.connections, 1u));
      start_ = CpuSeconds();
      for (; done_ < plan_.rounds && !failed_; ++done_) {
        auto stream = Connect(port());
        failed_ = !stream || !Ask(*stream);
      }
      done_ = plan_.rounds;
    });
    while (done_ < plan_.rounds) nodes_.RunFor(1ms);
    return failed_ ? Fails("a client failed") : Report();
  }

  static wire::Port PortOf(unsigned number) {
    return wire::Port(static_cast<uint16_t>(7000 + number / kPerPort));
  }
  wire::Port port() const { return is_http() ? kHttp : kEcho; }

  Result<socket::TcpStream> Connect(wire::Port to) {
    return socket::TcpStream::Connect(nodes_.a().tcp(), {kAddressB, to});
  }

  // One request and its answer, whose size is learnt from the first.
  bool Ask(socket::TcpStream& stream) {
    if (!stream.SendAll(AsBytes(request_))) return false;
    static uint8_t scrap[65536];
    size_t got = 0;
    do {
      const auto count = stream.Receive(scrap);
      if (!count || *count == 0) return false;
      if (answer_size_ == 0) answer_size_ = SizeOf(AsText(ByteView(scrap, *count)));
      got += *count;
    } while (got < answer_size_);
    return got == answer_size_;
  }

  size_t SizeOf(std::string_view first) const {
    constexpr std::string_view kLength = "Content-Length: ";
    if (!is_http()) return request_.size();
    const size_t length = first.find(kLength);
    const size_t end = first.find("\r\n\r\n");
    if (length == std::string_view::npos || end == std::string_view::npos) std::abort();
    return end + 4 + std::strtoul(first.data() + length + kLength.size(), nullptr, 10);
  }

  void KeepAlive() {
    auto stream = Connect(port());
    if (!stream) failed_ = true;
    while (!failed_ && done_ < plan_.rounds) {
      failed_ = !Ask(*stream);
      ++done_;
    }
  }

  void Visit() {
    while (!failed_ && done_ < plan_.rounds) {
      auto stream = Connect(port());
      failed_ = !stream || !Ask(*stream);
      ++done_;
    }
  }

  static TwoNodesOptions Options() {
    tcp::Parameters parameters;
    parameters.time_wait = 1ms;
    return {.tcp = parameters, .cable = {.latency = 10us}};
  }

  static constexpr unsigned kPerPort = 20000;

  const Plan plan_;
  double start_ = CpuSeconds();
  std::string request_;
  size_t answer_size_ = 0;
  unsigned long done_ = 0;
  bool failed_ = false;
  TwoNodes nodes_{Options()};
};

}  // namespace
}  // namespace nut::simulation

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fputs("usage: http_bench get|visit|echo|idle PATH CONNECTIONS ROUNDS\n", stderr);
    return 64;
  }
  nut::simulation::Bench bench({.what = argv[1],
                                .path = argv[2],
                                .connections = static_cast<unsigned>(std::strtoul(argv[3], nullptr, 10)),
                                .rounds = std::strtoul(argv[4], nullptr, 10)});
  return bench.Run();
}
