// SYN cookies (RFC 4987 3.6): a SYN queue of two places, and who comes when both are taken.
#include "stack/tcp/syn_cookies.h"
#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::TcpFlags;

constexpr wire::TcpFlags kAck = TcpFlags::kAck;
constexpr wire::TcpOptions kModern{
    .mss = 1460, .window_scale = 7, .timestamps = wire::TcpTimestamps{.value = 5000, .echo_reply = 0}};

class EngineCookiesTest : public EngineTest {
 protected:
  EngineCookiesTest() : EngineTest(Small()) {}

  static Parameters Small() {
    Parameters parameters;
    parameters.maximum_syn_queue = 2;
    return parameters;
  }
  void Fill() {
    Say({.from = Client(1)});
    Say({.from = Client(2)});
    Sent();
  }
  // The SYN-ACK that answers a SYN with `options`.
  SeenSegment Offer(uint16_t port, const wire::TcpOptions& options = {.mss = 1460}) {
    Say({.from = Client(port), .options = options});
    return OnlySent();
  }
  // The ACK of a handshake whose SYN-ACK had the sequence number `cookie`.
  Says Answer(uint16_t port, uint32_t cookie, const wire::TcpOptions& options = {}) {
    return {.from = Client(port),
            .sequence = kPeerIss + 1,
            .acknowledgement = cookie + 1,
            .flags = kAck,
            .options = options};
  }
  static wire::TcpOptions Echo(const SeenSegment& syn_ack) {
    return {.timestamps =
                wire::TcpTimestamps{.value = 5001, .echo_reply = syn_ack.options.timestamps->value}};
  }
  uint64_t Count(Counter counter) const { return statistics_[counter]; }
};

TEST_F(EngineCookiesTest, Rfc4987_3_6_1_AFullQueueIsNoReasonToRefuseAnybody) {
  const ListenerHandle listener = Listen();
  Fill();
  for (uint16_t port = 10; port < 200; ++port) {
    const SeenSegment syn_ack = Offer(port);
    EXPECT_EQ(syn_ack.flags(), "[S.]");
    EXPECT_EQ(syn_ack.fields.acknowledgement.number(), kPeerIss + 1);
    EXPECT_EQ(syn_ack.options.mss, 1460);
    EXPECT_FALSE(syn_ack.options.window_scale || syn_ack.options.timestamps);
  }
  // Nothing is remembered of them, and nobody who was there has gone.
  EXPECT_EQ(engine_.connection_count(), 2u);
  EXPECT_EQ(Count(Counter::kTcpPassiveOpens), 2u);
  EXPECT_EQ(Count(Counter::kTcpSynCookiesSent), 190u);

  const uint32_t cookie = Offer(1000).fields.sequence.number();
  Says first = Answer(1000, cookie);
  first.payload = "with its first words";
  Say(first);
  EXPECT_EQ(Count(Counter::kTcpSynCookiesReceived), 1u);
  const auto accepted = engine_.Accept(listener);
  ASSERT_TRUE(accepted);
  EXPECT_EQ(StateOf(*accepted), State::kEstablished);
  EXPECT_EQ(engine_.Info(*accepted)->receive_queue, first.payload.size());
  EXPECT_EQ(Count(Counter::kTcpPassiveOpens), 3u);
}

TEST_F(EngineCookiesTest, TheSameSynGetsTheSameAnswer) {
  Listen();
  Fill();
  EXPECT_EQ(Offer(9).fields.sequence, Offer(9).fields.sequence);
}

TEST_F(EngineCookiesTest, WithoutTimestampsTheMssIsKeptRoundedDown) {
  const ListenerHandle listener = Listen();
  Fill();
  uint16_t port = 10;
  for (const auto& [offered, kept] : {std::pair<uint16_t, size_t>{1460, 1460},
                                      {1459, 1440},
                                      {536, 536},
                                      {9000, 1460},  // our own link's
                                      {300, 256},
                                      {1, 48}}) {
    ++port;
    Say(Answer(port, Offer(port, {.mss = offered}).fields.sequence.number()));
    const auto accepted = engine_.Accept(listener);
    ASSERT_TRUE(accepted) << offered;
    EXPECT_EQ(engine_.Info(*accepted)->send_mss, kept) << offered;
  }
}

