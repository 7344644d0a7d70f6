#include "stack/wire/printer.h"

#include <gtest/gtest.h>

#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

Tins::EthernetII Carrier() { return Tins::EthernetII("02:00:00:00:00:0a", "02:00:00:00:00:01"); }

Tins::EthernetII OverIp(const Tins::PDU& inner) {
  return Carrier() / Tins::IP("198.19.0.10", "198.19.0.1") / inner;
}

std::string Line(Tins::PDU&& frame) { return Describe(frame.serialize()); }

Tins::TCP Syn() {
  Tins::TCP tcp(80, 40000);
  tcp.flags(Tins::TCP::SYN);
  tcp.seq(7);
  tcp.window(64240);
  tcp.mss(1460);
  tcp.sack_permitted();
  tcp.timestamp(5, 0);
  tcp.winscale(7);
  return tcp;
}

TEST(Printer, DescribesTcp) {
  EXPECT_EQ(Line(OverIp(Syn())),
            "IP 198.19.0.1.40000 > 198.19.0.10.80: Flags [S], seq 7, win 64240, "
            "options [mss 1460,sackOK,TS val 5 ecr 0,wscale 7], length 0");
  Tins::TCP data(80, 40000);
  data.flags(Tins::TCP::PSH | Tins::TCP::ACK);
  data.seq(0xfffffffe);
  data.ack_seq(9);
  data.window(100);
  EXPECT_EQ(Line(OverIp(data / Tins::RawPDU("hello"))),
            "IP 198.19.0.1.40000 > 198.19.0.10.80: Flags [P.], seq 4294967294:3, ack 9, win 100, length 5");
}

TEST(Printer, DescribesSackUrgentAndBadOptions) {
  Tins::TCP ack(80, 40000);
  ack.flags(Tins::TCP::ACK | Tins::TCP::URG);
  ack.window(1);
  ack.urg_ptr(3);
  ack.sack({10, 20});
  EXPECT_EQ(
      Line(OverIp(ack)),
      "IP 198.19.0.1.40000 > 198.19.0.10.80: Flags [.U], seq 0, ack 0, win 1, urg 3, options [sack 10:20], "
      "length 0");
  Bytes frame = OverIp(Syn()).serialize();
  frame[14 + 20 + 20 + 1] = 0;  // the length of MSS
  EXPECT_EQ(Describe(frame),
            "IP 198.19.0.1.40000 > 198.19.0.10.80: Flags [S], seq 7, win 64240, "
            "options [tcp: bad options], bad checksum, length 0");
}

TEST(Printer, DescribesUdp) {
  EXPECT_EQ(Line(OverIp(Tins::UDP(7, 5000) / Tins::RawPDU("hello"))),
            "IP 198.19.0.1.5000 > 198.19.0.10.7: UDP, length 5");
}

TEST(Printer, DescribesArp) {
  Tins::ARP request("198.19.0.10", "198.19.0.1", "00:00:00:00:00:00", "02:00:00:00:00:01");
  request.opcode(Tins::ARP::REQUEST);
  EXPECT_EQ(Line(Carrier() / request), "ARP, Request who-has 198.19.0.10 tell 198.19.0.1, length 28");
  request.opcode(Tins::ARP::REPLY);
  EXPECT_EQ(Line(Carrier() / request), "ARP, Reply 198.19.0.1 is-at 02:00:00:00:00:01, length 28");
}

TEST(Printer, DescribesIcmp) {
  Tins::ICMP echo;
  echo.set_echo_request(3, 4);
  EXPECT_EQ(Line(OverIp(echo / Tins::RawPDU("abc"))),
            "IP 198.19.0.1 > 198.19.0.10: ICMP echo request, id 3, seq 4, length 11");
  Tins::IP quoted = Tins::IP("198.19.0.1", "198.19.0.10") / Tins::UDP(99, 53) / Tins::RawPDU("x");
  Tins::ICMP unreachable(Tins::ICMP::DEST_UNREACHABLE);
  unreachable.code(3);
  EXPECT_EQ(
      Line(OverIp(unreachable / Tins::RawPDU(quoted.serialize()))),
      "IP 198.19.0.1 > 198.19.0.10: ICMP unreachable - port: 198.19.0.10.53 > 198.19.0.1.99, length 37");
  unreachable.code(4);
  unreachable.mtu(1400);
  EXPECT_EQ(
      Line(OverIp(unreachable / Tins::RawPDU("cut"))),
      "IP 198.19.0.1 > 198.19.0.10: ICMP unreachable - need to frag (mtu 1400): [ip: truncated], length 11");
}

TEST(Printer, DescribesIgmp) {
  Tins::IP report =
      Tins::IP("239.1.2.3", "198.19.0.10") / Tins::RawPDU(Bytes{0x16, 0, 0xf8, 0xfa, 239, 1, 2, 3});
  report.protocol(2);
  EXPECT_EQ(Line(Carrier() / report), "IP 198.19.0.10 > 239.1.2.3: igmp v2 report 239.1.2.3");
}

TEST(Printer, DescribesFragmentsAndOtherProtocols) {
  Tins::IP fragment = Tins::IP("198.19.0.10", "198.19.0.1") / Tins::RawPDU(Bytes(16));
  fragment.protocol(17);
  fragment.id(77);
  fragment.fragment_offset(185);
  fragment.flags(Tins::IP::MORE_FRAGMENTS);
  EXPECT_EQ(Line(Carrier() / fragment),
            "IP 198.19.0.1 > 198.19.0.10: proto 17, frag id 77, offset 1480+, length 16");
  Tins::IP other = Tins::IP("198.19.0.10", "198.19.0.1") / Tins::RawPDU(Bytes(16));
  other.protocol(253);
  EXPECT_EQ(Line(Carrier() / other), "IP 198.19.0.1 > 198.19.0.10: proto 253, length 16");
}

TEST(Printer, NamesWhatDoesNotParse) {
  EXPECT_EQ(Describe({}), "[ethernet: truncated], length 0");
  Bytes frame = OverIp(Tins::UDP(7, 5000)).serialize();
  frame[14] = 0x65;
  EXPECT_EQ(Describe(frame).substr(0, 17), "IP [ip: bad versi");
  frame[12] = 0x86;
  frame[13] = 0xdd;
  EXPECT_EQ(Describe(frame).substr(0, 57), "02:00:00:00:00:01 > 02:00:00:00:00:0a, ethertype 0x86dd, ");
}

TEST(Printer, GivesOneLineForEveryTruncation) {
  const Bytes frame = OverIp(Syn() / Tins::RawPDU("hello")).serialize();
  for (size_t size = 0; size <= frame.size(); ++size) {
    const std::string line = Describe(Copy(ByteView(frame).first(size)));
    EXPECT_FALSE(line.empty());
    EXPECT_EQ(line.find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace nut::wire
