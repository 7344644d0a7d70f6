// ICMP and IGMP that lie: codes beyond tables, quotes that are cut or forged, errors about connections of
// others, echoes for everybody.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

class HostileIcmp : public HostileTest {
 protected:
  // An ICMP message as bytes: type, code, four bytes, quote; the checksum is put right.
  void Icmp(uint8_t type, uint8_t code, uint32_t rest, const Bytes& quote) {
    Bytes message = {type,
                     code,
                     0,
                     0,
                     static_cast<uint8_t>(rest >> 24),
                     static_cast<uint8_t>(rest >> 16),
                     static_cast<uint8_t>(rest >> 8),
                     static_cast<uint8_t>(rest)};
    message.insert(message.end(), quote.begin(), quote.end());
    Tins::IP ip = Ip();
    ip.protocol(1);
    BringBytes(Patched(Frame() / ip / Raw(message), 0, {0x45}));
  }
  // A packet of the node's, as an error would quote it.
  static Bytes Quote(const Conversation& with, uint32_t sequence) {
    TCP tcp(with.port, with.node_port);
    tcp.seq(sequence);
    tcp.flags(kAck);
    Bytes quote = (Ip(kNode, with.from) / tcp / Raw(std::string(1460, 'x'))).serialize();
    quote.resize(28);
    return quote;
  }
};

// The original indexed a table of 16 with whatever came (icmpin.c).
TEST_F(HostileIcmp, NutNetIcmpIn_UnreachableCodesBeyondTheTableAreCounted) {
  const Conversation with = Open(kEcho);
  const Bytes quote = Quote(with, with.acknowledgement);
  ExpectDropped(DropReason::kIcmpUnknownType, 242, [&] {
    for (unsigned code = 14; code < 256; ++code) Icmp(3, static_cast<uint8_t>(code), 0, quote);
  });
}

TEST_F(HostileIcmp, ErrorsWhoseQuoteIsCutAnywhereAreDropped) {
  const Conversation with = Open(kEcho);
  const Bytes quote = Quote(with, with.acknowledgement);
  ExpectDropped(DropReason::kIcmpTruncated, 20, [&] {
    for (size_t size = 0; size < 20; ++size)
      Icmp(3, 3, 0, Bytes(quote.begin(), quote.begin() + static_cast<long>(size)));
  });
  // With less than 64 bits behind the header nobody can be found.
  ExpectDropped(DropReason::kIcmpUnmatched, 8, [&] {
    for (size_t size = 20; size < 28; ++size)
      Icmp(3, 3, 0, Bytes(quote.begin(), quote.begin() + static_cast<long>(size)));
  });
}

TEST_F(HostileIcmp, ErrorsWhoseQuoteLiesAboutItsLengthsAreDropped) {
  const Conversation with = Open(kEcho);
  Bytes quote = Quote(with, with.acknowledgement);
  for (const uint8_t first : {0x40, 0x44, 0x4f, 0x65, 0x05}) {
    quote[0] = first;
    Icmp(3, 3, 0, quote);
  }
  quote[0] = 0x45;
  quote[2] = 0;
  for (const uint8_t total : {0, 19}) {
    quote[3] = total;
    Icmp(3, 3, 0, quote);
  }
  EXPECT_EQ(Count(Counter::kIcmpInErrors), 7u);
  EXPECT_EQ(Drops(DropReason::kIcmpTruncated), 7u);
}

// RFC 5927 5.2: no error resets what is synchronised; RFC 1122 3.2.2.1 names these hard.
TEST_F(HostileIcmp, Cve2004_0790_BlindHardErrorsResetNoConnection) {
  Conversation with = Open(kEcho);
  for (const uint8_t code : {0, 1, 2, 3, 5, 9, 13}) {
    for (const uint32_t distance : {0u, 0xffffffffu, 1000u}) {
      Icmp(3, code, 0, Quote(with, with.acknowledgement + distance));
    }
  }
  Icmp(11, 0, 0, Quote(with, with.acknowledgement));
  Icmp(12, 0, 0, Quote(with, with.acknowledgement));
  EXPECT_TRUE(Echoes(with));
}

// RFC 5927 7: a forged "fragmentation needed" must quote what is outstanding, and even then no segment gets
// tiny.
TEST_F(HostileIcmp, Cve2004_1060_BlindPacketTooBigShrinksNoSegment) {
  TCP options;
  options.mss(1460);
  Conversation with = Open(kChargen, 50000, options);
  RunFor(1ms);
  const std::string text = Listen(with);
  EXPECT_GE(text.size(), 1460u);
  RunFor(1ms);
  const auto largest_repeated = [&] {
    Forget();
    RunFor(20s);
    size_t largest = 0;
    for (const Heard& heard : TakeHeard(with)) largest = std::max(largest, heard.payload.size());
    return largest;
  };
  // Numbers that are not outstanding: the report is not believed.
  for (const uint32_t off : {0xffffffffu, 0x10000000u, 0x80000000u}) {
    Icmp(3, 4, 68, Quote(with, with.acknowledgement + off));
  }
  EXPECT_EQ(largest_repeated(), 1460u);
  // One that is: believed, but the segments stay useful.
  Icmp(3, 4, 68, Quote(with, with.acknowledgement));
  EXPECT_GE(largest_repeated(), 28u);
  EXPECT_LE(largest_repeated(), 48u);
  ExpectDropped(DropReason::kIcmpUnmatched, 1, [&] { Icmp(3, 4, 67, Quote(with, with.acknowledgement)); });
  Send(with, Segment(with, kRst));
}

