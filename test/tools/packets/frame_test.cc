// The packets that scripts send are what libtins takes them for, and what libtins writes is read as it was
// meant.

#include <gtest/gtest.h>
#include <tins/tins.h>

#include "tools/packets/frame_reader.h"
#include "tools/packets/frame_writer.h"
#include "tools/packets/parser.h"

namespace nut::packets {
namespace {

Route TestRoute() {
  Route route;
  route.source_mac = wire::MacAddress({2, 0, 0, 0, 0, 1});
  route.destination_mac = wire::MacAddress({2, 0, 0, 0, 0, 0x10});
  route.source = wire::Ipv4Address(198, 19, 0, 1);
  route.destination = wire::Ipv4Address(198, 19, 0, 10);
  route.source_port = 40000;
  route.destination_port = 80;
  route.bases = {.sequence = 1000, .ack = 5000, .timestamp = 0, .echo = 70};
  route.ip_id = 9;
  return route;
}

Bytes Write(const std::string& text) {
  Tokens tokens(text, {"test", 1});
  return WriteFrame(ParsePacket(tokens), TestRoute());
}

// Serialising again computes every checksum and length anew: equal octets mean that ours were right.
void ExpectRight(const Bytes& frame) {
  Tins::EthernetII read(frame.data(), static_cast<uint32_t>(frame.size()));
  Bytes again = read.serialize();
  ASSERT_GE(again.size(), frame.size());
  again.resize(frame.size());  // libtins pads to Ethernet's least length
  EXPECT_EQ(again, frame);
}

TEST(Frame, ASegmentIsWhatLibtinsReads) {
  const Bytes frame = Write("P. 1:6(5) ack 3 win 512 <mss 1400,nop,wscale 7,sackOK,ts 11 1> \"hello\"");
  ExpectRight(frame);
  const Tins::EthernetII read(frame.data(), static_cast<uint32_t>(frame.size()));
  const auto& tcp = read.rfind_pdu<Tins::TCP>();
  EXPECT_EQ(tcp.seq(), 1001u);
  EXPECT_EQ(tcp.ack_seq(), 5003u);
  EXPECT_EQ(tcp.window(), 512);
  EXPECT_EQ(tcp.mss(), 1400);
  EXPECT_EQ(tcp.winscale(), 7);
  EXPECT_TRUE(tcp.has_sack_permitted());
  EXPECT_EQ(tcp.timestamp(), std::make_pair(11u, 71u));
  EXPECT_EQ(read.rfind_pdu<Tins::IP>().id(), 9);
}

TEST(Frame, OtherPacketsAreWhatLibtinsReads) {
  ExpectRight(Write("udp 4000 > 5000 (11)"));
  ExpectRight(Write("icmp echo id 1 seq 2 (57)"));
  ExpectRight(Write("arp who-has 198.19.0.10 tell 198.19.0.1"));
  ExpectRight(Write("ip(ttl 3, tos 8, df, id 77) udp 1 > 2 \"x\""));
}

TEST(Frame, AFieldThatIsGivenIsWrittenAsGiven) {
  const auto sum_of = [](const Bytes& frame) { return ReadFrame(frame).fault; };
  EXPECT_EQ(sum_of(Write("S 0:0")), "");
  EXPECT_EQ(sum_of(Write("S 0:0 checksum bad")), "a wrong checksum");
  EXPECT_EQ(sum_of(Write("ip(checksum bad) S 0:0")), "a wrong IP header checksum");
  EXPECT_EQ(sum_of(Write("ip(length 19) S 0:0")), "a total length that is not the packet's");
  EXPECT_EQ(sum_of(Write("S 0:0 doff 4")), "a TCP header of an impossible length");
  EXPECT_EQ(sum_of(Write("S 0:0 <raw 0200>")), "an option of an impossible length");
  EXPECT_EQ(sum_of(Write("icmp echo checksum bad")), "a wrong ICMP checksum");
}

TEST(Frame, SlicesArePiecesOfOnePacket) {
  const Bytes whole = Write("udp 1 > 2 (100)"), first = Write("udp 1 > 2 (100) fragment 0:64+"),
              second = Write("udp 1 > 2 (100) fragment 64:108");
  Bytes joined(first.begin() + 34, first.end());
  joined.insert(joined.end(), second.begin() + 34, second.end());
  EXPECT_EQ(joined, Bytes(whole.begin() + 34, whole.end()));
  EXPECT_EQ(ReadFrame(first).packet.ip.more_fragments, true);
  EXPECT_EQ(ReadFrame(second).packet.ip.offset, 64u);
}

TEST(Frame, WhatLibtinsWritesIsRead) {
  auto frame = Tins::EthernetII("02:00:00:00:00:10", "02:00:00:00:00:01") /
               Tins::IP("198.19.0.10", "198.19.0.1") / Tins::TCP(80, 40000);
  auto& tcp = frame.rfind_pdu<Tins::TCP>();
  tcp.seq(7);
  tcp.flags(Tins::TCP::SYN);
  tcp.mss(1460);
  const ReadPacket read = ReadFrame(frame.serialize());
  EXPECT_EQ(read.fault, "");
  EXPECT_EQ(read.source_port, 40000);
  EXPECT_EQ(read.packet.tcp.sequence, 7u);
  EXPECT_EQ(read.packet.tcp.options.at(0).first, 1460u);
}

TEST(Frame, EveryTruncationIsRead) {
  const Bytes frame = Write("P. 1:6(5) ack 3 <mss 1400,ts 11 1> \"hello\"");
  for (size_t size = 0; size < frame.size(); ++size) {
    EXPECT_NE(ReadFrame(std::span(frame).first(size)).fault, "") << size;
  }
}

}  // namespace
}  // namespace nut::packets
