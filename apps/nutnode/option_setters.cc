#include "apps/nutnode/option_setters.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "apps/nutnode/units.h"
#include "stack/net/packet_filter.h"
#include "stack/pro/server/nearest_name.h"

namespace nut::apps {
namespace {

using wire::Ipv4Address;
using wire::Ipv4Prefix;

template <typename... Args>
tl::unexpected<std::string> Wrong(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected(fmt::format(format, std::forward<Args>(args)...));
}

// Stores a parsed value, or passes its error on.
template <typename T, typename Target>
Applied Store(const Parsed<T>& parsed, Target& target) {
  if (!parsed) return tl::unexpected(parsed.error());
  target = static_cast<Target>(*parsed);
  return {};
}

bool IsWordOf(std::string_view text, std::string_view more) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           more.find(c) != more.npos;
  });
}

// Why no host of this network can have the address; empty when one can.
std::string_view WhyNoHost(Ipv4Address address, const Ipv4Prefix& network) {
  if (address.is_unspecified() || address.is_this_network())
    return "is in 0.0.0.0/8, which means \"this network\"";
  if (address.is_loopback()) return "is a loopback address";
  if (address.is_multicast()) return "is a multicast address";
  if (address.is_broadcast() || address.is_reserved()) return "is in the reserved block 240.0.0.0/4";
  if (!network.Contains(address)) return "is not in the node's network";
  if (network.has_broadcast() && address == network.broadcast()) return "is the network's broadcast address";
  if (network.has_broadcast() && address == network.network()) return "is the network's own number";
  return {};
}

}  // namespace

Applied SetName(std::string_view text, ProgramOptions& options) {
  if (text.size() > 32 || !IsWordOf(text, "-_.")) {
    return Wrong("\"{}\" is no name: 1 to 32 letters, digits, - _ or .", text);
  }
  options.node.name = text;
  return {};
}

Applied SetTapDescriptor(std::string_view text, ProgramOptions& options) {
  return Store(ParseInteger(text, 0, 1 << 20), options.tap_fd.emplace());
}

Applied SetNamespaceUse(std::string_view text, ProgramOptions& options) {
  if (text == "auto") {
    options.user_namespace = tap::NamespaceUse::kIfNeeded;
    return {};
  }
  const auto wanted = ParseSwitch(text);
  if (!wanted) return Wrong("\"{}\" is none of yes, no and auto", text);
  options.user_namespace = *wanted ? tap::NamespaceUse::kAlways : tap::NamespaceUse::kNever;
  return {};
}

Applied SetMac(std::string_view text, ProgramOptions& options) {
  const auto mac = wire::MacAddress::FromText(text);
  if (!mac) return Wrong("\"{}\" is no MAC address, such as 02:00:5e:10:00:01", text);
  if (!mac->is_station()) return Wrong("{} is no address of a single station", text);
  options.node.mac = *mac;
  return {};
}

Applied SetAddress(std::string_view text, ProgramOptions& options) {
  options.node.link_local = text == "link-local";
  if (options.node.link_local) {
    options.node.address = Ipv4Prefix(Ipv4Address(169, 254, 0, 0), 16);
    return {};
  }
  const auto prefix = Ipv4Prefix::FromText(text);
  if (!prefix) {
    return Wrong(
        "\"{}\" is neither an address with the length of its network, such as 198.19.0.10/24, nor link-local",
        text);
  }
  if (prefix->length() < 1 || prefix->length() > 31) return Wrong("{}: the length is not from 1 to 31", text);
  if (const auto why = WhyNoHost(prefix->address(), *prefix); !why.empty()) return Wrong("{} {}", text, why);
  options.node.address = *prefix;
  return {};
}

Applied SetProfile(std::string_view text, ProgramOptions& options) {
  const auto profile = node::ProfileFromName(text);
  if (!profile) return Wrong("\"{}\" is none of modern, classic and linux-like", text);
  options.profile = *profile;
  node::Apply(*profile, options.node);
  return {};
}

