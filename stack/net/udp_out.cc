#include "stack/net/udp_out.h"

#include <algorithm>

#include "stack/os/executor.h"
#include "stack/wire/udp.h"

namespace nut::net {

Result<void> UdpOut::Send(UdpHandle handle, ByteView payload, const wire::Endpoint& destination) {
  const Result<UdpInfo> info = table_.Info(handle);
  if (!info) return Fail(info.error());
  if (const std::optional<UdpError> pending = table_.TakeError(handle)) return Fail(pending->error);
  const bool named = destination != wire::Endpoint{};
  const wire::Endpoint& remote = named ? destination : info->remote;
  if (!named && info->remote.port.is_none()) return Fail(Error::kNotConnected);
  if (remote.port.is_none()) return Fail(Error::kInvalidArgument);
  if (payload.size() > kMaximumPayload) return Fail(Error::kMessageTooLong);
  const Result<RouteChoice> route = ip_.Route(remote.address);
  if (!route) return Fail(route.error());

  const UdpEndpointOptions options = *table_.options(handle);
  SendParameters parameters;
  // RFC 1122 4.1.3.5: the address that the endpoint is bound to; one bound to a group or a broadcast only
  // listens there.
  parameters.source = ip_.IsLocal(info->local.address) ? info->local.address : route->source;
  parameters.destination = remote.address;
  parameters.protocol = wire::IpProtocol::kUdp;
  const bool group = remote.address.v4().is_multicast();
  parameters.ttl = group ? options.multicast_ttl : options.ttl;
  parameters.tos = options.tos;
  parameters.dont_fragment = options.dont_fragment;
  parameters.loop_multicast = options.loop_multicast;

  link::FramePtr frame = ip_.Allocate(wire::kUdpHeaderSize + payload.size());
  if (!frame) return Fail(Error::kNoBuffers);
  const MutableByteView datagram = frame->Append(wire::kUdpHeaderSize + payload.size());
  std::copy(payload.begin(), payload.end(), datagram.begin() + wire::kUdpHeaderSize);
  // RFC 1122 4.1.3.4: with a checksum, always.
  wire::Emit(datagram, {info->local.port, remote.port}, {parameters.source, parameters.destination});
  table_.NoteDestination(handle, remote);
  statistics_.Add(Counter::kUdpOutDatagrams);
  // The datagram is a frame of its own by now; the endpoint may be gone when the others have run.
  os::Executor& executor = table_.executor();
  executor.Pass(os::SchedulingPoint::kArpWait, handle.id());
  const Result<void> sent = ip_.Send(std::move(frame), parameters);
  executor.Pass(os::SchedulingPoint::kTransmit, handle.id());
  return sent;
}

}  // namespace nut::net
