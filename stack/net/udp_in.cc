#include "stack/net/udp_in.h"

#include "stack/wire/transport_quote.h"
#include "stack/wire/udp.h"

namespace nut::net {

using wire::Endpoint;
using wire::EndpointPair;

void UdpIn::OnPacket(ReceivedPacket&& packet) {
  const auto udp = wire::UdpView::Parse(packet.frame->data());
  if (!udp) return drops_.Received(*packet.frame, udp.error());
  // RFC 1122 4.1.3.4: a checksum that is there MUST be right.
  if (packet.frame->checksum.state == link::ChecksumState::kAbsent &&
      !udp->ChecksumOk({packet.source, packet.destination})) {
    return drops_.Received(*packet.frame, DropReason::kUdpBadChecksum);
  }
  // Port 0 is reserved: as a destination it is nobody's.
  if (udp->destination_port().is_none()) return drops_.Received(*packet.frame, DropReason::kUdpBadPort);

  const EndpointPair ends{{packet.destination, udp->destination_port()}, {packet.source, udp->source_port()}};
  // RFC 768: what the IP packet holds behind the datagram's own length is none of it.
  packet.frame->TrimTo(udp->length());
  if (packet.unicast) {
    DeliverToOne(packet, ends);
  } else {
    DeliverToAll(packet, ends);
  }
}

void UdpIn::DeliverToOne(ReceivedPacket& packet, const EndpointPair& ends) {
  const UdpHandle handle = table_.Match(ends);
  if (!handle.valid()) {
    // RFC 1122 4.1.3.1: SHOULD be told.
    icmp_out_.SendUnreachable(packet.frame->FromNetworkHeader(), packet.frame->link_scope,
                              wire::UnreachableCode::kPort, packet.arrival);
    return drops_.Received(*packet.frame, DropReason::kUdpNoSocket);
  }
  packet.frame->TrimFront(wire::kUdpHeaderSize);
  Deliver(handle, std::move(packet.frame), packet, ends);
}

void UdpIn::DeliverToAll(ReceivedPacket& packet, const EndpointPair& ends) {
  const std::vector<UdpHandle> handles = table_.MatchAll(ends);
  // RFC 1122 4.1.3.1, 3.2.2: nobody is told about a broadcast.
  if (handles.empty()) return drops_.Received(*packet.frame, DropReason::kUdpNoSocket);
  link::FramePtr frame = std::move(packet.frame);
  frame->TrimFront(wire::kUdpHeaderSize);
  for (size_t i = 0; i + 1 < handles.size(); ++i) {
    link::FramePtr copy = pool_.Clone(*frame);
    if (!copy) {
      drops_.Counted(DropReason::kFramePoolEmpty);
      continue;
    }
    Deliver(handles[i], std::move(copy), packet, ends);
  }
  Deliver(handles.back(), std::move(frame), packet, ends);
}

void UdpIn::Deliver(UdpHandle handle, link::FramePtr payload, const ReceivedPacket& packet,
                    const EndpointPair& ends) {
  UdpDatagram datagram;
  datagram.source = ends.remote;
  datagram.destination = packet.destination;
  datagram.ttl = packet.ttl;
  datagram.tos = packet.tos;
  datagram.frame = std::move(payload);
  // Of several that get a broadcast, one may be closed by another's reader.
  const DropReason reason = table_.Deliver(handle, datagram);
  if (reason != DropReason::kNone) return drops_.Received(*datagram.frame, reason);
  statistics_.Add(Counter::kUdpInDatagrams);
}

void UdpIn::OnIcmpError(const IcmpErrorReport& report) {
  const auto quote = wire::TransportQuote::Parse(report.transport_header);
  if (!quote) return;
  // The quoted datagram was ours: its source is the local end.
  const bool ours = table_.DeliverError(
      {{report.local, quote->source_port}, {report.remote, quote->destination_port}}, report.error);
  // RFC 5927 section 4: UDP has no sequence numbers to check; that an endpoint has sent there is all it can
  // know.
  if (ours && report.next_hop_mtu != 0) ip_.NotePathMtu(report.remote, report.next_hop_mtu);
}

}  // namespace nut::net