Applied SetHost(std::string_view text, ProgramOptions& options) {
  if (text == "none") {
    options.set_up_host = false;
    return {};
  }
  const auto address = Ipv4Address::FromText(text);
  if (!address) return Wrong("\"{}\" is neither an address, such as 198.19.0.1, nor none", text);
  options.host = *address;
  return {};
}

Applied SetGateway(std::string_view text, ProgramOptions& options) {
  const auto address = Ipv4Address::FromText(text);
  if (!address) return Wrong("\"{}\" is no address, such as 198.19.0.1", text);
  options.node.gateway = *address;
  return {};
}

Applied SetMtu(std::string_view text, ProgramOptions& options) {
  // Every host takes 68 bytes (RFC 791 3.2); Linux's TAP goes no further than 65521.
  return Store(ParseInteger(text, 68, 65521), options.node.mtu);
}

Applied AddFilterRule(std::string_view text, ProgramOptions& options) {
  const auto rule = net::FilterRule::FromText(text);
  if (!rule) return tl::unexpected(rule.error());
  if (options.node.filter.size() >= net::PacketFilterOptions{}.maximum_rules) {
    return Wrong("there are more than {} rules", net::PacketFilterOptions{}.maximum_rules);
  }
  options.node.filter.push_back(*rule);
  return {};
}

Applied SetOffload(std::string_view text, ProgramOptions& options) {
  options.offload.reset();
  if (text == "auto") return {};
  for (const auto offload : {tap::Offload::kNone, tap::Offload::kChecksum, tap::Offload::kAll}) {
    if (text == Describe(offload)) options.offload = offload;
  }
  if (!options.offload) return Wrong("\"{}\" is none of auto, none, checksum and all", text);
  return {};
}

Applied SetCongestion(std::string_view text, ProgramOptions& options) {
  using tcp::CongestionAlgorithm;
  if (text != "cubic" && text != "newreno") return Wrong("\"{}\" is neither cubic nor newreno", text);
  options.node.tcp.congestion = text == "cubic" ? CongestionAlgorithm::kCubic : CongestionAlgorithm::kNewReno;
  return {};
}

Applied SetSpin(std::string_view text, ProgramOptions& options) {
  const auto length = ParseDuration(text);
  if (!length) return tl::unexpected(length.error());
  if (*length > 1ms) return Wrong("\"{}\" is more than 1ms: nobody else would get the processor", text);
  options.spin = *length;
  return {};
}

Applied SetSnapLength(std::string_view text, ProgramOptions& options) {
  const auto bytes = ParseBytes(text);
  if (!bytes) return tl::unexpected(bytes.error());
  if (*bytes > 262144) return Wrong("\"{}\" is more than any frame has (256KiB)", text);
  options.snap_length = static_cast<uint32_t>(*bytes);
  return {};
}

Applied SetImpairDirection(std::string_view text, ProgramOptions& options) {
  using Direction = link::ImpairmentDirection;
  if (text != "rx" && text != "tx" && text != "both") return Wrong("\"{}\" is none of rx, tx and both", text);
  options.impairment.direction = text == "rx"   ? Direction::kReceive
                                 : text == "tx" ? Direction::kTransmit
                                                : Direction::kBoth;
  return {};
}

Applied SetLossBurst(std::string_view text, ProgramOptions& options) {
  const auto pair = ParseProbabilityPair(text);
  if (!pair) return tl::unexpected(pair.error());
  if (pair->first > 0 && pair->second == 0)
    return Wrong("\"{}\": a burst that begins and never ends loses everything", text);
  options.impairment.burst = {.enter = pair->first, .recover = pair->second};
  return {};
}

Applied SetDelay(std::string_view text, ProgramOptions& options) {
  const auto delay = ParseDelay(text);
  if (!delay) return tl::unexpected(delay.error());
  options.impairment.delay = delay->middle;
  options.impairment.jitter = delay->jitter;
  return {};
}

