// An attacker who sees nothing, and guesses: resets, openings, data, from others' addresses or from
// impossible ones.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

class HostileTcpBlind : public HostileTest {
 protected:
  // A segment out of thin air, in the name of the other end.
  void Guess(const Conversation& with, int flags, uint32_t distance, const std::string& text = "") {
    Conversation guess = with;
    guess.sequence += distance;
    Send(guess, Segment(guess, flags), text);
  }
};

TEST_F(HostileTcpBlind, Cve1999_0016_LandFromOurOwnAddressIsDropped) {
  ExpectDropped(DropReason::kIpBadSource, 3, [&] {
    for (const uint16_t port : {kEcho, kHttp, kClosedPort}) {
      const Conversation land{.from = kNode, .port = port, .node_port = port};
      Send(land, Segment(land, kSyn));
    }
  });
  EXPECT_EQ(sent_count(), 0u);
  EXPECT_EQ(node().tcp().connection_count(), 0u);
}

TEST_F(HostileTcpBlind, LandByWayOf127AndOtherImpossibleSourcesIsDropped) {
  const std::vector<std::string> sources = {"127.0.0.1",       "127.255.0.3", "0.0.0.0",
                                            "0.1.2.3",         "224.0.0.1",   "240.0.0.1",
                                            "255.255.255.255", "239.1.1.1",   "198.19.0.255"};
  ExpectDropped(DropReason::kIpBadSource, sources.size() * 2, [&] {
    for (const std::string& source : sources) {
      const Conversation from{.from = source, .port = kEcho};
      Send(from, Segment(from, kSyn));
      Send(from, Segment(from, kAck));
    }
  });
  EXPECT_EQ(sent_count(), 0u);
}

TEST_F(HostileTcpBlind, ASynToABroadcastIsDropped) {
  ExpectDropped(DropReason::kTcpBadAddress, 2, [&] {
    const Conversation from{.port = 47000};
    Bring(Frame(kEverybody) / Ip(kAttacker, "198.19.0.255") / Segment(from, kSyn));
    Bring(Frame(kEverybody) / Ip(kAttacker, "255.255.255.255") / Segment(from, kSyn));
  });
  // RFC 1122 3.3.6: nor is a unicast packet taken from a frame for everybody.
  ExpectDropped(DropReason::kIpBadDestination, 1,
                [&] { Bring(Frame(kEverybody) / Ip() / Segment(Conversation{.port = 47000}, kSyn)); });
  EXPECT_EQ(sent_count(), 0u);
}

TEST_F(HostileTcpBlind, PortZeroIsNobody) {
  ExpectDropped(DropReason::kTcpBadPort, 2, [&] {
    Send({}, Segment({.port = 0}, kSyn));
    Send({}, Segment({.node_port = 0}, kSyn));
  });
  EXPECT_EQ(sent_count(), 0u);
}

