#include "stack/net/icmp_in.h"

#include "stack/net/icmp_error_meaning.h"

namespace nut::net {

using wire::IcmpType;

void IcmpIn::OnPacket(ReceivedPacket&& packet) {
  statistics_.Add(Counter::kIcmpInMessages);
  const auto icmp = wire::IcmpView::Parse(packet.frame->data());
  if (!icmp) return drops_.Received(*packet.frame, icmp.error());
  switch (icmp->type()) {
    case IcmpType::kEchoRequest: return OnEchoRequest(std::move(packet));
    case IcmpType::kDestinationUnreachable:
    case IcmpType::kTimeExceeded:
    case IcmpType::kParameterProblem: return OnError(packet, *icmp);
    case IcmpType::kRedirect: return OnRedirect(packet, *icmp);
    case IcmpType::kEchoReply:
      // Nobody in this node sends echo requests.
      return drops_.Received(*packet.frame, DropReason::kIcmpUnmatched);
    default:
      // RFC 1122 3.2.2: unknown types are silently discarded; so are the requests of RFC 792 that a host need
      // not answer.
      return drops_.Received(*packet.frame, DropReason::kIcmpUnknownType);
  }
}

void IcmpIn::OnEchoRequest(ReceivedPacket packet) {
  statistics_.Add(Counter::kIcmpInEchos);
  // RFC 1122 3.2.2.6: an echo request to a broadcast or multicast address MAY be discarded, and is (smurf).
  if (!packet.unicast) return drops_.Received(*packet.frame, DropReason::kIcmpBroadcastEcho);

  // The request becomes the reply: all data is returned as it came, and nothing is copied.
  link::FramePtr frame = std::move(packet.frame);
  frame->BecomeOutgoing();
  const uint32_t rest = wire::IcmpView::Parse(frame->data())->rest();
  wire::Emit(frame->mutable_data(), {IcmpType::kEchoReply, 0, rest});

  SendParameters parameters;
  // RFC 1122 3.2.2.6: the source of the reply is the destination of the request.
  parameters.source = packet.destination;
  parameters.destination = packet.source;
  parameters.protocol = wire::IpProtocol::kIcmp;
  // RFC 1122 3.2.2.6 asks for the request's TOS; ECN bits are not ours to echo.
  parameters.tos = wire::WithEcn(packet.tos, wire::Ecn::kNotEct);
  statistics_.Add(Counter::kIcmpOutMessages);
  statistics_.Add(Counter::kIcmpOutEchoReplies);
  // A failure is counted below; the other side asks again.
  static_cast<void>(ip_.Send(std::move(frame), parameters));
}

wire::Parsed<wire::Ipv4View> IcmpIn::OwnPacketIn(const ReceivedPacket& packet,
                                                 const wire::IcmpView& icmp) const {
  const auto quoted = wire::Ipv4View::ParseQuoted(icmp.payload());
  if (!quoted) return wire::Reject(DropReason::kIcmpTruncated);
  if (!packet.unicast || !ip_.IsLocal(quoted->source())) return wire::Reject(DropReason::kIcmpUnmatched);
  return *quoted;
}

void IcmpIn::OnRedirect(const ReceivedPacket& packet, const wire::IcmpView& icmp) {
  statistics_.Add(Counter::kIcmpInErrors);
  // RFC 1122 3.2.2.2: those for networks (0, 2) "SHOULD be treated identically" to those for hosts (1, 3).
  constexpr uint8_t kLastCode = 3;
  if (!redirects_.accepts() || icmp.code() > kLastCode) {
    return drops_.Received(*packet.frame, DropReason::kIcmpUnknownType);
  }
  const auto quoted = OwnPacketIn(packet, icmp);
  if (!quoted) return drops_.Received(*packet.frame, quoted.error());
  const bool learned =
      redirects_.Learn(packet.source.v4(), quoted->destination(), icmp.gateway(), packet.arrival);
  if (!learned) drops_.Received(*packet.frame, DropReason::kIcmpUnmatched);
}

void IcmpIn::OnError(const ReceivedPacket& packet, const wire::IcmpView& icmp) {
  statistics_.Add(Counter::kIcmpInErrors);
  const std::optional<IcmpErrorMeaning> meaning = MeaningOf(icmp.type(), icmp.code());
  if (!meaning) return drops_.Received(*packet.frame, DropReason::kIcmpUnknownType);
  const auto quoted = OwnPacketIn(packet, icmp);
  if (!quoted) return drops_.Received(*packet.frame, quoted.error());

  IcmpErrorReport report;
  report.reporter = packet.source;
  report.type = static_cast<uint8_t>(icmp.type());
  report.code = icmp.code();
  report.error = meaning->error;
  report.hard = meaning->hard;
  if (meaning->error == Error::kMessageTooLong) {
    report.next_hop_mtu =
        icmp.next_hop_mtu() != 0 ? icmp.next_hop_mtu() : PlateauBelow(quoted->total_length());
    // RFC 791: every module forwards 68 bytes. RFC 1191 section 3: a report of less is nonsense. RFC
    // 5927 7.2: and so is one about a packet that would have fitted.
    if (report.next_hop_mtu < 68 || report.next_hop_mtu >= quoted->total_length()) {
      return drops_.Received(*packet.frame, DropReason::kIcmpUnmatched);
    }
  }
  if (!transports_.Report(report, icmp.payload())) drops_.Received(*packet.frame, DropReason::kIcmpUnmatched);
}

}  // namespace nut::net
