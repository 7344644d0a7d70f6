// RFC 7413, one connection's part: what a SYN and a SYN-ACK carry, and what becomes of it.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

using wire::TcpFastOpenCookie;

constexpr TcpFastOpenCookie kCookie{.size = 8, .octets = {1, 2, 3, 4, 5, 6, 7, 8}};

class FastOpenClient : public testing::Test {
 protected:
  void Open(std::string_view first, std::optional<TcpFastOpenCookie> cookie, uint16_t mss = 1460) {
    h.parameters.fast_open = true;
    h.parameters.fast_open_cookie = cookie;
    h.parameters.fast_open_mss = mss;
    h.first = first;
    h.OpenActive();
  }
  ConnectionHarness h;
};

TEST_F(FastOpenClient, Rfc7413_4_1_1_ItIsOffUnlessAskedFor) {
  h.first = "hello";
  h.OpenActive();
  const auto syn = h.Next();
  EXPECT_FALSE(syn->fields.options.fast_open);
  EXPECT_TRUE(syn->payload.empty());
  h.Inject({.flags = "S.", .ack = 1, .options = {.mss = 1460}});
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "hello"});
}

TEST_F(FastOpenClient, Rfc7413_4_1_3_WithoutACookieItAsksForOneAndSendsNothing) {
  Open("hello", std::nullopt);
  const auto syn = h.Next();
  ASSERT_TRUE(syn->fields.options.fast_open);
  EXPECT_TRUE(syn->fields.options.fast_open->is_request());
  EXPECT_TRUE(syn->payload.empty());
  h.Inject({.flags = "S.", .ack = 1, .options = {.mss = 1460}});
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "hello"});
}

TEST_F(FastOpenClient, Rfc7413_4_2_1_WithACookieTheTextGoesWithTheSyn) {
  Open("hello", kCookie);
  const auto syn = h.Next();
  EXPECT_EQ(syn->fields.options.fast_open, kCookie);
  EXPECT_EQ(syn->text(), "hello");
  h.Inject({.flags = "S.", .ack = 6, .options = {.mss = 1460}});
  h.Advance(1ms);
  h.Expect({.flags = ".", .seq = 6, .ack = 1});
  h.ExpectSilence();
  h.Send("more");
  h.Expect({.flags = "P.", .seq = 6, .ack = 1, .data = "more"});
}

TEST_F(FastOpenClient, Rfc7413_4_2_1_WhatWasNotTakenGoesAgainAtOnce) {
  Open("hello", kCookie);
  h.Drain();
  h.Inject({.flags = "S.", .ack = 1, .options = {.mss = 1460}});
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "hello"});
  h.Inject({.flags = ".", .seq = 1, .ack = 6});
  h.ExpectSilence();
  EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
}

TEST_F(FastOpenClient, Rfc7413_4_2_1_AndSoDoesThePartThatWasNotTaken) {
  Open("hello", kCookie);
  h.Drain();
  h.Inject({.flags = "S.", .ack = 3, .options = {.mss = 1460, .sack_permitted = true}});
  h.Expect({.flags = "P.", .seq = 3, .ack = 1, .data = "llo"});
}

TEST_F(FastOpenClient, Rfc7413_4_2_1_NoMoreGoesThanTheServerTakesInASegment) {
  Open(std::string(5000, 'x'), kCookie, 600);
  const auto syn = h.Next();
  EXPECT_LE(syn->payload.size() + wire::TcpOptionsSize(syn->fields.options), 600u);
  EXPECT_GT(syn->payload.size(), 500u);
}

TEST_F(FastOpenClient, Rfc7413_4_2_1_ASynThatGoesAgainGoesWithoutBoth) {
  Open("hello", kCookie);
  h.Drain();
  h.Advance(1s);
  const auto again = h.Next();
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->fields.flags.syn());
  EXPECT_FALSE(again->fields.options.fast_open);
  EXPECT_TRUE(again->payload.empty());
  h.Inject({.flags = "S.", .ack = 1, .options = {.mss = 1460}});
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "hello"});
}

