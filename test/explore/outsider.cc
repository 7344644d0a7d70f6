#include "test/explore/outsider.h"

#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"

namespace nut::explore {

void Outsider::Send(const wire::EthernetFields& ethernet, const wire::EndpointPair& ends,
                    const wire::TcpFields& fields) {
  const wire::Ipv4Address source = ends.local.address.v4();
  const wire::Ipv4Address destination = ends.remote.address.v4();
  const size_t size = wire::TcpHeaderSize(fields.options);
  link::FramePtr frame = frames_.Allocate(size);
  const MutableByteView segment = frame->Append(size);
  wire::Emit(segment, fields);
  wire::FinishTcpChecksum(segment, {source, destination});
  wire::Emit(frame->Prepend(wire::kIpv4HeaderSize), wire::Ipv4Fields{.source = source,
                                                                     .destination = destination,
                                                                     .protocol = wire::IpProtocol::kTcp,
                                                                     .payload_size = size});
  wire::Emit(frame->Prepend(wire::kEthernetHeaderSize), ethernet);
  port_.Send(std::move(frame));
}

}  // namespace nut::explore
