// ProgramOptions: everything that the command line and the config file can say about one run, as plain
// values. Filled by the option table, read by main.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "apps/nutnode/log_levels.h"
#include "stack/base/time.h"
#include "stack/link/impairment_options.h"
#include "stack/node/options.h"
#include "stack/node/profile.h"
#include "stack/wire/endpoint.h"
#include "stack/wire/ipv4_address.h"
#include "tap/tap_opener.h"

namespace nut::apps {

enum class LogFormat : uint8_t { kText, kJson };

// A service and where it listens.
struct ServiceRequest {
  std::string name;
  wire::Port port;

  friend bool operator==(const ServiceRequest&, const ServiceRequest&) = default;
};

struct ProgramOptions {
  node::Profile profile = node::Profile::kModern;
  node::NodeOptions node;

  std::string tap;  // the interface's name; empty: "nut-" and the node's name
  std::optional<int> tap_fd;
  tap::NamespaceUse user_namespace = tap::NamespaceUse::kIfNeeded;
  std::optional<tap::Offload> offload;  // absent: as much as the kernel agrees to; none with "classic"
  Duration spin{};                      // how long to look for work before sleeping, while busy; zero: never
  // The host's address on the interface: absent means the network's first, or second if the node has the
  // first.
  std::optional<wire::Ipv4Address> host;
  bool set_up_host = true;  // false: leave the host's side as it is

  std::string capture;         // a file, a FIFO, "-" for standard output; empty: none
  uint32_t snap_length = 0;    // bytes; 0: everything
  bool capture_drops = false;  // only frames that were dropped or changed

  link::ImpairmentOptions impairment;

  std::optional<Duration> until;  // end by itself after this time
  Duration grace{};               // for closing connections at the end

  std::vector<ServiceRequest> services;

  LogLevels log_levels;
  LogFormat log_format = LogFormat::kText;
  std::string log_file;  // empty: standard error

  // Null when this service is not wanted.
  const ServiceRequest* FindService(std::string_view name) const;
  std::string interface_name() const { return tap.empty() ? "nut-" + node.name : tap; }
  // The host's end of the wire.
  wire::Ipv4Prefix HostAddress() const;
};

}  // namespace nut::apps