TEST_F(EngineCookiesTest, TimestampsCarryTheOtherOptions) {
  const ListenerHandle listener = Listen();
  Fill();
  const SeenSegment syn_ack = Offer(9, kModern);
  ASSERT_TRUE(syn_ack.options.timestamps);
  EXPECT_EQ(syn_ack.options.timestamps->echo_reply, 5000u);
  EXPECT_EQ(syn_ack.options.window_scale, ReceiveWindow::ShiftFor(Parameters{}.widest_window()));
  RunFor(1s);
  Says answer = Answer(9, syn_ack.fields.sequence.number(), Echo(syn_ack));
  answer.window = 512;
  Say(answer);
  const auto accepted = engine_.Accept(listener);
  ASSERT_TRUE(accepted);
  const ConnectionInfo info = engine_.Info(*accepted).value();
  EXPECT_TRUE(info.timestamps);
  EXPECT_EQ(info.snd_wscale, 7);
  EXPECT_EQ(info.snd_wnd, 512u << 7);
  EXPECT_EQ(info.send_mss, 1448u);
  Sent();
  // Our clock goes on where the SYN-ACK was, never back (RFC 7323 5.2).
  ASSERT_TRUE(engine_.Send(*accepted, AsBytes("hello")));
  Run();
  const uint32_t gone = OnlySent().options.timestamps->value - syn_ack.options.timestamps->value;
  EXPECT_GE(gone, 1000u);
  EXPECT_LE(gone, 1000u + 64);
}

TEST_F(EngineCookiesTest, Rfc4987_3_6_2_WhatIsNoCookieIsRefused) {
  Listen();
  Fill();
  const SeenSegment syn_ack = Offer(9, kModern);
  const uint32_t cookie = syn_ack.fields.sequence.number();
  wire::TcpOptions scaled = Echo(syn_ack);
  scaled.timestamps->echo_reply ^= 1;  // another window scale
  Says sequence = Answer(9, cookie, Echo(syn_ack));
  ++sequence.sequence;
  for (const Says& forged : {Answer(9, cookie + 1, Echo(syn_ack)),        // another MSS
                             Answer(9, cookie ^ 0x10000, Echo(syn_ack)),  // another hash
                             Answer(8, cookie, Echo(syn_ack)),            // somebody else
                             Answer(9, cookie),                           // no stamp
                             Answer(9, cookie, scaled), sequence}) {
    Say(forged);
    EXPECT_EQ(OnlySent().flags(), "[R]");
  }
  EXPECT_EQ(Count(Counter::kTcpSynCookiesFailed), 6u);
  EXPECT_EQ(engine_.connection_count(), 2u);
  Say(Answer(9, cookie, Echo(syn_ack)));
  EXPECT_EQ(engine_.connection_count(), 3u);
}

TEST_F(EngineCookiesTest, ACookieIsGoodForAMinuteAndNotForThree) {
  Listen();
  Fill();
  const uint32_t cookie = Offer(9).fields.sequence.number();
  RunFor(SynCookies::kSlot);
  Fill();  // the two that were there have given up
  Say(Answer(9, cookie));
  EXPECT_EQ(Count(Counter::kTcpSynCookiesReceived), 1u);
  const uint32_t old = Offer(10).fields.sequence.number();
  RunFor(2 * SynCookies::kSlot);
  Fill();
  Offer(11);  // cookies are looked at
  Say(Answer(10, old));
  EXPECT_EQ(Count(Counter::kTcpSynCookiesFailed), 1u);
}

TEST_F(EngineCookiesTest, WhereNobodyGotACookieNobodyBringsOne) {
  Listen();
  Fill();
  const uint32_t cookie = Offer(9).fields.sequence.number();
  RunFor(300s);
  Sent();
  Say(Answer(9, cookie));
  EXPECT_EQ(OnlySent().flags(), "[R]");
  EXPECT_EQ(Count(Counter::kTcpSynCookiesFailed), 0u);
}

TEST_F(EngineCookiesTest, AFullAcceptQueueKeepsTheCookieForLater) {
  const ListenerHandle listener = Listen(80, 1);
  Fill();
  const uint32_t first = Offer(9).fields.sequence.number();
  const uint32_t second = Offer(10).fields.sequence.number();
  Say(Answer(9, first));
  Sent();
  Say(Answer(10, second));
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(Drops(DropReason::kTcpListenAcceptQueueFull), 1u);
  ASSERT_TRUE(engine_.Accept(listener));
  Say(Answer(10, second));
  EXPECT_TRUE(engine_.Accept(listener));
}

TEST_F(EngineCookiesTest, StampsAreNeverLaterThanTheClock) {
  for (uint32_t value : {0u, 1u, 30u, 31u, 32u, 0x80000000u, 0xffffffffu}) {
    for (uint8_t scale = 0; scale <= 14; ++scale) {
      wire::TcpOptions kept = kModern;
      kept.window_scale = scale;
      const uint32_t stamp = SynCookies::Stamp(value, kept);
      EXPECT_LT(value - stamp, 64u) << value << " " << int{scale};
      EXPECT_EQ(stamp & 15, scale) << value;
    }
  }
}

}  // namespace
}  // namespace nut::tcp
