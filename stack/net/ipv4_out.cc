#include "stack/net/ipv4_out.h"

#include "stack/base/invariant.h"
#include "stack/link/checksum_offload.h"
#include "stack/wire/icmp.h"
#include "stack/wire/ipv4_options.h"

namespace nut::net {

using wire::Ipv4Address;

Ipv4Out::Way Ipv4Out::ChooseWay(Ipv4Address destination) const {
  const InterfaceAddress& interface = hops_.interface;
  const auto none = [](Error why) { return Way{.kind = Kind::kNone, .error = why}; };
  const auto loopback = [&] {
    return Way{.kind = Kind::kLoopback, .source = destination, .mtu = hops_.loopback.mtu()};
  };
  // RFC 1122 3.2.1.3 (g): 127/8 never appears outside a host.
  if (destination.is_loopback()) return loopback();
  // 0/8 and 240/4 are no destinations (RFC 1122 3.2.1.3 (a), (b); RFC 1112 4).
  if (destination.is_this_network() || destination.is_reserved()) return none(Error::kNetworkUnreachable);
  if (interface.IsOwn(destination)) return loopback();

  // Broadcast and multicast work without an address of our own: DHCP and IGMP then send from 0.0.0.0.
  const Ipv4Address source = interface.usable() ? interface.address() : Ipv4Address();
  if (destination.is_broadcast() || interface.IsDirectedBroadcast(destination)) {
    return {.kind = Kind::kBroadcast, .source = source, .mtu = interface.mtu()};
  }
  if (destination.is_multicast()) return {.kind = Kind::kMulticast, .source = source, .mtu = interface.mtu()};

  if (!interface.usable()) return none(Error::kAddressNotAvailable);
  Way way{.kind = Kind::kNeighbour, .source = source, .next_hop = destination, .mtu = interface.mtu()};
  // RFC 3927 2.6.2: packets to or from such an address MUST NOT be sent to any router: asked for by ARP,
  // whatever network the other side is in.
  if (destination.is_link_local() || source.is_link_local()) return way;
  way.next_hop = hops_.routes.NextHop(destination);
  return way.next_hop.is_unspecified() ? none(Error::kNetworkUnreachable) : way;
}

bool Ipv4Out::MayBeSource(const Way& way, Ipv4Address wanted) const {
  // RFC 1122 3.2.1.3: the source of a packet MUST be one of the host's own addresses.
  return hops_.interface.IsOwn(wanted) || (wanted.is_loopback() && way.kind == Kind::kLoopback);
}

size_t Ipv4Out::PathLimit(const Way& way, Ipv4Address destination) const {
  return way.kind == Kind::kNeighbour ? hops_.path_mtus.Limit(destination, way.mtu) : way.mtu;
}

Result<RouteChoice> Ipv4Out::Route(Ipv4Address destination) const {
  const Way way = ChooseWay(destination);
  if (way.kind == Kind::kNone) return Fail(way.error);
  RouteChoice choice{way.source, way.mtu, way.kind == Kind::kLoopback, {}};
  if (const size_t limit = PathLimit(way, destination); limit < way.mtu) choice.path_mtu = limit;
  return choice;
}

Result<void> Ipv4Out::Send(link::FramePtr frame, const SendParameters& parameters, bool loop_back_to_us) {
  statistics_.Add(Counter::kIpOutRequests);
  if (!parameters.destination.is_ipv4()) return Refuse(DropReason::kIpNoRoute, Error::kNetworkUnreachable);
  const Way way = ChooseWay(parameters.destination.v4());
  if (way.kind == Kind::kNone) {
    const bool homeless = way.error == Error::kAddressNotAvailable;
    return Refuse(homeless ? DropReason::kIpNoSourceAddress : DropReason::kIpNoRoute, way.error);
  }
  Ipv4Address source = parameters.source.v4();
  if (source.is_unspecified()) {
    source = way.source;
  } else if (!MayBeSource(way, source)) {
    return Refuse(DropReason::kIpNoSourceAddress, Error::kAddressNotAvailable);
  }
  // RFC 1122 3.2.1.7: a packet with a TTL of zero MUST NOT be sent.
  if (parameters.ttl == 0) return Refuse(DropReason::kIpTtlExpired, Error::kInvalidArgument);

  wire::Ipv4Fields fields = MakeFields(source, parameters, frame->total_size());
  const size_t packet_size = wire::Ipv4HeaderSize(fields) + frame->total_size();
  if (packet_size > wire::kIpv4MaxPacketSize) return Refuse(DropReason::kIpTooLong, Error::kMessageTooLong);
  if (!hops_.packet_filter.empty() && way.kind != Kind::kLoopback) {
    const FilterAction action = Judge(*frame, fields);
    if (action != FilterAction::kAccept) return RefuseFiltered(std::move(frame), fields, action);
  }
  // RFC 1191 section 3: who sets DF minds the path's MTU himself, and learns of a change by what happens to
  // such packets; they are not kept from leaving.
  const size_t mtu = fields.dont_fragment ? way.mtu : PathLimit(way, fields.destination);
  // A super-segment is cut by the device, at TCP's own boundaries.
  const bool fits = packet_size <= mtu || frame->segmentation.segment_size != 0;
  if (!fits && fields.dont_fragment) {
    return Refuse(DropReason::kIpNeedsFragmentation, Error::kMessageTooLong);
  }
  fields.identification = fields.dont_fragment && !identification_.counted()
                              ? IpIdentification::kAtomic
                              : identification_.Next(source, fields.destination, fields.protocol);

  if (loop_back_to_us) LoopBackCopy(*frame, fields);
  if (!fits) return SendFragments(std::move(frame), fields, way, mtu);
  PutHeader(*frame, fields);
  return SendPacket(std::move(frame), way, fields.destination);
}

wire::Ipv4Fields Ipv4Out::MakeFields(Ipv4Address source, const SendParameters& parameters,
                                     size_t payload_size) {
  wire::Ipv4Fields fields;
  fields.source = source;
  fields.destination = parameters.destination.v4();
  fields.protocol = parameters.protocol;
  fields.ttl = parameters.ttl;
  fields.tos = parameters.tos;
  fields.dont_fragment = parameters.dont_fragment;
  fields.payload_size = payload_size;
  if (parameters.router_alert) fields.options = wire::kIpv4RouterAlert;
  return fields;
}

FilterAction Ipv4Out::Judge(const link::Frame& frame, const wire::Ipv4Fields& fields) {
  return hops_.packet_filter.Judge({.direction = FilterDirection::kOut,
                                    .source = fields.source,
                                    .destination = fields.destination,
                                    .protocol = fields.protocol,
                                    .transport = frame.data(),
                                    .size = wire::Ipv4HeaderSize(fields) + frame.total_size()});
}

Result<void> Ipv4Out::RefuseFiltered(link::FramePtr frame, const wire::Ipv4Fields& fields,
                                     FilterAction action) {
  drops_.Counted(DropReason::kIpFiltered);
  if (action == FilterAction::kDrop) return {};
  if (fields.protocol == wire::IpProtocol::kTcp) {
    // Its call has returned long ago: it hears of it as if a router had said so.
    PutHeader(*frame, fields);
    IcmpErrorReport report;
    report.reporter = fields.source;
    report.type = static_cast<uint8_t>(wire::IcmpType::kDestinationUnreachable);
    report.code = static_cast<uint8_t>(wire::UnreachableCode::kProhibited);
    report.error = Error::kHostUnreachable;
    report.hard = true;  // nothing here will change its mind
    hops_.transports.Report(report, frame->data());
  }
  return Fail(Error::kHostUnreachable);
}

void Ipv4Out::PutHeader(link::Frame& frame, const wire::Ipv4Fields& fields) {
  const auto header_size = static_cast<uint16_t>(wire::Ipv4HeaderSize(fields));
  wire::Emit(frame.Prepend(header_size), fields);
  if (frame.checksum.state == link::ChecksumState::kPartial) frame.checksum.start += header_size;
  if (frame.segmentation.segment_size != 0) frame.segmentation.header_size += header_size;
}

void Ipv4Out::LoopBackCopy(const link::Frame& frame, const wire::Ipv4Fields& fields) {
  link::FramePtr copy = pool_.Clone(frame);
  if (!copy) return drops_.Counted(DropReason::kFramePoolEmpty);
  PutHeader(*copy, fields);
  hops_.loopback.Send(std::move(copy));
}

Result<void> Ipv4Out::SendFragments(link::FramePtr frame, const wire::Ipv4Fields& fields, const Way& way,
                                    size_t mtu) {
  frame = pool_.Linearise(std::move(frame));
  if (!frame) return Refuse(DropReason::kFramePoolEmpty, Error::kNoBuffers);
  // A device finishes checksums of whole packets only.
  const bool sound = link::FinishChecksum(*frame);
  NUT_INVARIANT(sound, "a transport's notes on its checksum point outside its packet");
  link::FrameQueue fragments;
  if (const Result<void> split = fragmenter_.Split(std::move(frame), fields, mtu, fragments); !split) {
    return split;
  }
  Result<void> result;
  while (link::FramePtr fragment = fragments.Pop()) {
    const Result<void> sent = SendPacket(std::move(fragment), way, fields.destination);
    if (!sent) result = sent;
  }
  return result;
}

Result<void> Ipv4Out::SendPacket(link::FramePtr packet, const Way& way, Ipv4Address destination) {
  switch (way.kind) {
    case Kind::kLoopback: return SendToUs(std::move(packet));
    case Kind::kBroadcast:
      hops_.ethernet_out.Send(std::move(packet), wire::MacAddress::Broadcast(), wire::EtherType::kIpv4);
      return {};
    case Kind::kMulticast:
      hops_.ethernet_out.Send(std::move(packet), MulticastMac(destination), wire::EtherType::kIpv4);
      return {};
    case Kind::kNeighbour: return hops_.resolve.Send(std::move(packet), way.next_hop);
    case Kind::kNone: break;
  }
  return Fail(Error::kNetworkUnreachable);
}

Result<void> Ipv4Out::SendToUs(link::FramePtr packet) {
  packet = pool_.Linearise(std::move(packet));  // who receives reads data()
  if (!packet) return Refuse(DropReason::kFramePoolEmpty, Error::kNoBuffers);
  hops_.loopback.Send(std::move(packet));
  return {};
}

Result<void> Ipv4Out::Refuse(DropReason reason, Error error) {
  drops_.Counted(reason);
  return Fail(error);
}

}  // namespace nut::net
