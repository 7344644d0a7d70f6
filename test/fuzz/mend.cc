#include "test/fuzz/mend.h"

#include "stack/wire/checksum.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/icmp.h"
#include "stack/wire/igmp.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "stack/wire/udp.h"

namespace nut::fuzz {
namespace {

using wire::IpProtocol;

void MendField(MutableByteView bytes, size_t offset, uint32_t seed) {
  StoreBe16(bytes.data() + offset, 0);
  StoreBe16(bytes.data() + offset, wire::Checksum(bytes, seed));
}

void MendPayload(const wire::Ipv4View& ip, MutableByteView payload) {
  const auto length = static_cast<uint16_t>(payload.size());
  const uint32_t pseudo = wire::PseudoHeader{ip.source(), ip.destination(), ip.protocol(), length}.Sum();
  switch (ip.protocol()) {
    case IpProtocol::kIcmp:
      if (length >= wire::kIcmpHeaderSize) MendField(payload, 2, 0);
      return;
    case IpProtocol::kIgmp:
      if (length >= wire::kIgmpSize) MendField(payload, 2, 0);
      return;
    case IpProtocol::kUdp:
      if (length >= wire::kUdpHeaderSize) MendField(payload, wire::kUdpChecksumOffset, pseudo);
      return;
    case IpProtocol::kTcp:
      if (length >= wire::kTcpHeaderSize) MendField(payload, wire::kTcpChecksumOffset, pseudo);
      return;
  }
}

}  // namespace

void MendChecksums(MutableByteView frame) {
  const auto ethernet = wire::EthernetView::Parse(frame);
  if (!ethernet || !ethernet->Is(wire::EtherType::kIpv4)) return;
  const MutableByteView packet = frame.subspan(wire::kEthernetHeaderSize);
  // The lenient reading has no opinion on the checksum.
  const auto ip = wire::Ipv4View::ParseQuoted(packet);
  if (!ip) return;
  MendField(packet.first(ip->header_size()), 10, 0);
  if (!ip->is_fragment()) MendPayload(*ip, packet.subspan(ip->header_size(), ip->payload().size()));
}

}  // namespace nut::fuzz