TEST_F(HostileIcmp, ErrorsAboutPacketsOfOthersAreCounted) {
  Conversation stranger{.from = "198.19.0.77"};
  Bytes quote = Quote(stranger, 0);
  ExpectDropped(DropReason::kIcmpUnmatched, 1, [&] { Icmp(3, 3, 0, quote); });
  // Nor is it ours if it did not come from us.
  quote[15] = 99;
  ExpectDropped(DropReason::kIcmpUnmatched, 1, [&] { Icmp(3, 3, 0, quote); });
  EXPECT_EQ(sent_count(), 0u) << "an error about an error";
}

TEST_F(HostileIcmp, SourceQuenchAndRedirectsOfOthersChangeNothing) {
  Conversation with = Open(kEcho);
  const size_t routes = node().network().RouteList().size();
  ExpectDropped(DropReason::kIcmpUnknownType, 1, [&] { Icmp(4, 0, 0, Quote(with, with.acknowledgement)); });
  ExpectDropped(DropReason::kIcmpUnmatched, 1,
                [&] { Icmp(5, 1, 0xc6130042, Quote(with, with.acknowledgement)); });
  EXPECT_EQ(node().network().RouteList().size(), routes);
  EXPECT_TRUE(Echoes(with));
}

TEST_F(HostileIcmp, SmurfEchoesToOrFromEverybodyAreNotAnswered) {
  const Tins::ICMP ping(Tins::ICMP::ECHO_REQUEST);
  ExpectDropped(DropReason::kIcmpBroadcastEcho, 3, [&] {
    Bring(Frame(kEverybody) / Ip(kAttacker, "198.19.0.255") / ping / Raw("x"));
    Bring(Frame(kEverybody) / Ip(kAttacker, "255.255.255.255") / ping / Raw("x"));
    Bring(Frame("01:00:5e:00:00:01") / Ip(kAttacker, "224.0.0.1") / ping / Raw("x"));
  });
  ExpectDropped(DropReason::kIpBadSource, 3, [&] {
    for (const char* source : {"198.19.0.255", "255.255.255.255", "224.0.0.1"})
      Bring(Frame() / Ip(source) / ping);
  });
  EXPECT_EQ(sent_count(), 0u);
}

// SAD DNS: who can count our errors to the last one finds the open ports. So their number is not the same
// each time.
TEST_F(HostileIcmp, Cve2020_25705_HowManyErrorsAreSentInABurstIsNoConstant) {
  std::set<size_t> counts;
  for (int round = 0; round < 8; ++round) {
    Forget();
    for (uint16_t i = 0; i < 300; ++i) {
      const std::string from = "198.19.0." + std::to_string(20 + i % 40);
      Bring(Frame() / Ip(from) / Tins::UDP(kClosedPort, 5000) / Raw("x"));
    }
    const size_t count = sent_count();
    EXPECT_GE(count, 25u);
    EXPECT_LE(count, 100u);
    counts.insert(count);
    RunFor(1s);
  }
  EXPECT_GT(counts.size(), 3u);
  EXPECT_GT(Drops(DropReason::kIcmpRateLimited), 8u * 200);
}

// IPnet (CVE-2019-12265, 12259): IGMP version 3 whose counts say more than there is.
TEST_F(HostileIcmp, Cve2019_12265_IgmpQueriesThatLieAboutTheirSourcesReadNothing) {
  ASSERT_TRUE(node().network().JoinGroup(wire::Ipv4Address(239, 1, 2, 3)).has_value());
  Forget();
  for (const uint16_t sources : {0, 1, 2, 366, 0x7fff, 0xffff}) {
    for (const size_t given : {0, 1, 4, 7}) {
      Bytes query = {0x11,
                     1,
                     0,
                     0,
                     239,
                     1,
                     2,
                     3,
                     2,
                     125,
                     static_cast<uint8_t>(sources >> 8),
                     static_cast<uint8_t>(sources)};
      query.resize(query.size() + given);
      Tins::IP ip = Ip(kAttacker, "239.1.2.3");
      ip.protocol(2);
      ip.ttl(1);
      BringBytes(Patched(Frame("01:00:5e:01:02:03") / ip / Raw(query), 0, {0x45}));
    }
  }
  RunFor(1s);
  // However many queries, one report answers them.
  EXPECT_LE(sent_count(), 3u);
}

}  // namespace
}  // namespace nut::hostile
