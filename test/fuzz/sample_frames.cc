#include "test/fuzz/sample_frames.h"

#include <algorithm>
#include <string_view>

#include "stack/wire/arp.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/icmp.h"
#include "stack/wire/igmp.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/ipv4_options.h"
#include "stack/wire/tcp.h"
#include "stack/wire/udp.h"

namespace nut::fuzz {
namespace {

using Bytes = std::vector<uint8_t>;
using namespace nut::wire;  // NOLINT(google-build-using-namespace): all of it, here alone

constexpr MacAddress kHostMac({2, 0, 0, 0, 0, 1});
constexpr MacAddress kNodeMac({2, 0, 0, 0, 0, 10});
constexpr Ipv4Address kHost(198, 19, 0, 1);
constexpr Ipv4Address kNode(198, 19, 0, 10);
constexpr PseudoHeader kPseudo{kHost, kNode};

Bytes Join(ByteView a, ByteView b) {
  Bytes bytes(a.size() + b.size());
  std::copy(b.begin(), b.end(), std::copy(a.begin(), a.end(), bytes.begin()));
  return bytes;
}

Bytes OverEthernet(EtherType type, ByteView payload) {
  Bytes frame = Join(Bytes(kEthernetHeaderSize), payload);
  Emit(frame, EthernetFields{kNodeMac, kHostMac, type});
  return frame;
}

Bytes OverIp(Ipv4Fields fields, ByteView payload) {
  fields.source = kHost;
  fields.destination = kNode;
  fields.payload_size = payload.size();
  Bytes packet = Join(Bytes(Ipv4HeaderSize(fields)), payload);
  Emit(packet, fields);
  return OverEthernet(EtherType::kIpv4, packet);
}

Bytes Arp(ArpOperation operation) {
  Bytes packet(kArpSize);
  Emit(packet, ArpFields{operation, kHostMac, kHost, kNodeMac, kNode});
  return OverEthernet(EtherType::kArp, packet);
}

Bytes Icmp(const IcmpFields& fields, ByteView payload) {
  Bytes message = Join(Bytes(kIcmpHeaderSize), payload);
  Emit(message, fields);
  return OverIp({.protocol = IpProtocol::kIcmp}, message);
}

Bytes Igmp(IgmpType type) {
  Bytes message(kIgmpSize);
  Emit(message, IgmpFields{type, 10, Ipv4Address(239, 1, 2, 3)});
  return OverIp({.protocol = IpProtocol::kIgmp, .ttl = 1, .options = kIpv4RouterAlert}, message);
}

// For a group and sources of it, or for all groups.
Bytes IgmpV3Query(bool general) {
  Bytes message = {0x11, 10, 0, 0, 239, 1, 2, 3, 2, 125, 0, 2, 198, 19, 0, 1, 10, 0, 0, 2};
  if (general) message = {0x11, 10, 0, 0, 0, 0, 0, 0, 3, 20, 0, 0};
  StoreBe16(message.data() + 2, Checksum(message));
  return OverIp({.protocol = IpProtocol::kIgmp, .ttl = 1, .options = kIpv4RouterAlert}, message);
}

Bytes Udp(uint16_t port, std::string_view payload) {
  Bytes datagram = Join(Bytes(kUdpHeaderSize), AsBytes(payload));
  Emit(datagram, {Port(40000), Port(port)}, kPseudo);
  return OverIp({.protocol = IpProtocol::kUdp}, datagram);
}

Bytes Tcp(TcpFlags flags, const TcpOptions& options, std::string_view payload) {
  const TcpFields fields{Port(40000), Port(80), SequenceNumber(7), SequenceNumber(9), flags, 64240,
                         0,           options};
  Bytes segment = Join(Bytes(TcpHeaderSize(options)), AsBytes(payload));
  Emit(segment, fields);
  FinishTcpChecksum(segment, kPseudo);
  return OverIp({.protocol = IpProtocol::kTcp, .dont_fragment = true}, segment);
}

TcpOptions SynOptions() {
  return {.mss = 1460, .window_scale = 7, .sack_permitted = true, .timestamps = TcpTimestamps{1, 0}};
}

TcpOptions SackOptions() {
  TcpOptions options{.timestamps = TcpTimestamps{5, 6}};
  options.sack.Add({SequenceNumber(100), SequenceNumber(200)});
  options.sack.Add({SequenceNumber(300), SequenceNumber(400)});
  return options;
}

}  // namespace

std::vector<Bytes> SampleFrames() {
  const Bytes echo = Icmp({IcmpType::kEchoRequest, 0, EchoRest(3, 4)}, AsBytes("abcdefghij"));
  const Bytes udp = Udp(7, "hello");
  const ByteView quoted = ByteView(udp).subspan(kEthernetHeaderSize);
  const auto fragmentation = static_cast<uint8_t>(UnreachableCode::kFragmentationNeeded);
  return {
      Arp(ArpOperation::kRequest),
      Arp(ArpOperation::kReply),
      echo,
      Icmp({IcmpType::kDestinationUnreachable, static_cast<uint8_t>(UnreachableCode::kPort), 0}, quoted),
      Icmp({IcmpType::kDestinationUnreachable, fragmentation, NextHopMtuRest(1400)}, quoted),
      Icmp({IcmpType::kTimeExceeded, 0, 0}, quoted),
      Icmp({IcmpType::kRedirect, 1, Ipv4Address(198, 19, 0, 2).number()}, quoted),
      Icmp({IcmpType::kParameterProblem, 0, PointerRest(20)}, quoted),
      Igmp(IgmpType::kQuery),
      Igmp(IgmpType::kReportV2),
      Igmp(IgmpType::kLeave),
      IgmpV3Query(/*general=*/false),
      IgmpV3Query(/*general=*/true),
      udp,
      OverIp({.protocol = IpProtocol::kUdp, .more_fragments = true}, Bytes(64)),
      OverIp({.protocol = IpProtocol::kUdp, .fragment_offset = 64}, Bytes(24)),
      OverIp({.protocol = IpProtocol::kTcp, .options = Bytes{131, 7, 4, 10, 0, 0, 1}}, Bytes(20)),
      Tcp(TcpFlags::kSyn, SynOptions(), ""),
      Tcp(TcpFlags::kSyn | TcpFlags::kAck, SynOptions(), ""),
      Tcp(TcpFlags::kAck, SackOptions(), ""),
      Tcp(TcpFlags::kPsh | TcpFlags::kAck, {.timestamps = TcpTimestamps{5, 6}}, "GET / HTTP/1.1\r\n\r\n"),
      Tcp(TcpFlags::kFin | TcpFlags::kAck, {}, ""),
      Tcp(TcpFlags::kRst, {}, ""),
      Tcp(TcpFlags::kUrg | TcpFlags::kAck, {}, "urgent"),
      OverEthernet(EtherType::kIpv6, Bytes(40)),
      OverEthernet(EtherType::kVlan, Bytes(40)),
  };
}

}  // namespace nut::fuzz
