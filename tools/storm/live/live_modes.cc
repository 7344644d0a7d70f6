#include "tools/storm/live/live_modes.h"

#include <fmt/format.h>
#include <sys/resource.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <memory>
#include <vector>

#include "tools/storm/kernel/kernel_end.h"
#include "tools/storm/live/live_storm.h"
#include "tools/storm/live/node_end.h"
#include "tools/storm/live/segment.h"

namespace nut::storm {
namespace {

using wire::Ipv4Address;
using wire::Ipv4Prefix;

// The segment: the host's addresses from .1 on, the nodes', and one that nobody has.
constexpr unsigned kPrefixLength = 24;
constexpr unsigned kServerThreads = 4;   // of a node, for each connection that the client has at once
constexpr unsigned kHostAddresses = 24;  // to connect from: a million ends before one comes up again
constexpr Ipv4Address kClientNode(198, 19, 0, 101);
constexpr Ipv4Address kServerNode(198, 19, 0, 102);
constexpr Ipv4Address kSilent(198, 19, 0, 250);
constexpr wire::Port kServerPort(5000);
constexpr wire::Port kRefusingPort(5001);
constexpr wire::Port kSilentPort(5002);

Ipv4Address HostAddress(unsigned number) { return Ipv4Address(198, 19, 0, static_cast<uint8_t>(number)); }

std::vector<Ipv4Address> HostAddresses(LiveMode mode) {
  std::vector<Ipv4Address> addresses;
  const unsigned count = mode == LiveMode::kKernelClient ? kHostAddresses : 1;
  for (unsigned number = 1; number <= count; ++number) addresses.push_back(HostAddress(number));
  return addresses;
}

Targets TargetsAt(Ipv4Address server) {
  return {
      .server = {server, kServerPort}, .refusing = {server, kRefusingPort}, .silent = {kSilent, kSilentPort}};
}

std::string ClientCommand(const LiveOptions& options, Ipv4Address server) {
  const Targets targets = TargetsAt(server);
  return fmt::format(
      "client server={} refusing={} silent={} first={} connections={} threads={} seed={} mix={} least={} "
      "most={}",
      targets.server.ToText(), targets.refusing.ToText(), targets.silent.ToText(), options.first,
      options.connections, options.threads, options.seed, options.mix.ToText(), options.sizes.least,
      options.sizes.most);
}

// More threads than there are connections at once: some wait for clients that are gone.
std::string ServerCommand(const LiveOptions& options) {
  return fmt::format("serve port={} threads={} backlog={}", kServerPort.number(),
                     kServerThreads * options.threads, std::max(1024u, kServerThreads * options.threads));
}

KernelServerOptions KernelServerOptionsOf() { return {.local = {HostAddress(1), kServerPort}}; }

KernelClientOptions KernelClientOptionsOf(const LiveOptions& options) {
  return {.targets = TargetsAt(kServerNode),
          .addresses = HostAddresses(options.mode),
          .first = options.first,
          .connections = options.connections,
          .at_once = options.threads};
}

class Stage {
 public:
  Stage(tap::SystemCalls& system, const LiveOptions& options) : system_(system), options_(options) {}

  tl::expected<StormResult, std::string> Run(Watcher* watcher) {
    auto segment =
        Segment::Make(system_, {.own_namespace = options_.own_namespace, .host_addresses = HostPrefixes()});
    if (!segment) return tl::unexpected(segment.error());
    segment_ = *std::move(segment);
    auto client = ClientEnd();
    if (!client) return tl::unexpected(client.error());
    auto server = ServerEnd();
    if (!server) return tl::unexpected(server.error());
    return LiveStorm(*std::move(client), *std::move(server)).Run(watcher);
  }

 private:
  using End = tl::expected<std::unique_ptr<StormEnd>, std::string>;

  std::vector<Ipv4Prefix> HostPrefixes() const {
    std::vector<Ipv4Prefix> prefixes;
    for (const Ipv4Address address : HostAddresses(options_.mode))
      prefixes.emplace_back(address, kPrefixLength);
    return prefixes;
  }

  End ClientEnd() {
    if (options_.mode == LiveMode::kKernelClient) {
      return std::make_unique<KernelClientEnd>(system_, KernelClientOptionsOf(options_),
                                               Planner(options_.seed, options_.mix, options_.sizes));
    }
    const Ipv4Address server = options_.mode == LiveMode::kNodes ? kServerNode : HostAddress(1);
    return Node("client", kClientNode, NodeEnd::Role::kClient, ClientCommand(options_, server));
  }

  End ServerEnd() {
    if (options_.mode == LiveMode::kKernelServer) {
      return std::make_unique<KernelServerEnd>(system_, KernelServerOptionsOf());
    }
    return Node("server", kServerNode, NodeEnd::Role::kServer, ServerCommand(options_));
  }

  End Node(std::string name, Ipv4Address address, NodeEnd::Role role, std::string command) {
    auto node = NodeProcess::Start(system_, *segment_,
                                   {.path = options_.nutnode,
                                    .name = std::move(name),
                                    .address = Ipv4Prefix(address, kPrefixLength),
                                    .seed = options_.seed});
    if (!node) return tl::unexpected(node.error());
    return std::make_unique<NodeEnd>(*std::move(node), role, std::move(command));
  }

  tap::SystemCalls& system_;
  const LiveOptions& options_;
  std::unique_ptr<Segment> segment_;
};

// The seed goes to the nodes as an option and in a line of words.
bool IsWord(std::string_view seed) {
  constexpr size_t kLongest = 64;
  const auto belongs = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !seed.empty() && seed.size() <= kLongest && std::ranges::all_of(seed, belongs);
}

// The kernel's side needs a descriptor for each connection, also for those that have fallen silent.
void RaiseDescriptorLimit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
}

}  // namespace

std::string FindNutnode() {
  std::error_code error;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  for (const char* place : {"nutnode", "../../apps/nutnode/nutnode"}) {
    const std::filesystem::path candidate = (self.parent_path() / place).lexically_normal();
    if (std::filesystem::is_regular_file(candidate, error)) return candidate;
  }
  return "nutnode";
}

tl::expected<StormResult, std::string> RunLive(tap::SystemCalls& system, const LiveOptions& options,
                                               Watcher* watcher) {
  if (!IsWord(options.seed)) {
    return tl::unexpected(fmt::format(
        "\"{}\" is no seed for nodes of their own: 1 to 64 letters, digits, - _ or .", options.seed));
  }
  RaiseDescriptorLimit();
  return Stage(system, options).Run(watcher);
}

}  // namespace nut::storm
