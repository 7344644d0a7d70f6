// node_opener: the node as active opener: as many threads as told, each connects to an echo service, sends
// one octet, waits for it and closes, again and again. The stack is nutnode's, the command line and the line
// of JSON at the end the limit program's. Prints READY once it is attached and begins on SIGUSR2: who started
// it gives the interface its address first.
#include <fmt/format.h>

#include <atomic>
#include <boost/program_options.hpp>
#include <csignal>
#include <cstdio>
#include <iostream>

#include "stack/node/node.h"
#include "stack/socket/tcp_stream.h"
#include "tap/host_system_calls.h"
#include "tap/netlink_interfaces.h"
#include "tap/poller.h"
#include "tap/tap_device.h"
#include "tap/tap_opener.h"

namespace nut::bench {
namespace {

using namespace std::chrono_literals;

struct Options {
  std::string tap = "nut-opener";
  std::string address, target;
  std::string offload = "all";
  unsigned spin_us = 50;
  unsigned clients = 32;
  double seconds = 2;
};

std::atomic<bool> told = false;
std::atomic<bool> ended = false;

bool Read(int argc, char** argv, Options& options) {
  namespace po = boost::program_options;
  po::options_description known("node_opener");
  known.add_options()("tap", po::value(&options.tap), "interface")              //
      ("ip", po::value(&options.address)->required(), "own address, in a /24")  //
      ("target", po::value(&options.target)->required(), "whose echo service")  //
      ("offload", po::value(&options.offload), "none, checksum or all")         //
      ("spin", po::value(&options.spin_us), "µs")                               //
      ("open", po::value(&options.clients), "threads")                          //
      ("seconds", po::value(&options.seconds), "how long");
  try {
    po::variables_map values;
    po::store(po::parse_command_line(argc, argv, known), values);
    po::notify(values);
  } catch (const po::error& error) {
    std::cerr << "node_opener: " << error.what() << "\n" << known;
    return false;
  }
  return wire::Ipv4Address::FromText(options.address) && wire::Ipv4Address::FromText(options.target);
}

tap::Offload OffloadOf(const std::string& word) {
  if (word == "none") return tap::Offload::kNone;
  return word == "checksum" ? tap::Offload::kChecksum : tap::Offload::kAll;
}

// The process: a node on a TAP, and its clients.
class Opener {
 public:
  Opener(const Options& options, tap::SystemCalls& system, tap::OpenedTap tap)
      : options_(options),
        poller_(tap::Poller::Create(system).value()),
        executor_(clock_, {}, nullptr, poller_.get()),
        tap_({.interface_name = tap.interface_name,
              .has_vnet_header = tap.has_vnet_header,
              .offload = tap.offload},
             std::move(tap.fd), system, *poller_, frames_, clock_, statistics_),
        node_({.executor = executor_,
               .device = tap_,
               .frames = frames_,
               .statistics = statistics_,
               .log = log_},
              NodeOptionsOf(options)) {
    poller_->SpinWhileBusy(clock_, std::chrono::microseconds(options.spin_us));
  }

  bool Run() {
    if (!executor_.Create("conductor", [this] { Conduct(); })) return false;
    executor_.Run();
    return started_;
  }

 private:
  static node::NodeOptions NodeOptionsOf(const Options& options) {
    node::NodeOptions made;
    made.address = {*wire::Ipv4Address::FromText(options.address), 24};
    made.seed = Rng::HostSeed();
    // The kernel at the other end forgets at once, too: neither waits for ports.
    made.tcp.time_wait = 100ms;
    return made;
  }

  void Conduct() {
    // It serves echo, too: who started it asks there whether it can be reached.
    started_ =
        tap_.Start().has_value() && node_.Start().has_value() && node_.StartService("echo").has_value();
    if (!started_) return executor_.Stop();
    std::puts("READY");
    std::fflush(stdout);
    while (!told && !ended) executor_.Sleep(1ms);
    const Instant start = executor_.Now();
    for (unsigned i = 0; i < options_.clients; ++i) {
      if (executor_.Create("client", [this] { Open(); })) ++running_;
    }
    const Instant end =
        start + std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options_.seconds));
    while (!ended && executor_.Now() < end) executor_.Sleep(1ms);
    over_ = true;
    const double seconds = std::chrono::duration<double>(executor_.Now() - start).count();
    const double rate = static_cast<double>(opened_) / seconds;
    while (running_ > 0) executor_.Sleep(1ms);
    fmt::print("{{\"opened\": {}, \"failed\": {}, \"rate\": {:.1f}}}\n", opened_, failed_, rate);
    std::fflush(stdout);
    node_.Shutdown(100ms);
    executor_.Stop();
  }

  void Open() {
    const wire::Endpoint echo{*wire::Ipv4Address::FromText(options_.target), wire::Port(7)};
    while (!over_) {
      uint8_t octet = 'x';
      auto stream =
          socket::TcpStream::Connect(node_.tcp(), echo, {.timeout = 10s, .local = {}, .parameters = {}});
      const bool answered =
          stream && stream->SendAll({&octet, 1}) && stream->Receive({&octet, 1}, 10s) == size_t{1};
      ++(answered ? opened_ : failed_);
    }
    --running_;
  }

  const Options& options_;
  MonotonicClock clock_;
  Statistics statistics_;
  NullLog log_;
  link::FramePool frames_;
  const std::unique_ptr<tap::Poller> poller_;
  os::Executor executor_;
  tap::TapDevice tap_;
  node::Node node_;
  bool started_ = false;
  bool over_ = false;
  unsigned running_ = 0;
  uint64_t opened_ = 0;
  uint64_t failed_ = 0;
};

int Main(int argc, char** argv) {
  Options options;
  if (!Read(argc, argv, options)) return 64;
  std::signal(SIGUSR2, [](int) { told = true; });
  std::signal(SIGTERM, [](int) { ended = true; });
  tap::HostSystemCalls system;
  tap::NetlinkInterfaces interfaces(system);
  auto tap = tap::TapOpener(system, interfaces)
                 .Open({.interface_name = options.tap,
                        .fd = {},
                        .user_namespace = tap::NamespaceUse::kNever,
                        .offload = OffloadOf(options.offload)});
  if (!tap) {
    std::cerr << "node_opener: " << tap.error().message << "\n";
    return 71;
  }
  return Opener(options, system, *std::move(tap)).Run() ? 0 : 71;
}

}  // namespace
}  // namespace nut::bench

int main(int argc, char** argv) { return nut::bench::Main(argc, argv); }
