// FilterRule: one line of a packet filter: what it looks at, and what becomes of a packet that fits. A value,
// written by people as text:
//
//   RULE     = ACTION [in|out] [PROTOCOL] [from END] [to END]
//   ACTION   = accept | drop | reject
//   PROTOCOL = tcp [syn] | udp | icmp [type NUMBER] | igmp | protocol NUMBER
//   END      = (any | ADDRESS[/LENGTH]) [port NUMBER[-NUMBER]]
//
// "drop in tcp from 198.19.0.0/24 to any port 23", "reject out udp to any port 53", "drop in icmp type 8".
// What is left out fits everything; "syn" are the segments that ask for a connection; ports are for tcp and
// udp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "stack/base/bytes.h"
#include "stack/wire/ip_protocol.h"
#include "stack/wire/ipv4_address.h"

namespace nut::net {

enum class FilterAction : uint8_t {
  kAccept,
  kDrop,    // without a word
  kReject,  // and its sender is told
};

enum class FilterDirection : uint8_t { kIn, kOut };

struct PortRange {
  uint16_t first = 0;
  uint16_t last = 65535;
  bool Contains(uint16_t port) const { return first <= port && port <= last; }
  friend bool operator==(const PortRange&, const PortRange&) = default;
};

// What rules look at.
struct FilteredPacket {
  FilterDirection direction{};
  wire::Ipv4Address source;
  wire::Ipv4Address destination;
  wire::IpProtocol protocol{};
  ByteView transport;  // from the transport's header on; empty where it is not known yet, of a fragment
  size_t size = 0;     // the whole IP packet, bytes
};

enum class FilterMatch : uint8_t {
  kNo,
  kPerhaps,  // it depends on a transport header that is not there
  kYes,
};

struct FilterRule {
  FilterAction action = FilterAction::kAccept;
  std::optional<FilterDirection> direction;
  std::optional<wire::IpProtocol> protocol;
  bool only_syn = false;             // of TCP
  std::optional<uint8_t> icmp_type;  // of ICMP
  wire::Ipv4Prefix source;           // of length 0: everybody
  wire::Ipv4Prefix destination;
  std::optional<PortRange> source_port;  // of TCP and UDP
  std::optional<PortRange> destination_port;

  // Or what is wrong with the text, and where: "at 6: \"tpc\" is no protocol …"; the first character is 1.
  static tl::expected<FilterRule, std::string> FromText(std::string_view text);
  // In the form that FromText reads.
  std::string ToText() const;

  FilterMatch Matches(const FilteredPacket& packet) const;

  friend bool operator==(const FilterRule&, const FilterRule&) = default;

 private:
  FilterMatch MatchesTransport(ByteView transport) const;
};

}  // namespace nut::net
