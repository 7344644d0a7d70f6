// IPv4 headers that lie: about lengths, options, checksums, addresses, protocols.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

class HostileIp : public HostileTest {
 protected:
  static Tins::EthernetII Ping() {
    return Frame() / Ip() / Tins::ICMP(Tins::ICMP::ECHO_REQUEST) / Raw("are you there?");
  }
  static Tins::EthernetII Unknown(uint8_t protocol, const Bytes& payload) {
    Tins::IP ip = Ip();
    ip.protocol(protocol);
    if (payload.empty()) return Frame() / ip;  // libtins writes protocol 0 then
    return Frame() / ip / Raw(payload);
  }
  void ExpectSilence() {
    EXPECT_EQ(sent_count(), 0u);
    Forget();
  }
};

// Treck took the total length for the frame's (Ripple20).
TEST_F(HostileIp, Cve2020_11896_ATotalLengthBeyondTheFrameIsDropped) {
  ExpectDropped(DropReason::kIpBadTotalLength, 4, [&] {
    for (const uint16_t total : {61, 1500, 0x7fff, 0xffff}) {
      const auto high = static_cast<uint8_t>(total >> 8);
      BringBytes(Patched(Ping(), 2, {high, static_cast<uint8_t>(total)}, Mend::kIp));
    }
  });
  ExpectSilence();
}

TEST_F(HostileIp, ATotalLengthBelowTheHeaderIsDropped) {
  ExpectDropped(DropReason::kIpBadTotalLength, 3, [&] {
    for (const uint8_t total : {0, 1, 19}) BringBytes(Patched(Ping(), 2, {0, total}, Mend::kIp));
  });
  ExpectSilence();
}

TEST_F(HostileIp, AHeaderLengthThatCannotBeIsDropped) {
  ExpectDropped(DropReason::kIpBadHeaderLength, 5, [&] {
    for (const uint8_t words : {0, 1, 2, 3, 4}) {
      BringBytes(Patched(Ping(), 0, {static_cast<uint8_t>(0x40 | words)}, Mend::kIp));
    }
  });
  // Longer than the packet, or than the frame.
  Bytes small = Patched(Ping(), 0, {0x4f}, Mend::kNothing);
  small.resize(14 + 40);
  ExpectDropped(DropReason::kIpTruncated, 1, [&] { BringBytes(small); });
  ExpectDropped(DropReason::kIpBadTotalLength, 1, [&] {
    BringBytes(Patched(Unknown(200, Bytes(40)), 0, {0x4f, 0, 0, 59}, Mend::kIp));
  });
  ExpectSilence();
}

TEST_F(HostileIp, FramesCutAnywhereAreDropped) {
  const Bytes whole = Ping().serialize();
  for (size_t size = 0; size < 14 + 20 + 8 + 14; ++size)
    BringBytes(Bytes(whole.begin(), whole.begin() + static_cast<long>(size)));
  EXPECT_EQ(Drops(DropReason::kEthernetTruncated), 14u);
  EXPECT_EQ(Drops(DropReason::kIpTruncated), 20u);
  EXPECT_EQ(Drops(DropReason::kIpBadTotalLength), 22u);
  ExpectSilence();
}

TEST_F(HostileIp, OtherVersionsAreDropped) {
  ExpectDropped(DropReason::kIpBadVersion, 15, [&] {
    for (unsigned version = 0; version < 16; ++version) {
      if (version != 4) BringBytes(Patched(Ping(), 0, {static_cast<uint8_t>(version << 4 | 5)}, Mend::kIp));
    }
  });
  ExpectSilence();
}

// IPnet's stack overflow: two source routes in one header; and lengths of options that lead nowhere
// (URGENT/11).
TEST_F(HostileIp, Cve2019_12256_SourceRoutesAndMalformedOptionsAreDropped) {
  const auto with_options = [](const Bytes& options) {
    Tins::IP ip = Ip();
    for (size_t i = 0; i < options.size(); ++i) ip.add_option(Tins::IP::option(Tins::IP::NOOP));
    return Patched(Frame() / ip / Tins::ICMP(Tins::ICMP::ECHO_REQUEST), 20, options, Mend::kIp);
  };
  const Bytes lsrr_twice = {131, 7, 4, 10, 0, 0, 1, 131, 7, 4, 10, 0, 0, 2, 0, 0};
  const Bytes ssrr = {137, 3, 255, 0};
  ExpectDropped(DropReason::kIpSourceRoute, 2, [&] {
    BringBytes(with_options(lsrr_twice));
    BringBytes(with_options(ssrr));
  });
  const std::vector<Bytes> malformed = {{131, 0, 4, 1}, {131, 1, 4, 1},  {131, 40, 4, 1},
                                        {1, 1, 1, 131}, {68, 255, 5, 0}, {7, 0, 0, 0}};
  ExpectDropped(DropReason::kIpBadOptions, malformed.size(), [&] {
    for (const Bytes& options : malformed) BringBytes(with_options(options));
  });
  ExpectSilence();
  // Options that are merely unknown are no reason to drop anything (RFC 1122 3.2.1.8).
  BringBytes(with_options({0x94, 4, 0, 0, 30, 4, 9, 9}));
  EXPECT_EQ(TakeSent().size(), 1u);
}

