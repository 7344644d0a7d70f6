// TCP Fast Open (RFC 7413) of a node: cookies given, shown and kept.
#include <set>

#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::TcpFastOpenCookie;
using wire::TcpFlags;

constexpr wire::TcpFlags kAck = TcpFlags::kAck;

ByteView Octets(std::string_view text) {
  return {reinterpret_cast<const uint8_t*>(text.data()), text.size()};
}

class EngineFastOpenTest : public EngineTest {
 protected:
  explicit EngineFastOpenTest(bool on = true) : EngineTest(Fast(on)) {}

  static Parameters Fast(bool on) {
    Parameters parameters;
    parameters.fast_open = on;
    parameters.maximum_fast_opens = 3;
    return parameters;
  }
  static wire::TcpOptions With(const std::optional<TcpFastOpenCookie>& cookie) {
    return {.mss = 1460, .fast_open = cookie};
  }
  SeenSegment Syn(uint16_t port, const std::optional<TcpFastOpenCookie>& cookie, std::string_view text = {}) {
    Sent();
    Say({.from = Client(port), .options = With(cookie), .payload = text});
    return OnlySent();
  }
  TcpFastOpenCookie Ask() { return Syn(1, TcpFastOpenCookie{}).options.fast_open.value(); }
  uint64_t Count(Counter counter) const { return statistics_[counter]; }
  std::string Read(ConnectionHandle handle) {
    std::string room(100, ' ');
    const auto got = engine_.Receive(handle, {reinterpret_cast<uint8_t*>(room.data()), room.size()});
    return got ? room.substr(0, *got) : "";
  }
};

class EngineSlowOpenTest : public EngineFastOpenTest {
 protected:
  EngineSlowOpenTest() : EngineFastOpenTest(false) {}
};

TEST_F(EngineFastOpenTest, Rfc7413_4_1_2_ACookieIsGivenToWhoAsks) {
  Listen();
  const SeenSegment answer = Syn(1, TcpFastOpenCookie{}, "too early");
  ASSERT_TRUE(answer.options.fast_open);
  EXPECT_EQ(answer.options.fast_open->size, FastOpenCookies::kSize);
  // What came along is not acknowledged.
  EXPECT_EQ(answer.fields.acknowledgement.number(), kPeerIss + 1);
  EXPECT_EQ(Count(Counter::kTcpFastOpenCookiesOut), 1u);
  EXPECT_EQ(Count(Counter::kTcpFastOpenRefused), 0u);
}

TEST_F(EngineFastOpenTest, Rfc7413_4_2_2_TextWithAGoodCookieIsAnsweredAtOnce) {
  const ListenerHandle listener = Listen();
  const TcpFastOpenCookie cookie = Ask();
  const SeenSegment syn_ack = Syn(2, cookie, "GET");
  EXPECT_EQ(syn_ack.fields.acknowledgement.number(), kPeerIss + 4);
  EXPECT_FALSE(syn_ack.options.fast_open);
  const auto accepted = engine_.Accept(listener);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(Read(*accepted), "GET");
  EXPECT_EQ(engine_.Send(*accepted, Octets("200")), 3u);
  Run();
  const SeenSegment answer = OnlySent();
  EXPECT_EQ(answer.payload, "200");
  EXPECT_EQ(StateOf(*accepted), State::kSynReceived);
  Say({.from = Client(2),
       .sequence = kPeerIss + 4,
       .acknowledgement = answer.fields.sequence.number() + 3,
       .flags = kAck});
  EXPECT_EQ(StateOf(*accepted), State::kEstablished);
  EXPECT_EQ(engine_.Info(*accepted)->send_queue, 0u);
  // It is accepted once.
  EXPECT_FALSE(engine_.Accept(listener));
}

TEST_F(EngineFastOpenTest, AResetOfWhatIsOpenAlreadyIsNoRefusal) {
  const ListenerHandle listener = Listen();
  const TcpFastOpenCookie cookie = Ask();
  const SeenSegment syn_ack = Syn(2, cookie, "GET");
  const auto accepted = engine_.Accept(listener);
  ASSERT_TRUE(accepted);
  Say({.from = Client(2),
       .sequence = kPeerIss + 4,
       .acknowledgement = syn_ack.fields.sequence.number() + 1,
       .flags = wire::TcpFlags::kRst | kAck});
  EXPECT_EQ(engine_.Send(*accepted, Octets("200")).error(), Error::kConnectionReset);
}

