#include "stack/net/udp_out.h"

#include <algorithm>

#include "stack/os/executor.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/udp.h"

namespace nut::net {

Result<wire::IpAddress> UdpOut::ChooseSource(const UdpSending& sending) const {
  const Result<RouteChoice> route = ip_.Route(sending.remote.address);
  if (!route) return Fail(route.error());
  return ip_.IsLocal(sending.local.address) ? sending.local.address : route->source;
}

Result<void> UdpOut::Send(UdpHandle handle, ByteView payload, const wire::Endpoint& destination) {
  const Result<UdpSending> sending = table_.PrepareSending(handle, destination);
  if (!sending) return Fail(sending.error());
  if (payload.size() > kMaximumPayload) return Fail(Error::kMessageTooLong);
  const Result<wire::IpAddress> source = ChooseSource(*sending);
  if (!source) return Fail(source.error());
  link::FramePtr frame = ip_.Allocate(payload.size());
  if (!frame) return Fail(Error::kNoBuffers);
  std::copy(payload.begin(), payload.end(), frame->Append(payload.size()).begin());
  return SendFrame(handle, std::move(frame), *sending, *source);
}

Result<void> UdpOut::Reply(UdpHandle handle, UdpDatagram&& datagram) {
  link::FramePtr& frame = datagram.frame;
  // One that was put together from fragments, for example, may have no room in front.
  if (frame->headroom() < link::Frame::kHeadroom) return Send(handle, frame->data(), datagram.source);
  const Result<UdpSending> sending = table_.PrepareSending(handle, datagram.source);
  if (!sending) return Fail(sending.error());
  if (frame->size() > kMaximumPayload) return Fail(Error::kMessageTooLong);
  const bool to_us = ip_.IsLocal(datagram.destination);
  const Result<wire::IpAddress> source = to_us ? datagram.destination : ChooseSource(*sending);
  if (!source) return Fail(source.error());
  frame->BecomeOutgoing();
  return SendFrame(handle, std::move(frame), *sending, *source);
}

bool UdpOut::IsTooLongForPath(const UdpSending& sending, size_t payload_size) const {
  if (!sending.dont_fragment) return false;
  const Result<RouteChoice> route = ip_.Route(sending.remote.address);
  const size_t packet = wire::kIpv4HeaderSize + wire::kUdpHeaderSize + payload_size;
  return route && route->path_mtu && packet > *route->path_mtu;
}

Result<void> UdpOut::SendFrame(UdpHandle handle, link::FramePtr frame, const UdpSending& sending,
                               const wire::IpAddress& source) {
  // RFC 1191 6.1: who forbids fragmentation is told what does not fit.
  if (IsTooLongForPath(sending, frame->size())) {
    statistics_.Drop(DropReason::kIpNeedsFragmentation);
    return Fail(Error::kMessageTooLong);
  }
  SendParameters parameters;
  parameters.source = source;
  parameters.destination = sending.remote.address;
  parameters.protocol = wire::IpProtocol::kUdp;
  parameters.ttl = sending.ttl;
  parameters.tos = sending.tos;
  parameters.dont_fragment = sending.dont_fragment;
  parameters.loop_multicast = sending.loop_multicast;

  frame->Prepend(wire::kUdpHeaderSize);
  // RFC 1122 4.1.3.4: with a checksum, always.
  const wire::UdpFields ports{sending.local.port, sending.remote.port};
  const wire::PseudoHeader pseudo{.source = source, .destination = sending.remote.address};
  if (ip_.offloads_checksum()) {
    wire::EmitForOffload(frame->mutable_data(), ports, pseudo);
    frame->checksum = {link::ChecksumState::kPartial, 0, wire::kUdpChecksumOffset};
  } else {
    wire::Emit(frame->mutable_data(), ports, pseudo);
  }
  table_.NoteDestination(handle, sending.remote);
  statistics_.Add(Counter::kUdpOutDatagrams);
  // The datagram is a frame of its own by now; the endpoint may be gone when the others have run.
  os::Executor& executor = table_.executor();
  executor.Pass(os::SchedulingPoint::kArpWait, handle.id());
  const Result<void> sent = ip_.Send(std::move(frame), parameters);
  executor.Pass(os::SchedulingPoint::kTransmit, handle.id());
  return sent;
}

}  // namespace nut::net