TEST_F(FastOpenClient, WhereBothOpenAtOnceTheSynAckHasNoCookie) {
  Open("hello", kCookie);
  h.Drain();
  h.Inject({.flags = "S", .options = {.mss = 1460}});
  const auto answer = h.Next();
  ASSERT_TRUE(answer);
  EXPECT_TRUE(answer->fields.flags.syn() && answer->fields.flags.ack());
  EXPECT_FALSE(answer->fields.options.fast_open);
}

class FastOpenServer : public testing::Test {
 protected:
  // A SYN with text whose cookie was found good.
  void Open(wire::TcpOptions options = {.mss = 1460}) {
    h.parameters.nagle = true;
    h.OpenPassive({.flags = "S", .data = "ask", .options = options});
    h->OpenFast();
  }
  ConnectionHarness h;
};

TEST_F(FastOpenServer, Rfc7413_4_2_2_TheTextIsReadAndAnsweredBeforeTheHandshakeIsOver) {
  for (const bool sack : {false, true}) {
    Open({.mss = 1460, .sack_permitted = sack});
    h.Expect({.flags = "S.", .seq = 0, .ack = 4});
    EXPECT_TRUE(h->readable());
    EXPECT_TRUE(h->writable());
    EXPECT_EQ(h.Receive(), "ask");
    h.Send("answer");
    h.Expect({.flags = "P.", .seq = 1, .ack = 4, .data = "answer"});
    h.Inject({.flags = ".", .seq = 4, .ack = 7});
    EXPECT_EQ(h->state(), State::kEstablished);
    EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
    h.ExpectSilence();
  }
}

TEST_F(FastOpenServer, TheAckOfTheSynAloneRepeatsNothing) {
  for (const bool sack : {false, true}) {
    Open({.mss = 1460, .sack_permitted = sack});
    h.Send("answer");
    h.Drain();
    h.Inject({.flags = ".", .seq = 4, .ack = 1});
    EXPECT_EQ(h->state(), State::kEstablished);
    h.ExpectSilence();
    h.Inject({.flags = ".", .seq = 4, .ack = 7});
    EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
  }
}

TEST_F(FastOpenServer, WhatWentBehindALostSynAckGoesAgain) {
  for (const bool sack : {false, true}) {
    Open({.mss = 1460, .sack_permitted = sack});
    h.Send("answer");
    h.Drain();
    h.Advance(1s);
    h.Expect({.flags = "S.", .seq = 0, .ack = 4});
    h.ExpectSilence();
    h.Inject({.flags = ".", .seq = 4, .ack = 1});
    h.Expect({.flags = "P.", .seq = 1, .ack = 4, .data = "answer"});
    h.Inject({.flags = ".", .seq = 4, .ack = 7});
    EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
  }
}

TEST_F(FastOpenServer, NoMoreThanTheInitialWindowGoesBeforeTheHandshakeIsOver) {
  Open();
  h.Drain();
  h.Send(100'000);
  EXPECT_EQ(h.DrainText(), 14'600u);
}

TEST_F(FastOpenServer, AFinWaitsForTheHandshake) {
  Open();
  EXPECT_EQ(h.Receive(), "ask");
  h.Send("bye");
  h.Close();
  h.Expect({.flags = "S.", .seq = 0, .ack = 4});
  h.Expect({.flags = "P.", .seq = 1, .ack = 4, .data = "bye"});
  h.ExpectSilence();
  h.Inject({.flags = ".", .seq = 4, .ack = 4});
  h.Expect({.flags = "F.", .seq = 4, .ack = 4});
}

TEST_F(FastOpenServer, AResetEndsIt) {
  Open();
  h.Drain();
  h.Inject({.flags = "R", .seq = 4});
  EXPECT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(h.Receive(), "ask");
  EXPECT_TRUE(h->error());
}

TEST_F(FastOpenServer, Rfc7413_4_1_2_TheSynAckBringsTheCookie) {
  h.OpenPassive({.flags = "S", .options = {.mss = 1460}});
  h.Drain();
  h->OfferCookie(kCookie);
  h.Inject({.flags = "S", .options = {.mss = 1460}});
  EXPECT_EQ(h.Next()->fields.options.fast_open, kCookie);
}

}  // namespace
}  // namespace nut::tcp