TEST_F(EngineFastOpenTest, Rfc7413_4_2_2_AWrongCookieGetsARightOneAndItsTextIsNotTaken) {
  const ListenerHandle listener = Listen();
  TcpFastOpenCookie cookie = Ask();
  const TcpFastOpenCookie good = cookie;
  cookie.octets[3] ^= 1;
  const SeenSegment answer = Syn(2, cookie, "GET");
  EXPECT_EQ(answer.fields.acknowledgement.number(), kPeerIss + 1);
  EXPECT_EQ(answer.options.fast_open, good);
  EXPECT_EQ(Count(Counter::kTcpFastOpenRefused), 1u);
  EXPECT_FALSE(engine_.Accept(listener));
}

TEST_F(EngineFastOpenTest, ACookieIsOneClientsAlone) {
  Listen();
  const TcpFastOpenCookie cookie = Ask();
  Sent();
  Say({.from = {wire::Ipv4Address(198, 19, 0, 77), wire::Port(5)},
       .options = With(cookie),
       .payload = "GET"});
  EXPECT_EQ(OnlySent().fields.acknowledgement.number(), kPeerIss + 1);
}

TEST_F(EngineFastOpenTest, Rfc7413_4_1_2_ACookieGetsOld) {
  Listen();
  const TcpFastOpenCookie cookie = Ask();
  RunFor(FastOpenCookies::kSlot);
  EXPECT_EQ(Syn(2, cookie, "GET").fields.acknowledgement.number(), kPeerIss + 4);
  RunFor(FastOpenCookies::kSlot);
  const SeenSegment answer = Syn(3, cookie, "GET");
  EXPECT_EQ(answer.fields.acknowledgement.number(), kPeerIss + 1);
  EXPECT_NE(answer.options.fast_open, cookie);
}

TEST_F(EngineFastOpenTest, Rfc7413_5_1_UnfinishedHandshakesOfThisKindAreLimited) {
  const ListenerHandle listener = Listen();
  const TcpFastOpenCookie cookie = Ask();
  std::vector<SeenSegment> answers;
  for (uint16_t port = 10; port < 14; ++port) answers.push_back(Syn(port, cookie, "GET"));
  // The fourth gets a common handshake.
  EXPECT_EQ(answers[2].fields.acknowledgement.number(), kPeerIss + 4);
  EXPECT_EQ(answers[3].fields.acknowledgement.number(), kPeerIss + 1);
  EXPECT_EQ(Count(Counter::kTcpFastOpensIn), 3u);
  // One is finished, another is reset: two more may come.
  Say({.from = Client(10),
       .sequence = kPeerIss + 4,
       .acknowledgement = answers[0].fields.sequence.number() + 1,
       .flags = kAck});
  Say({.from = Client(11), .sequence = kPeerIss + 4, .flags = TcpFlags::kRst});
  for (uint16_t port = 20; port < 23; ++port) Syn(port, cookie, "GET");
  EXPECT_EQ(Count(Counter::kTcpFastOpensIn), 5u);
  std::set<uint16_t> accepted;
  while (const auto handle = engine_.Accept(listener)) {
    accepted.insert(engine_.Ends(*handle)->remote.port.number());
  }
  EXPECT_TRUE(accepted.contains(10) && accepted.contains(12) && accepted.contains(20) &&
              accepted.contains(21));
}

TEST_F(EngineFastOpenTest, WhatIsLeftUnfinishedEndsAndMakesRoom) {
  Listen();
  const TcpFastOpenCookie cookie = Ask();
  for (uint16_t port = 10; port < 13; ++port) Syn(port, cookie, "GET");
  RunFor(10min);
  for (uint16_t port = 20; port < 24; ++port) Syn(port, cookie, "GET");
  EXPECT_EQ(Count(Counter::kTcpFastOpensIn), 6u);
}

TEST_F(EngineSlowOpenTest, Rfc7413_4_1_1_AListenerWithoutItGivesNoCookie) {
  Listen();
  EXPECT_FALSE(Syn(1, TcpFastOpenCookie{}).options.fast_open);
}

