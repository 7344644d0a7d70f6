#include "stack/net/ethernet_out.h"

namespace nut::net {

void EthernetOut::Send(link::FramePtr frame, const wire::MacAddress& destination, wire::EtherType type) {
  wire::Emit(frame->Prepend(wire::kEthernetHeaderSize), {destination, interface_.mac(), type});
  if (frame->checksum.state == link::ChecksumState::kPartial)
    frame->checksum.start += wire::kEthernetHeaderSize;
  if (frame->segmentation.segment_size != 0) frame->segmentation.header_size += wire::kEthernetHeaderSize;
  statistics_.Add(Counter::kFramesOut);
  statistics_.Add(Counter::kBytesOut, frame->total_size());
  device_.Send(std::move(frame));
}

wire::MacAddress MulticastMac(wire::Ipv4Address group) {
  const uint32_t low = group.number() & 0x7fffff;
  return wire::MacAddress({0x01, 0x00, 0x5e, static_cast<uint8_t>(low >> 16), static_cast<uint8_t>(low >> 8),
                           static_cast<uint8_t>(low)});
}

}  // namespace nut::net
