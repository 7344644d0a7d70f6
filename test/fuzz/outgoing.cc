#include "test/fuzz/outgoing.h"

#include "stack/base/invariant.h"
#include "stack/wire/arp.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/icmp.h"
#include "stack/wire/igmp.h"
#include "stack/wire/udp.h"
#include "test/hostile/node_on_a_wire.h"

namespace nut::fuzz {
namespace {

using hostile::kNodeIp;
using hostile::kNodeMac;
using wire::IpProtocol;

bool IsHost(wire::Ipv4Address address) {
  return !address.is_this_network() && !address.is_multicast() && !address.is_broadcast() && !address.is_reserved() &&
         !address.is_loopback();
}

void CheckArp(ByteView packet) {
  const auto arp = wire::ArpView::Parse(packet);
  NUT_INVARIANT(arp.has_value(), "the node sends ARP that is none");
  NUT_INVARIANT(arp->sender_mac() == kNodeMac && arp->sender_ip() == kNodeIp, "the node speaks ARP for another");
}

void CheckIcmp(const wire::Ipv4View& ip) {
  const auto icmp = wire::IcmpView::Parse(ip.payload());
  NUT_INVARIANT(icmp.has_value(), "the node sends ICMP that is none");
  NUT_INVARIANT(IsHost(ip.destination()), "the node sends ICMP to many or nobody");
  if (!wire::IsError(icmp->type())) return;
  const auto quoted = wire::Ipv4View::ParseQuoted(icmp->payload());
  NUT_INVARIANT(quoted.has_value(), "an ICMP error quotes no packet");
  NUT_INVARIANT(quoted->source() == ip.destination(), "an ICMP error goes to somebody else");
  NUT_INVARIANT(quoted->fragment_offset() == 0, "an ICMP error about a later fragment");
  const bool about_icmp = quoted->protocol() == IpProtocol::kIcmp;
  NUT_INVARIANT(!about_icmp || (!quoted->payload().empty() &&
                                !wire::IsError(static_cast<wire::IcmpType>(quoted->payload()[0]))),
                "an ICMP error about an ICMP error");
}

void CheckIgmp(const wire::Ipv4View& ip) {
  NUT_INVARIANT(wire::IgmpView::Parse(ip.payload()).has_value(), "the node sends IGMP that is none");
  NUT_INVARIANT(ip.ttl() == 1 && ip.destination().is_multicast(), "the node sends IGMP beyond its link");
}

void CheckTcp(const wire::Ipv4View& ip) {
  const auto tcp = wire::TcpView::Parse(ip.payload());
  NUT_INVARIANT(tcp.has_value(), "the node sends TCP that is none");
  NUT_INVARIANT(tcp->ChecksumOk({ip.source(), ip.destination()}), "the node sends a wrong TCP checksum");
  NUT_INVARIANT(IsHost(ip.destination()), "the node speaks TCP to many or nobody");
  NUT_INVARIANT(!tcp->source_port().is_none() && !tcp->destination_port().is_none(), "the node uses port 0");
  NUT_INVARIANT(wire::ParseTcpOptions(tcp->options()).has_value(), "the node sends malformed options");
  const wire::TcpFlags flags = tcp->flags();
  NUT_INVARIANT(flags.syn() + flags.fin() + flags.rst() <= 1, "the node mixes SYN, FIN and RST");
  NUT_INVARIANT(flags.ack() || flags.syn() || flags.rst(), "the node sends a segment without ACK");
  NUT_INVARIANT(!flags.rst() || tcp->payload().empty(), "the node sends text with a RST");
  NUT_INVARIANT(flags.urg() || tcp->urgent_pointer() == 0, "an urgent pointer without URG");
}

void CheckUdp(const wire::Ipv4View& ip) {
  const auto udp = wire::UdpView::Parse(ip.payload());
  NUT_INVARIANT(udp.has_value() && udp->length() == ip.payload().size(), "the node sends UDP that is none");
  NUT_INVARIANT(udp->checksum() != 0 && udp->ChecksumOk({ip.source(), ip.destination()}),
                "the node sends a wrong UDP checksum");
  NUT_INVARIANT(!udp->source_port().is_none() && !udp->destination_port().is_none(), "the node uses port 0");
}

void CheckIpv4(ByteView packet, size_t mtu) {
  const auto ip = wire::Ipv4View::Parse(packet);
  NUT_INVARIANT(ip.has_value(), "the node sends IPv4 that is none");
  NUT_INVARIANT(packet.size() == ip->total_length() && packet.size() <= mtu, "the node sends too much");
  NUT_INVARIANT(ip->source() == kNodeIp, "the node lies about its address");
  NUT_INVARIANT(ip->ttl() > 0, "the node sends a dead packet");
  if (ip->is_fragment()) return;
  switch (ip->protocol()) {
    case IpProtocol::kIcmp: return CheckIcmp(*ip);
    case IpProtocol::kIgmp: return CheckIgmp(*ip);
    case IpProtocol::kTcp: return CheckTcp(*ip);
    case IpProtocol::kUdp: return CheckUdp(*ip);
  }
  NUT_INVARIANT(false, "the node sends a protocol that it does not know");
}

}  // namespace

std::optional<SegmentInFrame> FindSegment(ByteView frame) {
  const auto ethernet = wire::EthernetView::Parse(frame);
  if (!ethernet || !ethernet->Is(wire::EtherType::kIpv4)) return std::nullopt;
  const auto ip = wire::Ipv4View::Parse(ethernet->payload());
  if (!ip || ip->is_fragment() || ip->protocol() != IpProtocol::kTcp) return std::nullopt;
  const auto tcp = wire::TcpView::Parse(ip->payload());
  if (!tcp) return std::nullopt;
  return SegmentInFrame{*ip, *tcp};
}

void CheckOutgoing(ByteView frame, size_t mtu) {
  const auto ethernet = wire::EthernetView::Parse(frame);
  NUT_INVARIANT(ethernet.has_value(), "the node sends a runt");
  NUT_INVARIANT(ethernet->source() == kNodeMac, "the node lies about its MAC");
  NUT_INVARIANT(ethernet->destination() != kNodeMac && ethernet->destination() != wire::MacAddress(),
                "the node sends to itself or to nobody");
  if (ethernet->Is(wire::EtherType::kArp)) return CheckArp(ethernet->payload());
  NUT_INVARIANT(ethernet->Is(wire::EtherType::kIpv4), "the node sends what it does not know");
  CheckIpv4(ethernet->payload(), mtu);
}

}  // namespace nut::fuzz