TEST_F(EngineFastOpenTest, Rfc7413_4_1_3_AServersCookieIsKeptAndShown) {
  const TcpFastOpenCookie cookie{.size = 6, .octets = {9, 8, 7, 6, 5, 4}};
  const auto first = engine_.Connect({kPeer, wire::Port(7)}, {}, nullptr, Octets("one"));
  Run();
  SeenSegment syn = OnlySent();
  ASSERT_TRUE(syn.options.fast_open && syn.options.fast_open->is_request());
  EXPECT_EQ(syn.payload, "");
  Say({.from = syn.ends.remote,
       .to = syn.ends.local,
       .acknowledgement = syn.fields.sequence.number() + 1,
       .flags = TcpFlags::kSyn | kAck,
       .options = {.mss = 500, .fast_open = cookie}});
  EXPECT_EQ(OnlySent().payload, "one");

  const std::string text(2000, 'x');
  const auto second = engine_.Connect({kPeer, wire::Port(8)}, {}, nullptr, Octets(text));
  Run();
  syn = OnlySent();
  EXPECT_EQ(syn.options.fast_open, cookie);
  EXPECT_GT(syn.payload.size(), 400u);
  EXPECT_LT(syn.payload.size(), 500u);
  // Another server has its own.
  const auto third = engine_.Connect({wire::Ipv4Address(198, 19, 0, 99), wire::Port(8)});
  Run();
  EXPECT_TRUE(OnlySent().options.fast_open->is_request());
  for (const auto& handle : {first, second, third}) EXPECT_TRUE(engine_.Abort(*handle));
}

TEST_F(EngineFastOpenTest, Rfc7413_4_1_3_WhereTheSynGotLostTheCookieIsForgotten) {
  const TcpFastOpenCookie cookie{.size = 4, .octets = {9, 8, 7, 6}};
  std::vector<ConnectionHandle> handles;
  const auto connect = [&] {
    handles.push_back(engine_.Connect({kPeer, wire::Port(7)}, {}, nullptr, Octets("hello")).value());
    Run();
    return OnlySent();
  };
  const auto answer = [&](const SeenSegment& syn, wire::TcpOptions options) {
    Say({.from = syn.ends.remote,
         .to = syn.ends.local,
         .acknowledgement = syn.fields.sequence.number() + 1,
         .flags = TcpFlags::kSyn | kAck,
         .options = options});
    Say({.from = syn.ends.remote,
         .to = syn.ends.local,
         .sequence = kPeerIss + 1,
         .acknowledgement = syn.fields.sequence.number() + 6,
         .flags = kAck});
    Sent();
  };
  answer(connect(), With(cookie));
  const SeenSegment lost = connect();
  EXPECT_EQ(lost.options.fast_open, cookie);
  RunFor(1s);
  const SeenSegment again = OnlySent();
  EXPECT_FALSE(again.options.fast_open);
  EXPECT_EQ(again.payload, "");
  answer(again, With({}));
  EXPECT_TRUE(connect().options.fast_open->is_request());
  for (const ConnectionHandle handle : handles) EXPECT_TRUE(engine_.Abort(handle));
}

TEST_F(EngineFastOpenTest, MoreThanTheBufferHoldsIsRefusedAndLeavesNothing) {
  const std::string text(8 << 20, 'x');
  const auto handle = engine_.Connect({kPeer, wire::Port(7)}, {}, nullptr, Octets(text));
  ASSERT_FALSE(handle);
  EXPECT_EQ(handle.error(), Error::kMessageTooLong);
  Run();
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(engine_.connection_count(), 0u);
}

TEST(FastOpenCache, TheOneThatWasNotHeardOfForLongestMakesRoom) {
  FastOpenCache cache(2);
  const wire::Ipv4Address a(198, 19, 0, 1), b(198, 19, 0, 2), c(198, 19, 0, 3);
  const TcpFastOpenCookie cookie{.size = 4, .octets = {1, 2, 3, 4}};
  cache.Note({a, cookie, 1460, Instant(1s)});
  cache.Note({b, cookie, 1460, Instant(2s)});
  cache.Note({a, cookie, 1400, Instant(3s)});
  cache.Note({c, cookie, 1460, Instant(4s)});
  EXPECT_EQ(cache.size(), 2u);
  EXPECT_EQ(cache.Find(b), nullptr);
  ASSERT_NE(cache.Find(a), nullptr);
  EXPECT_EQ(cache.Find(a)->mss, 1400);
  cache.Forget(a);
  EXPECT_EQ(cache.Find(a), nullptr);
}

}  // namespace
}  // namespace nut::tcp
