// Scripts against a node: a right one passes, and each way of being wrong is noticed, with its line.

#include "tools/packets/play.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace nut::packets {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr const char* kHandshake = R"(listen 80
+0    < S 0:0(0) win 65535 <mss 1460>
+0    > S. 0:0(0) ack 1 <mss 1460>
+0.01 < . 1:1(0) ack 1 win 65535
+0    accept
)";

std::string FaultOf(const std::string& more) { return PlayScript(kHandshake + more, "x.pkt").fault; }

TEST(Play, AConversationFromOpeningToEnd) {
  EXPECT_EQ(FaultOf(R"(
+0    < P. 1:101(100) ack 1 win 65535
+0    recv = 100
+0    recv = nothing
+0    send 2000
+0    > . 1:1461(1460) ack 101
+0.02 < . 101:101(0) ack 1461 win 65535
+0    > P. 1461:2001(540) ack 101
+0.02 < . 101:101(0) ack 2001 win 65535
+0    close
+0    > F. 2001:2001(0) ack 101
+0.02 < F. 101:101(0) ack 2002 win 65535
+0    > . 2002:2002(0) ack 102
+0    expect state TIME-WAIT
+60   expect state gone
)"),
            "");
}

TEST(Play, WhatIsSentOtherwiseIsShownLikeADifference) {
  EXPECT_THAT(
      FaultOf("send 10\n> P. 1:12(11) ack 1 win 7\n"),
      AllOf(HasSubstr("x.pkt:7: the node sent another packet"), HasSubstr("window: expected 7, got 65535"),
            HasSubstr("length of text: expected 11, got 10"), HasSubstr("> P. 1:11(10) ack 1 win 65535")));
}

TEST(Play, EachFieldIsCompared) {
  const std::string send = "send 10\n";
  for (const char* wrong :
       {"> . 1:11(10) ack 1", "> P. 2:12(10) ack 1", "> P. 1:11(10) ack 2", "> P. 1:11(10) ack 1 <nop>",
        "> P. 1:11(10) ack 1 \"0123456789\"", "> udp 1 > 2 (10)", "> ip(ttl 63) P. 1:11(10) ack 1",
        "> ip(nodf) P. 1:11(10) ack 1", "> [ce] P. 1:11(10) ack 1"}) {
    EXPECT_THAT(FaultOf(send + wrong), HasSubstr("x.pkt:7: ")) << wrong;
  }
  EXPECT_EQ(FaultOf(send + "> P. 1:11(10) ack 1\n"), "");
}

TEST(Play, TimeIsCompared) {
  EXPECT_THAT(FaultOf("send 10\n+0.1 > P. 1:11(10) ack 1\n"),
              HasSubstr("time: expected 0.110000, got 0.010000"));
  EXPECT_THAT(FaultOf("< P. 1:101(100) ack 1 win 9\n+0.01 > . 1:1(0) ack 101\n"),
              HasSubstr("nothing was sent"));
  EXPECT_EQ(FaultOf("< P. 1:101(100) ack 1 win 9\n+0.04 > . 1:1(0) ack 101\n"), "");
  EXPECT_EQ(FaultOf("< P. 1:101(100) ack 1 win 9\n+0.03~+0.05 > . 1:1(0) ack 101\n"), "");
  EXPECT_EQ(FaultOf("< P. 1:101(100) ack 1 win 9\n* > . 1:1(0) ack 101\n"), "");
}

TEST(Play, SilenceIsExpectedAndNothingIsLeft) {
  EXPECT_THAT(FaultOf("send 10\nquiet 0.1\n"), HasSubstr("x.pkt:7: the node is not quiet"));
  EXPECT_THAT(FaultOf("send 10\n"), HasSubstr("behind the script's end"));
  EXPECT_EQ(FaultOf("send 10\n> ...\nquiet 0.1\n"), "");
}

TEST(Play, CallsAreChecked) {
  EXPECT_THAT(FaultOf("recv\n"), HasSubstr("got       nothing"));
  EXPECT_THAT(FaultOf("recv = 5\n"), HasSubstr("expected  5 octets"));
  EXPECT_THAT(FaultOf("accept\n"), HasSubstr("got       still waits"));
  EXPECT_THAT(FaultOf("shutdown = error reset\n"), HasSubstr("expected  error reset"));
  EXPECT_THAT(FaultOf("frob\n"), HasSubstr("\"frob\" is no call"));
  EXPECT_THAT(FaultOf("set frob on\n"), HasSubstr("\"frob\" is no socket option"));
  EXPECT_THAT(FaultOf("expect state CLOSED\n"), HasSubstr("expected CLOSED, got ESTABLISHED"));
  EXPECT_THAT(FaultOf("expect cwnd 1\n"), HasSubstr("cwnd: expected 1, got 14600"));
  EXPECT_THAT(FaultOf("expect drop \"tcp: paws\"\n"), HasSubstr("got none"));
}

TEST(Play, AnActiveOpening) {
  EXPECT_EQ(PlayScript("connect 99\n+0 > * 0:0(0) <mss 1460,...>\n+0 expect pending\n"
                       "+0.01 < S. 0:0(0) ack 1 win 65535 <mss 1000>\n+0 expect ok\n+0 > . 1:1(0) ack 1\n",
                       "x")
                .fault,
            "");
  EXPECT_EQ(
      PlayScript("connect\n+0 > * 0:0(0) <...>\n+0.01 < R. 0:0(0) ack 1\n+0 expect error refused\n", "x")
          .fault,
      "");
}

TEST(Play, ReceivedTextIsCompared) {
  EXPECT_EQ(FaultOf("< P. 1:6(5) ack 1 win 9 \"hello\"\nrecv = \"hello\"\n> ...\n"), "");
  EXPECT_THAT(FaultOf("< P. 1:6(5) ack 1 win 9 \"hello\"\nrecv = \"hullo\"\n"), HasSubstr("not \"hello\""));
}

TEST(Play, OptionsOfTheNode) {
  EXPECT_THAT(PlayScript("node --mtu 1000\n" + std::string(kHandshake), "x").fault, HasSubstr("<mss 960>"));
  EXPECT_THAT(PlayScript("\nnode --frob\nquiet 1\n", "x").fault, HasSubstr("x:2: node: "));
  EXPECT_THAT(PlayScript("node --tap x\nquiet 1\n", "x").fault, HasSubstr("no meaning on a scripted wire"));
  EXPECT_THAT(PlayScript("tcp frob 1\nquiet 1\n", "x").fault,
              HasSubstr("x:1: \"frob\" is no parameter of TCP"));
}

TEST(Play, PacketsOfOneBatchArriveTogether) {
  EXPECT_EQ(
      FaultOf("< P. 1:101(100) ack 1 win 9\n& < P. 101:201(100) ack 1 win 9\n+0.04 > . 1:1(0) ack 201\n"),
      "");
}

TEST(Play, EqualRunsGiveEqualStories) {
  const std::string script = std::string(kHandshake) + "send 3000\n> ...\n+1 > ...\n";
  const auto first = PlayScript(script, "x"), second = PlayScript(script, "x");
  EXPECT_EQ(first.story, second.story);
  EXPECT_GT(first.story.size(), 6u);
}

}  // namespace
}  // namespace nut::packets
