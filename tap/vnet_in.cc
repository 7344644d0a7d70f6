#include "tap/vnet_in.h"

#include "stack/link/checksum_offload.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace nut::tap {
namespace {

// Ethernet, IPv4 and TCP headers of the frame; 0 where it holds no TCP over IPv4 with at least one byte of
// text. The header's own header_length is a hint only.
uint16_t TcpHeadersOf(ByteView frame) {
  const auto ethernet = wire::EthernetView::Parse(frame);
  if (!ethernet || !ethernet->Is(wire::EtherType::kIpv4)) return 0;
  const ByteView packet = ethernet->payload();
  const auto ip = wire::Ipv4View::ParseQuoted(packet);
  if (!ip || ip->protocol() != wire::IpProtocol::kTcp || ip->total_length() != packet.size()) return 0;
  const auto tcp = wire::TcpView::Parse(ip->payload());
  if (!tcp || tcp->payload().empty()) return 0;
  return static_cast<uint16_t>(frame.size() - tcp->payload().size());
}

}  // namespace

bool TakeNotes(const VnetHeader& header, link::Frame& frame) {
  const bool partial = (header.flags & VnetHeader::kNeedsChecksum) != 0;
  if (partial) {
    frame.checksum = {.state = link::ChecksumState::kPartial,
                      .start = header.checksum_start,
                      .offset = header.checksum_offset};
    if (!link::ChecksumOffloadIsSound(frame)) return false;
  } else if ((header.flags & VnetHeader::kDataValid) != 0) {
    frame.checksum.state = link::ChecksumState::kVerified;
  }
  if (header.gso_type == VnetHeader::kOnePacket) return true;

  // virtio 1.1, 5.1.6.2: a packet to be cut has its checksum left undone, for each piece has its own.
  const bool is_tcp = (header.gso_type & ~VnetHeader::kEcn) == VnetHeader::kTcpV4;
  if (!is_tcp || !partial || header.gso_size == 0) return false;
  frame.segmentation = {.segment_size = header.gso_size, .header_size = TcpHeadersOf(frame.data())};
  return frame.segmentation.header_size != 0;
}

}  // namespace nut::tap
