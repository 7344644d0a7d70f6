#include "stack/net/icmp_out.h"

#include <algorithm>
#include <cstring>

namespace nut::net {

void IcmpOut::SendError(ByteView packet, link::LinkScope scope, const wire::IcmpFields& error, Instant now) {
  // RFC 1122 3.2.2: no error about a packet sent as a link-layer broadcast.
  if (scope != link::LinkScope::kUnicast) return;
  const auto offender = wire::Ipv4View::ParseQuoted(packet);
  if (!offender || !MayBeAnswered(*offender)) return;
  if (!limiter_.Allow(now)) return drops_.Counted(DropReason::kIcmpRateLimited);

  // RFC 792: the internet header and the first bytes behind it, unchanged.
  const size_t quoted = std::min(packet.size(), offender->header_size() + options_.maximum_quote);
  link::FramePtr frame = ip_.Allocate(wire::kIcmpHeaderSize + quoted);
  if (!frame) return;
  const MutableByteView message = frame->Append(wire::kIcmpHeaderSize + quoted);
  std::memcpy(message.data() + wire::kIcmpHeaderSize, packet.data(), quoted);
  wire::Emit(message, error);

  SendParameters parameters;
  // RFC 1122 3.2.2: the source is the address to which the offending packet was sent.
  parameters.source = offender->destination();
  parameters.destination = offender->source();
  parameters.protocol = wire::IpProtocol::kIcmp;
  statistics_.Add(Counter::kIcmpOutMessages);
  statistics_.Add(Counter::kIcmpOutErrors);
  // A failure is counted below; nobody waits for an error to arrive.
  static_cast<void>(ip_.Send(std::move(frame), parameters));
}

bool IcmpOut::MayBeAnswered(const wire::Ipv4View& packet) const {
  // RFC 1122 3.2.2: an ICMP error MUST NOT be sent as the result of receiving
  // – a datagram destined to an IP broadcast or multicast address: ours are the only unicast ones that reach
  // this point;
  if (!interface_.IsOwn(packet.destination()) && !packet.destination().is_loopback()) return false;
  // – a non-initial fragment;
  if (packet.fragment_offset() != 0) return false;
  // – a datagram whose source address does not define a single host;
  const wire::Ipv4Address source = packet.source();
  if (source.is_this_network() || source.is_multicast() || source.is_broadcast() || source.is_reserved() ||
      interface_.IsDirectedBroadcast(source)) {
    return false;
  }
  // – an ICMP error message. One too short to tell is taken for an error.
  if (packet.protocol() != wire::IpProtocol::kIcmp) return true;
  return !packet.payload().empty() && !wire::IsError(static_cast<wire::IcmpType>(packet.payload()[0]));
}

}  // namespace nut::net