// S8: the original verified none of them.
TEST_F(HostileIp, UnverifiedChecksumsAreVerified) {
  ExpectDropped(DropReason::kIpBadChecksum, 1, [&] {
    BringBytes(Patched(Ping(), 10, {0xbe, 0xef}, Mend::kNothing));
  });
  ExpectDropped(DropReason::kIcmpBadChecksum, 1, [&] {
    BringBytes(Patched(Ping(), 22, {0xbe, 0xef}, Mend::kNothing));
  });
  ExpectDropped(DropReason::kUdpBadChecksum, 1, [&] {
    BringBytes(Patched(Frame() / Ip() / Tins::UDP(kEcho, 5000) / Raw("x"), 26, {0xbe, 0xef}, Mend::kNothing));
  });
  ExpectDropped(DropReason::kTcpBadChecksum, 1, [&] {
    BringBytes(Patched(Frame() / Ip() / Segment({}, kSyn), 36, {0xbe, 0xef}, Mend::kNothing));
  });
  const Bytes query = {0x11, 100, 0xbe, 0xef, 0, 0, 0, 0};
  ExpectDropped(DropReason::kIgmpBadChecksum, 1, [&] {
    Tins::IP ip = Ip(kAttacker, "224.0.0.1");
    ip.protocol(2);
    BringBytes(Patched(Frame("01:00:5e:00:00:01") / ip / Raw(query), 0, {0x45}, Mend::kIp));
  });
  ExpectSilence();
}

// Nothing behind the header: no code may look at the first byte of it.
TEST_F(HostileIp, AnEmptyPacketOfEveryProtocolIsCountedOnce) {
  uint64_t before = 0, after = 0;
  for (size_t reason = 0; reason < kDropReasonCount; ++reason)
    before += Drops(static_cast<DropReason>(reason));
  for (int protocol = 0; protocol < 256; ++protocol) {
    const Bytes start = {0x45, 0, 0, 20, 0, 1, 0, 0, 64, static_cast<uint8_t>(protocol)};
    BringBytes(Patched(Unknown(200, {}), 0, start, Mend::kIp));
  }
  for (size_t reason = 0; reason < kDropReasonCount; ++reason)
    after += Drops(static_cast<DropReason>(reason));
  // Each was dropped; ICMP errors beyond their rate count as drops of their own.
  EXPECT_EQ(after - before - Drops(DropReason::kIcmpRateLimited), 256u);
  EXPECT_EQ(Drops(DropReason::kIpUnknownProtocol), 252u);
  EXPECT_EQ(Drops(DropReason::kTcpTruncated) + Drops(DropReason::kUdpTruncated) +
                Drops(DropReason::kIcmpTruncated) + Drops(DropReason::kIgmpTruncated),
            4u);
}

// Ripple20: IP in IP, whose inner length was believed.
TEST_F(HostileIp, Cve2020_11898_TunnelsAreNoProtocolOfOurs) {
  Bytes inner = Ping().serialize();
  inner.erase(inner.begin(), inner.begin() + 14);
  for (const uint8_t lie : {0, 1, 0xff}) {
    inner[2] = lie;
    ExpectDropped(DropReason::kIpUnknownProtocol, 1, [&] { Bring(Unknown(4, inner)); });
    const std::vector<Tins::EthernetII> sent = TakeSent();
    ASSERT_EQ(sent.size(), 1u);
    EXPECT_EQ(sent[0].rfind_pdu<Tins::ICMP>().code(), 2) << "protocol unreachable";
  }
}

TEST_F(HostileIp, FramesForOthersAndFromImpossibleMacsAreDropped) {
  ExpectDropped(DropReason::kEthernetNotForUs, 1,
                [&] { Bring(Tins::EthernetII("02:00:00:00:00:99", kAttackerLinkAddress) / Ip()); });
  ExpectDropped(DropReason::kEthernetBadSource, 3, [&] {
    for (const std::string& source : {kNodeLinkAddress, kEverybody, std::string("01:00:5e:00:00:01")}) {
      Bring(Tins::EthernetII(kNodeLinkAddress, source) / Ip() / Tins::ICMP());
    }
  });
  ExpectDropped(DropReason::kIpNotForUs, 1,
                [&] { Bring(Frame() / Ip(kAttacker, "198.19.0.11") / Tins::ICMP()); });
  ExpectSilence();
}

}  // namespace
}  // namespace nut::hostile
