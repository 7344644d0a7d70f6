// The language: what is printed is read again, and what is wrong is refused with its place.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tools/packets/parser.h"
#include "tools/packets/segment_text.h"

namespace nut::packets {
namespace {

using ::testing::HasSubstr;

Packet Parse(const std::string& text) {
  Tokens tokens(text, {"test", 1});
  const Packet packet = ParsePacket(tokens);
  tokens.End();
  return packet;
}

std::string ErrorOf(const std::string& script) {
  try {
    ParseScript(script, "x.pkt");
  } catch (const ScriptError& error) {
    return error.what();
  }
  return "";
}

class Printed : public testing::TestWithParam<const char*> {};

TEST_P(Printed, IsReadAgain) { EXPECT_EQ(PrintPacket(Parse(GetParam())), GetParam()); }

INSTANTIATE_TEST_SUITE_P(
    Packets, Printed,
    testing::Values("S 0:0(0) win 65535 <mss 1460,sackOK,ts 100 0,nop,wscale 7>",
                    "P. 1:1001(1000) ack 1 win 512", "FPU. 1:11(10) ack 5 win 0 urg 3",
                    "SEW 0:0(0) win 65535", "- 7:7(0) win 1", "R 5:5(0) win 0",
                    ". 1:1(0) ack 1 win 9 <nop,nop,sack 11:21 31:41>", ". 1:1(0) ack 1 <opt 30 00ff,eol>",
                    "P. 1:6(5) ack 1 win 512 \"hello\"", "P. 1:4(3) ack 1 win 512 hex 00ff07",
                    "ip(ttl 1, tos 16, options 94040000) S 0:0(0) win 65535", "udp 4000 > 5000 (10)",
                    "udp 4000 > 5000 (2) \"hi\"", "icmp echo id 1 seq 2 (56)",
                    "icmp type 40 code 3 rest 7 (0)", "icmp unreachable frag_needed mtu 1400 [1:1461(1460)]",
                    "icmp unreachable port [udp 4000 > 5000 (10)]",
                    "icmp redirect host gateway 198.19.0.2 [1:1(0)]", "igmp query group 224.0.0.0 max 100",
                    "arp who-has 198.19.0.10 tell 198.19.0.1", "arp reply 198.19.0.1 is-at 02:00:00:00:00:01",
                    "ip(proto 17, offset 1480, mf) raw (1480)", "..."));

TEST(Language, TimesAreThoseOfPacketdrill) {
  const Script script =
      ParseScript("+.1 quiet 1\n0.25 quiet 1\n+250ms quiet 1\n* > ...\n+0.1~+0.2 > ...\nquiet 1\n", "x");
  ASSERT_EQ(script.events.size(), 6u);
  EXPECT_EQ(script.events[0].when.from, 100ms);
  EXPECT_EQ(script.events[1].when.kind, When::Kind::kAbsolute);
  EXPECT_EQ(script.events[1].when.from, 250ms);
  EXPECT_EQ(script.events[2].when.from, 250ms);
  EXPECT_EQ(script.events[3].when.kind, When::Kind::kAny);
  EXPECT_EQ(script.events[4].when.to, 200ms);
  EXPECT_EQ(script.events[5].when.from, 0ms);
}

TEST(Language, CommentsAndBlankLinesAreNothing) {
  EXPECT_EQ(ParseScript("# one\n\n   // two\nquiet 1\n", "x").events.size(), 1u);
  EXPECT_THAT(ErrorOf("# one\n"), HasSubstr("nothing happens"));
  EXPECT_EQ(ParseScript("send \"a # b\" # comment\n", "x").events.at(0).words.at(0), "\"a # b");
}

TEST(Language, DirectivesStandInFront) {
  const Script script = ParseScript(
      "node --mtu 1400\ntcp nagle no\narp manual\ntolerance 2ms\npeer 198.19.0.9\nquiet 1\n", "x");
  EXPECT_EQ(script.node_options, (std::vector<std::string>{"--mtu", "1400"}));
  EXPECT_EQ(script.parameters.at(0).name, "nagle");
  EXPECT_TRUE(script.manual_arp);
  EXPECT_EQ(script.tolerance, 2ms);
  EXPECT_THAT(ErrorOf("quiet 1\nnode --mtu 1400\n"), HasSubstr("x.pkt:2: "));
}

TEST(Language, WhatIsWrongIsRefusedWithItsPlace) {
  for (const auto& [line, message] : std::initializer_list<std::pair<const char*, const char*>>{
           {"< S 0:0(0) win 65536", "65536 is more than a window can be"},
           {"< Q 0:0(0)", "no TCP flags"},
           {"< S 0:10(9)", "contradict each other"},
           {"< S 5", "no range such as 1:1001(1000)"},
           {"< S 0:0 <mss>", "an MSS is missing"},
           {"< S 0:0 <frob>", "\"frob\" is no option"},
           {"< P. 1:2(1) \"hello\"", "contradict each other"},
           {"< ip(colour 3) S 0:0", "no field of an IP header"},
           {"< icmp frob", "no kind of ICMP message"},
           {"< igmp frob", "no kind of IGMP message"},
           {"< S 0:0 \"hello", "a string without its end"},
           {"< ...", "can be expected only"},
           {"* < S 0:0", "only what is expected"},
           {"& > S 0:0", "only packets can come together"},
           {"+0", "<, > or a call is missing"},
           {"< S 0:0 fragment 9:8", "ends before it begins"},
       }) {
    EXPECT_THAT(ErrorOf(std::string("\n") + line + "\n"), HasSubstr("x.pkt:2: ")) << line;
    EXPECT_THAT(ErrorOf(std::string("\n") + line + "\n"), HasSubstr(message)) << line;
  }
}

}  // namespace
}  // namespace nut::packets
