#include "stack/net/ipv4_in.h"

#include "stack/wire/ipv4_options.h"

namespace nut::net {

using wire::Ipv4Address;
using wire::Ipv4View;

void Ipv4In::Receive(link::FramePtr frame, Origin origin, Instant now) {
  statistics_.Add(Counter::kIpInReceives);
  frame->network_header = frame->position();
  // RFC 1122 3.2.1.1, 3.2.1.2: version and header checksum, before anything in the header is believed.
  auto ip = Ipv4View::Parse(frame->data());
  if (!ip) return drops_.Received(*frame, ip.error());
  // A short frame's padding is not part of the packet.
  frame->TrimTo(ip->packet().size());

  // RFC 1122 3.2.1.8: options that are not understood are ignored, source routes refused.
  if (const DropReason fault = wire::CheckIpv4Options(ip->options()); fault != DropReason::kNone) {
    return drops_.Received(*frame, fault);
  }
  if (origin == Origin::kWire) {
    if (const DropReason fault = CheckSource(*ip); fault != DropReason::kNone) {
      return drops_.Received(*frame, fault);
    }
  }
  const wire::Parsed<Scope> scope = CheckDestination(*ip, frame->link_scope, origin);
  if (!scope) return drops_.Received(*frame, scope.error());
  if (filter_ && !filter_(ip->source())) return drops_.Received(*frame, DropReason::kIpFiltered);

  const bool filtering = !packet_filter_.empty() && origin == Origin::kWire;
  const bool as_it_came = origin == Origin::kWire && !ip->is_fragment();
  if (ip->is_fragment()) {
    if (filtering && !PassesAsFragment(*frame, *ip)) return;
    frame = reassembly_.Add(std::move(frame), *ip, now);
    if (!frame) return;
    frame->network_header = frame->position();
    ip = Ipv4View::Parse(frame->data());
    if (!ip) return drops_.Received(*frame, ip.error());
  }
  if (filtering && !Passes(*frame, *ip, *scope, now)) return;
  Deliver(std::move(frame), *ip, *scope, as_it_came, now);
}

bool Ipv4In::PassesAsFragment(const link::Frame& frame, const Ipv4View& ip) {
  const FilteredPacket fragment{.direction = FilterDirection::kIn,
                                .source = ip.source(),
                                .destination = ip.destination(),
                                .protocol = ip.protocol(),
                                .transport = {},
                                .size = ip.packet().size()};
  if (!packet_filter_.DropsFragment(fragment)) return true;
  drops_.Received(frame, DropReason::kIpFiltered);
  return false;
}

bool Ipv4In::Passes(const link::Frame& frame, const Ipv4View& ip, Scope scope, Instant now) {
  const FilterAction action = packet_filter_.Judge({.direction = FilterDirection::kIn,
                                                    .source = ip.source(),
                                                    .destination = ip.destination(),
                                                    .protocol = ip.protocol(),
                                                    .transport = ip.payload(),
                                                    .size = ip.packet().size()});
  if (action == FilterAction::kAccept) return true;
  // RFC 1812 5.2.7.1: "communication administratively prohibited". RFC 1122 3.2.2: not to a group's sender.
  if (action == FilterAction::kReject && scope == Scope::kUnicast) {
    icmp_out_.SendUnreachable(frame.data(), frame.link_scope, wire::UnreachableCode::kProhibited, now);
  }
  drops_.Received(frame, DropReason::kIpFiltered);
  return false;
}

DropReason Ipv4In::CheckSource(const Ipv4View& ip) const {
  const Ipv4Address source = ip.source();
  // RFC 4541 2.1.1 (2): a switch that has no address of its own asks for members from 0.0.0.0.
  if (source.is_unspecified() && ip.protocol() == wire::IpProtocol::kIgmp &&
      ip.destination().is_multicast()) {
    return DropReason::kNone;
  }
  // RFC 1122 3.2.1.3: a source is one host's address: no group, no broadcast, not 0/8, not 127/8 from
  // outside. Our own comes from outside only when forged (LAND).
  const bool is_host = !source.is_this_network() && !source.is_loopback() && !source.is_multicast() &&
                       !source.is_broadcast() && !source.is_reserved() &&
                       !interface_.IsDirectedBroadcast(source) && !interface_.IsOwn(source);
  return is_host ? DropReason::kNone : DropReason::kIpBadSource;
}

wire::Parsed<Ipv4In::Scope> Ipv4In::CheckDestination(const Ipv4View& ip, link::LinkScope link,
                                                     Origin origin) const {
  const Ipv4Address destination = ip.destination();
  if (origin == Origin::kLoopback) return destination.is_multicast() ? Scope::kGroup : Scope::kUnicast;
  // RFC 1122 3.2.1.3 (g).
  if (destination.is_loopback()) return wire::Reject(DropReason::kIpBadDestination);
  if (destination.is_broadcast() || interface_.IsDirectedBroadcast(destination)) return Scope::kGroup;
  if (destination.is_multicast()) {
    // RFC 3376 4.1.12: who asks about a group asks the group, and is none of the sources that members want.
    const bool asks = ip.protocol() == wire::IpProtocol::kIgmp && igmp_.IsMember(destination);
    if (!asks && !igmp_.Accepts(destination, ip.source())) return wire::Reject(DropReason::kIpNotForUs);
    return Scope::kGroup;
  }
  if (interface_.IsOwn(destination)) {
    // RFC 1122 3.3.6: a link-layer broadcast must not carry a unicast packet.
    if (link != link::LinkScope::kUnicast) return wire::Reject(DropReason::kIpBadDestination);
    return Scope::kUnicast;
  }
  // RFC 2131 4.1: a host without an address takes what its MAC is given, for the offer of one.
  if (interface_.state() == AddressState::kUnconfigured && link == link::LinkScope::kUnicast &&
      ip.protocol() == wire::IpProtocol::kUdp && !destination.is_this_network()) {
    return Scope::kUnconfigured;
  }
  return wire::Reject(DropReason::kIpNotForUs);
}

void Ipv4In::Deliver(link::FramePtr frame, const Ipv4View& ip, Scope scope, bool as_it_came, Instant now) {
  Transport* const transport = transports_.Find(ip.protocol());
  if (transport == nullptr) {
    // RFC 1122 3.2.2.1: SHOULD be told. The quote takes as many bytes as there are, which may be none.
    const auto code = wire::UnreachableCode::kProtocol;
    if (scope == Scope::kUnicast) icmp_out_.SendUnreachable(frame->data(), frame->link_scope, code, now);
    return drops_.Received(*frame, DropReason::kIpUnknownProtocol);
  }
  statistics_.Add(Counter::kIpInDelivers);
  frame->TrimFront(ip.header_size());
  const bool unicast = scope == Scope::kUnicast && frame->link_scope == link::LinkScope::kUnicast;
  transport->OnPacket({.frame = std::move(frame),
                       .source = ip.source(),
                       .destination = ip.destination(),
                       .protocol = static_cast<uint8_t>(ip.protocol()),
                       .ttl = ip.ttl(),
                       .tos = ip.tos(),
                       .unicast = unicast,
                       .has_link_header = as_it_came,
                       .arrival = now});
}

}  // namespace nut::net
