#include "stack/wire/printer.h"

#include <fmt/format.h>

#include "stack/wire/arp.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/icmp.h"
#include "stack/wire/igmp.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "stack/wire/transport_quote.h"
#include "stack/wire/udp.h"

namespace nut::wire {
namespace {

using fmt::format;

std::string Damaged(DropReason reason, size_t size) {
  return format("[{}], length {}", NameOf(reason), size);
}

std::string DescribeArp(ByteView payload) {
  const auto arp = ArpView::Parse(payload);
  if (!arp) return "ARP, " + Damaged(arp.error(), payload.size());
  const std::string sender = arp->sender_ip().ToText();
  const std::string target = arp->target_ip().ToText();
  switch (arp->operation()) {
    case ArpOperation::kRequest:
      return format("ARP, Request who-has {} tell {}, length {}", target, sender, kArpSize);
    case ArpOperation::kReply:
      return format("ARP, Reply {} is-at {}, length {}", sender, arp->sender_mac().ToText(), kArpSize);
  }
  return format("ARP, operation {}, length {}", static_cast<uint16_t>(arp->operation()), kArpSize);
}

std::string_view UnreachableWhat(uint8_t code) {
  switch (static_cast<UnreachableCode>(code)) {
    case UnreachableCode::kNetwork: return "net";
    case UnreachableCode::kHost: return "host";
    case UnreachableCode::kProtocol: return "protocol";
    case UnreachableCode::kPort: return "port";
    case UnreachableCode::kFragmentationNeeded: return "need to frag";
    default: return "";
  }
}

// "198.19.0.1.40000 > 198.19.0.10.80" of the packet that an error quotes, as far as it is there.
std::string DescribeQuote(ByteView quoted) {
  const auto ip = Ipv4View::ParseQuoted(quoted);
  if (!ip) return format("[{}]", NameOf(ip.error()));
  const std::string source = ip->source().ToText();
  const std::string destination = ip->destination().ToText();
  const auto ports = TransportQuote::Parse(ip->payload());
  const bool has_ports = ip->protocol() == IpProtocol::kTcp || ip->protocol() == IpProtocol::kUdp;
  if (!has_ports || !ports || ip->fragment_offset() != 0) return format("{} > {}", source, destination);
  return format("{}.{} > {}.{}", source, ports->source_port.number(), destination,
                ports->destination_port.number());
}

std::string DescribeIcmpKind(const IcmpView& icmp) {
  switch (icmp.type()) {
    case IcmpType::kEchoRequest:
      return format("echo request, id {}, seq {}", icmp.identifier(), icmp.sequence());
    case IcmpType::kEchoReply: return format("echo reply, id {}, seq {}", icmp.identifier(), icmp.sequence());
    case IcmpType::kDestinationUnreachable: {
      const std::string_view what = UnreachableWhat(icmp.code());
      const std::string name = what.empty() ? format("code {}", icmp.code()) : std::string(what);
      const bool has_mtu = icmp.code() == static_cast<uint8_t>(UnreachableCode::kFragmentationNeeded);
      const std::string mtu = has_mtu ? format(" (mtu {})", icmp.next_hop_mtu()) : "";
      return format("unreachable - {}{}: {}", name, mtu, DescribeQuote(icmp.payload()));
    }
    case IcmpType::kTimeExceeded:
      return format("time exceeded, code {}: {}", icmp.code(), DescribeQuote(icmp.payload()));
    case IcmpType::kParameterProblem:
      return format("parameter problem at {}: {}", icmp.pointer(), DescribeQuote(icmp.payload()));
    case IcmpType::kRedirect:
      return format("redirect to {}: {}", icmp.gateway().ToText(), DescribeQuote(icmp.payload()));
    default: return format("type {}, code {}", static_cast<uint8_t>(icmp.type()), icmp.code());
  }
}

std::string DescribeIcmp(const std::string& hosts, ByteView payload) {
  const auto icmp = IcmpView::Parse(payload);
  if (!icmp) return format("{}: ICMP {}", hosts, Damaged(icmp.error(), payload.size()));
  return format("{}: ICMP {}, length {}", hosts, DescribeIcmpKind(*icmp), payload.size());
}

std::string DescribeIgmp(const std::string& hosts, ByteView payload) {
  const auto igmp = IgmpView::Parse(payload);
  if (!igmp) return format("{}: igmp {}", hosts, Damaged(igmp.error(), payload.size()));
  const int version = static_cast<int>(igmp->version());
  const std::string group = igmp->group().ToText();
  switch (igmp->type()) {
    case IgmpType::kQuery: return format("{}: igmp query v{} {}", hosts, version, group);
    case IgmpType::kReportV1:
    case IgmpType::kReportV2: return format("{}: igmp v{} report {}", hosts, version, group);
    case IgmpType::kLeave: return format("{}: igmp leave {}", hosts, group);
    case IgmpType::kReportV3: return format("{}: igmp v3 report", hosts);
  }
  return format("{}: igmp type {:#04x}", hosts, static_cast<uint8_t>(igmp->type()));
}

std::string Ends(const Ipv4View& ip, Port source, Port destination) {
  return format("IP {}.{} > {}.{}", ip.source().ToText(), source.number(), ip.destination().ToText(),
                destination.number());
}

std::string DescribeUdp(const Ipv4View& ip, const std::string& hosts) {
  const auto udp = UdpView::Parse(ip.payload());
  if (!udp) return format("{}: UDP {}", hosts, Damaged(udp.error(), ip.payload().size()));
  const bool sound = udp->ChecksumOk({ip.source(), ip.destination()});
  return format("{}: UDP{}, length {}", Ends(ip, udp->source_port(), udp->destination_port()),
                sound ? "" : ", bad checksum", udp->payload().size());
}

std::string DescribeTcpOptions(ByteView bytes) {
  const auto options = ParseTcpOptions(bytes);
  if (!options) return format(", options [{}]", NameOf(options.error()));
  std::string text;
  const auto add = [&text](const std::string& option) { text += (text.empty() ? "" : ",") + option; };
  if (options->mss) add(format("mss {}", *options->mss));
  if (options->sack_permitted) add("sackOK");
  if (options->user_timeout) {
    add(format("user timeout {} {}", options->user_timeout->value,
               options->user_timeout->minutes ? "min" : "s"));
  }
  if (options->fast_open) {
    add(options->fast_open->is_request() ? "fast open request"
                                         : format("fast open cookie of {}", options->fast_open->size));
  }
  if (options->timestamps)
    add(format("TS val {} ecr {}", options->timestamps->value, options->timestamps->echo_reply));
  if (options->window_scale) add(format("wscale {}", *options->window_scale));
  for (const SackBlock& block : options->sack)
    add(format("sack {}:{}", block.left.number(), block.right.number()));
  return text.empty() ? "" : format(", options [{}]", text);
}

std::string DescribeTcp(const Ipv4View& ip, const std::string& hosts) {
  const auto tcp = TcpView::Parse(ip.payload());
  if (!tcp) return format("{}: TCP {}", hosts, Damaged(tcp.error(), ip.payload().size()));
  const uint32_t start = tcp->sequence().number();
  const size_t size = tcp->payload().size();
  std::string line = Ends(ip, tcp->source_port(), tcp->destination_port());
  line += format(": Flags {}, seq {}", tcp->flags().ToText(), start);
  if (size > 0) line += format(":{}", (tcp->sequence() + static_cast<uint32_t>(size)).number());
  if (tcp->flags().ack()) line += format(", ack {}", tcp->acknowledgement().number());
  line += format(", win {}", tcp->window());
  if (tcp->flags().urg()) line += format(", urg {}", tcp->urgent_pointer());
  line += DescribeTcpOptions(tcp->options());
  if (!tcp->ChecksumOk({ip.source(), ip.destination()})) line += ", bad checksum";
  return line + format(", length {}", size);
}

std::string DescribeFragment(const Ipv4View& ip, const std::string& hosts) {
  return format("{}: proto {}, frag id {}, offset {}{}, length {}", hosts,
                static_cast<uint8_t>(ip.protocol()), ip.identification(), ip.fragment_offset(),
                ip.more_fragments() ? "+" : "", ip.payload().size());
}

std::string DescribeIpv4(ByteView bytes) {
  const auto ip = Ipv4View::Parse(bytes);
  if (!ip) return "IP " + Damaged(ip.error(), bytes.size());
  const std::string hosts = format("IP {} > {}", ip->source().ToText(), ip->destination().ToText());
  if (ip->is_fragment()) return DescribeFragment(*ip, hosts);
  switch (ip->protocol()) {
    case IpProtocol::kIcmp: return DescribeIcmp(hosts, ip->payload());
    case IpProtocol::kIgmp: return DescribeIgmp(hosts, ip->payload());
    case IpProtocol::kUdp: return DescribeUdp(*ip, hosts);
    case IpProtocol::kTcp: return DescribeTcp(*ip, hosts);
  }
  return format("{}: proto {}, length {}", hosts, static_cast<uint8_t>(ip->protocol()), ip->payload().size());
}

}  // namespace

std::string Describe(ByteView ethernet_frame) {
  const auto ethernet = EthernetView::Parse(ethernet_frame);
  if (!ethernet) return Damaged(ethernet.error(), ethernet_frame.size());
  if (ethernet->Is(EtherType::kArp)) return DescribeArp(ethernet->payload());
  if (ethernet->Is(EtherType::kIpv4)) return DescribeIpv4(ethernet->payload());
  return format("{} > {}, ethertype {:#06x}, length {}", ethernet->source().ToText(),
                ethernet->destination().ToText(), ethernet->ether_type(), ethernet_frame.size());
}

}  // namespace nut::wire