Applied SetRate(std::string_view text, ProgramOptions& options) {
  return Store(ParseBitRate(text), options.impairment.bits_per_second);
}

Applied SetSeed(std::string_view text, ProgramOptions& options) {
  if (text == "auto") {
    options.node.seed.clear();
    return {};
  }
  if (text.size() > 64 || !IsWordOf(text, "-_.")) {
    return Wrong("\"{}\" is no seed: 1 to 64 letters, digits, - _ or .", text);
  }
  options.node.seed = text;
  return {};
}

Applied SetUntil(std::string_view text, ProgramOptions& options) {
  return Store(ParseDuration(text), options.until.emplace());
}

Applied SetWww(std::string_view text, ProgramOptions& options) {
  std::error_code error;
  if (!std::filesystem::is_directory(text, error)) return Wrong("\"{}\" is no directory", text);
  options.node.http.www = text;
  return {};
}

Applied AddService(std::string_view text, ProgramOptions& options, const KnownServices& known) {
  if (text == "none") return {};
  if (text == "all") {
    for (const KnownService& service : known) {
      if (service.is_shown) options.services.push_back({std::string(service.name), service.port});
    }
    return {};
  }
  const size_t colon = text.find(':');
  const std::string_view name = text.substr(0, colon);
  const auto found = std::ranges::find(known, name, &KnownService::name);
  if (found == known.end()) {
    const auto nearest = std::ranges::min_element(
        known, {}, [&](const KnownService& service) { return pro::EditDistance(service.name, name); });
    if (nearest == known.end()) return Wrong("\"{}\" is no service", name);
    return Wrong("\"{}\" is no service; did you mean {}?", name, nearest->name);
  }
  ServiceRequest request{std::string(name), found->port};
  if (colon != std::string_view::npos) {
    const auto port = ParseInteger(text.substr(colon + 1), 1, 65535);
    if (!port) return Wrong("the port of {}: {}", name, port.error());
    request.port = wire::Port(static_cast<uint16_t>(*port));
  }
  options.services.push_back(std::move(request));
  return {};
}

Applied SetLogFormat(std::string_view text, ProgramOptions& options) {
  if (text != "text" && text != "json") return Wrong("\"{}\" is neither text nor json", text);
  options.log_format = text == "json" ? LogFormat::kJson : LogFormat::kText;
  return {};
}

Applied CheckTogether(const ProgramOptions& options) {
  const Ipv4Prefix network = options.node.address;
  struct Neighbor {
    std::string_view option;
    std::optional<Ipv4Address> address;
  };
  for (const auto& [option, address] :
       {Neighbor{"--host", options.host}, Neighbor{"--gateway", options.node.gateway}}) {
    if (!address) continue;
    if (const auto why = WhyNoHost(*address, network); !why.empty())
      return Wrong("{}: {} {}", option, address->ToText(), why);
    if (*address == network.address())
      return Wrong("{}: {} is the node's own address", option, address->ToText());
  }
  // RFC 3927 2.6.2.
  if (options.node.link_local && options.node.gateway) {
    return Wrong("--gateway: packets of a link-local address must not go to any");
  }
  if (options.tap_fd && !options.tap.empty()) return Wrong("--tap and --tap-fd exclude each other");
  if (options.tap_fd && options.user_namespace == tap::NamespaceUse::kAlways) {
    return Wrong("--tap-fd and --userns exclude each other");
  }
  for (auto one = options.services.begin(); one != options.services.end(); ++one) {
    const auto other = std::find_if(options.services.begin(), one,
                                    [&](const ServiceRequest& earlier) { return earlier.port == one->port; });
    if (other == one) continue;
    return Wrong("--app: {} and {} both want port {}", other->name, one->name, one->port.number());
  }
  return {};
}

}  // namespace nut::apps
