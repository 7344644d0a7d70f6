#include "stack/net/filter_rule.h"

#include "stack/wire/tcp_flags.h"

namespace nut::net {
namespace {

constexpr size_t kTcpFlagsOffset = 13;  // RFC 9293 3.1
constexpr size_t kPortsSize = 4;        // of TCP and UDP alike

}  // namespace

FilterMatch FilterRule::Matches(const FilteredPacket& packet) const {
  const bool fits = direction.value_or(packet.direction) == packet.direction &&
                    protocol.value_or(packet.protocol) == packet.protocol && source.Contains(packet.source) &&
                    destination.Contains(packet.destination);
  return fits ? MatchesTransport(packet.transport) : FilterMatch::kNo;
}

FilterMatch FilterRule::MatchesTransport(ByteView transport) const {
  const auto of = [](bool fits) { return fits ? FilterMatch::kYes : FilterMatch::kNo; };
  if (icmp_type) return transport.empty() ? FilterMatch::kPerhaps : of(transport[0] == *icmp_type);
  if (source_port || destination_port) {
    if (transport.size() < kPortsSize) return FilterMatch::kPerhaps;
    if (source_port && !source_port->Contains(LoadBe16(transport.data()))) return FilterMatch::kNo;
    if (destination_port && !destination_port->Contains(LoadBe16(transport.data() + 2)))
      return FilterMatch::kNo;
  }
  if (!only_syn) return FilterMatch::kYes;
  if (transport.size() <= kTcpFlagsOffset) return FilterMatch::kPerhaps;
  const wire::TcpFlags flags(transport[kTcpFlagsOffset]);
  return of(flags.syn() && !flags.ack());
}

}  // namespace nut::net
