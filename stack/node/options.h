// NodeOptions: everything that can be chosen about a node, as plain values. Made by the program from its
// command line (or by a test), handed to Node once, never changed afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "stack/net/filter_rule.h"
#include "stack/net/network.h"
#include "stack/pro/http/http_options.h"
#include "stack/tcp/engine_options.h"
#include "stack/tcp/parameters.h"
#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"

namespace nut::node {

struct NodeOptions {
  std::string name = "n1";
  // Absent: locally administered, derived from the name by hash.
  std::optional<wire::MacAddress> mac;
  wire::Ipv4Prefix address{wire::Ipv4Address(198, 19, 0, 10), 24};
  // An address that the node finds for itself, instead of `address` (RFC 3927; net::LinkLocal).
  bool link_local = false;
  std::optional<wire::Ipv4Address> gateway;
  size_t mtu = 1500;
  bool redirects = true;                // gateways may name better ones (net::Redirects)
  std::vector<net::FilterRule> filter;  // the first that fits decides (net::PacketFilter)
  // Any text; equal seeds give equal runs under a virtual clock.
  std::string seed;
  tcp::Parameters tcp;
  tcp::EngineOptions engine;
  // Its mac, address, gateway and mtu are the ones above.
  net::NetworkOptions network;
  pro::HttpOptions http;
};

// The MAC that a node of this name has unless told otherwise: locally administered, unicast, from a hash.
wire::MacAddress MacFromName(std::string_view name);

}  // namespace nut::node