// RFC 5961 3: only the exact number resets.
TEST_F(HostileTcpBlind, Cve2004_0230_AResetInTheWindowIsChallengedAndOneOutsideDropped) {
  Conversation with = Open(kEcho);
  RunFor(2s);
  ExpectDropped(DropReason::kTcpBlindReset, 3, [&] {
    for (const uint32_t distance : {1u, 1000u, 60'000u}) Guess(with, kRst, distance);
  });
  std::vector<Heard> challenges = TakeHeard(with);
  ASSERT_EQ(challenges.size(), 3u);
  for (const Heard& challenge : challenges) {
    EXPECT_EQ(challenge.tcp.flags(), kAck);
    EXPECT_EQ(challenge.tcp.ack_seq(), with.sequence);
  }
  ExpectDropped(DropReason::kTcpOutOfWindow, 3, [&] {
    for (const uint32_t distance : {0xffffffffu, 0x7fffffffu, 0x80000000u}) Guess(with, kRst, distance);
  });
  EXPECT_TRUE(TakeHeard(with).empty());
  EXPECT_TRUE(Echoes(with));
  Guess(with, kRst, 0);
  EXPECT_EQ(node().tcp().connection_count(), 0u);
}

// RFC 5961 4: whatever its number.
TEST_F(HostileTcpBlind, Cve2004_0230_ASynOnALiveConnectionIsChallenged) {
  Conversation with = Open(kEcho);
  RunFor(2s);
  ExpectDropped(DropReason::kTcpBlindSyn, 5, [&] {
    for (const uint32_t distance : {0u, 1u, 1000u, 0xffffffffu, 0x80000000u}) Guess(with, kSyn, distance);
  });
  EXPECT_EQ(TakeHeard(with).size(), 5u);
  EXPECT_TRUE(Echoes(with));
}

// RFC 5961 5: the ACK must be one that the other end could have sent.
TEST_F(HostileTcpBlind, Cve2004_0230_DataWithAnImpossibleAckIsNotTaken) {
  Conversation with = Open(kEcho);
  RunFor(2s);
  ExpectDropped(DropReason::kTcpUnacceptableAck, 4, [&] {
    for (const uint32_t off : {1u, 1'000'000u, 0x7fffffffu, 0x80000000u}) {
      Conversation guess = with;
      guess.acknowledgement += off;
      Send(guess, Segment(guess, kAck | kPsh), "evil");
    }
  });
  EXPECT_TRUE(Echoes(with));
  // Beyond the window it does not help to guess the ACK either.
  ExpectDropped(DropReason::kTcpOutOfWindow, 1, [&] { Guess(with, kAck | kPsh, 0x40000000, "evil"); });
  EXPECT_TRUE(Echoes(with));
}

// Linux counted challenges for all connections together: a stranger could read who talks to whom.
TEST_F(HostileTcpBlind, Cve2016_5696_ChallengesAreLimitedForEachConnectionByItself) {
  Conversation with = Open(kEcho, 47000);
  Conversation other = Open(kEcho, 47001);
  RunFor(2s);
  Forget();
  for (int i = 0; i < 150; ++i) Guess(with, kRst, 100);
  EXPECT_EQ(TakeHeard(with).size(), 10u);
  EXPECT_EQ(Drops(DropReason::kTcpBlindReset), 10u);
  EXPECT_EQ(Drops(DropReason::kTcpChallengeLimited), 140u);
  // What happened to one is not seen on the other.
  Guess(other, kRst, 100);
  EXPECT_EQ(TakeHeard(other).size(), 1u);
  RunFor(1s);
  Guess(with, kRst, 100);
  EXPECT_EQ(TakeHeard(with).size(), 1u);
  EXPECT_TRUE(Echoes(with));
}

// The original moved RCV.NXT and closed on any FIN, however old (S4).
TEST_F(HostileTcpBlind, AFinWithAnOldSequenceNumberClosesNothing) {
  Conversation with = Open(kEcho);
  ASSERT_TRUE(Echoes(with));
  for (const uint32_t back : {1u, 14u, 15u, 100u, 100'000u}) Guess(with, kFin | kAck, 0u - back);
  EXPECT_TRUE(Echoes(with));
  // Nor does one from the future, before what lies in between has come.
  Guess(with, kFin | kAck, 20);
  EXPECT_TRUE(Echoes(with));
}

// NUMBER:JACK: CVE-2020-27213 is Nut/Net's own: its sequence numbers were a clock.
TEST_F(HostileTcpBlind, Cve2020_27213_InitialSequenceNumbersOfAThousandSynsTellNothing) {
  constexpr int kSyns = 1000;
  std::set<uint32_t> numbers;
  std::set<uint32_t> steps;
  uint32_t last = 0;
  int high_half = 0;
  for (int i = 0; i < kSyns; ++i) {
    const Conversation from{.port = static_cast<uint16_t>(20000 + i)};
    Send(from, Segment(from, kSyn));
    const std::vector<Heard> heard = TakeHeard(from);
    ASSERT_EQ(heard.size(), 1u);
    const uint32_t number = heard[0].tcp.seq();
    numbers.insert(number);
    steps.insert(number - last);
    high_half += number >> 31;
    last = number;
    Send(from, Segment(Conversation{.port = from.port, .sequence = from.sequence + 1}, kRst));
    RunFor(1ms);
  }
  EXPECT_GT(numbers.size(), kSyns - 3u);
  EXPECT_GT(steps.size(), kSyns - 3u);
  // Of a fair coin, fewer than one in 10^9 runs is out of these bounds.
  EXPECT_GT(high_half, 400);
  EXPECT_LT(high_half, 600);
}

}  // namespace
}  // namespace nut::hostile
