// UDP that lies about its length, speaks to nobody, or would have two services talk to each other for ever.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

class HostileUdp : public HostileTest {
 protected:
  // Where the length field is, from the IP header on.
  static constexpr size_t kLength = 24;

  static Tins::EthernetII Datagram(uint16_t to, const std::string& text, uint16_t from = 5000,
                                   const std::string& source = kAttacker) {
    return Frame() / Ip(source) / Tins::UDP(to, from) / Raw(text);
  }
};

// Ripple20 and INFRA:HALT (CVE-2020-35683/4): lengths below the header, and beyond the packet.
TEST_F(HostileUdp, Cve2020_35683_LengthsThatCannotBeAreDropped) {
  ExpectDropped(DropReason::kUdpBadLength, 8 + 4, [&] {
    for (uint8_t length = 0; length < 8; ++length)
      BringBytes(Patched(Datagram(kEcho, "abcd"), kLength, {0, length}));
    for (const uint16_t length : {13, 14, 1500, 65535}) {
      const auto high = static_cast<uint8_t>(length >> 8);
      BringBytes(Patched(Datagram(kEcho, "abcd"), kLength, {high, static_cast<uint8_t>(length)}));
    }
  });
  EXPECT_EQ(sent_count(), 0u);
}

TEST_F(HostileUdp, HeadersCutAnywhereAreDropped) {
  ExpectDropped(DropReason::kUdpTruncated, 7, [&] {
    for (size_t size = 1; size < 8; ++size) {
      Tins::IP ip = Ip();
      ip.protocol(17);
      Bring(Frame() / ip / Raw(Bytes(size, 7)));
    }
  });
}

// RFC 768: what the packet holds behind the datagram is none of it.
TEST_F(HostileUdp, BytesBehindTheDatagramAreNotEchoed) {
  // Without a checksum, which would count other bytes.
  BringBytes(Patched(Datagram(kEcho, "abcdSECRET"), kLength, {0, 12, 0, 0}, Mend::kIp));
  RunFor(1ms);
  const std::vector<Tins::EthernetII> sent = TakeSent();
  ASSERT_EQ(sent.size(), 1u);
  const auto& payload = sent[0].rfind_pdu<Tins::RawPDU>().payload();
  EXPECT_EQ(std::string(payload.begin(), payload.end()), "abcd");
}

// CERT CA-1996-01: a datagram in the name of one service to another keeps both busy for ever.
TEST_F(HostileUdp, Ca1996_01_ServicesDoNotAnswerEachOther) {
  for (const uint16_t from : {7, 13, 17, 19, 53, 123, 1023, 2049}) {
    for (const uint16_t to : {kEcho, kChargen}) Bring(Datagram(to, "ping", from));
  }
  RunFor(1s);
  EXPECT_EQ(sent_count(), 0u);
  EXPECT_EQ(Count(Counter::kServerDatagramsIgnored), 16u);
}

TEST_F(HostileUdp, OneAnswerIsNotMuchLongerThanItsQuestion) {
  // Chargen, the amplifier of 2013, answers any datagram; it does so a hundred times a second at most.
  for (int i = 0; i < 1000; ++i)
    Bring(Datagram(kChargen, "", 5000, "198.19.0." + std::to_string(20 + i % 100)));
  RunFor(1ms);
  EXPECT_LE(sent_count(), 100u);
  for (const Tins::EthernetII& frame : TakeSent()) EXPECT_LE(frame.size(), 14u + 20 + 8 + 512);
}

TEST_F(HostileUdp, PortZeroIsNobody) {
  ExpectDropped(DropReason::kUdpBadPort, 1, [&] { Bring(Datagram(0, "x")); });
  EXPECT_EQ(sent_count(), 0u);
  // As a source it means that no answer is wanted.
  Bring(Datagram(kEcho, "x", 0));
  RunFor(1ms);
  EXPECT_EQ(sent_count(), 0u);
}

// TFTP, LLMNR, mDNS, SNMP, DHCP, DNS: nobody listens, and what is sent there is not read.
TEST_F(HostileUdp, LiesToPortsWithoutAServiceAreRefusedWithinTheRate) {
  Rng chance("lies");
  constexpr uint64_t kDatagrams = 2000;
  ExpectDropped(DropReason::kUdpNoSocket, kDatagrams, [&] {
    for (uint64_t i = 0; i < kDatagrams; ++i) {
      constexpr uint16_t kPorts[] = {53, 67, 68, 69, 123, 137, 161, 5353, 5355};
      std::string text(chance.Below(600), '\0');
      for (char& c : text) c = static_cast<char>(chance.Next32());
      Bring(Datagram(kPorts[i % 9], text));
    }
  });
  for (const Tins::EthernetII& frame : TakeSent()) {
    EXPECT_EQ(frame.rfind_pdu<Tins::ICMP>().type(), Tins::ICMP::DEST_UNREACHABLE);
    EXPECT_LE(frame.size(), 14u + 576);
  }
  // Nobody is told about a broadcast.
  Forget();
  Bring(Frame(kEverybody) / Ip(kAttacker, "198.19.0.255") / Tins::UDP(161, 5000) / Raw("x"));
  EXPECT_EQ(sent_count(), 0u);
}

TEST_F(HostileUdp, AFloodIsDroppedAtTheQueueAndLeavesNothing) {
  ASSERT_TRUE(AnswersPing(kAttacker));  // so that answers need not wait for ARP
  // Taken up in batches, between which the service runs.
  for (int i = 0; i < 5000; ++i) Queue(Datagram(kEcho, std::string(1000, 'x')));
  RunFor(1s);
  EXPECT_GT(Count(Counter::kServerDatagrams), 0u);
  EXPECT_EQ(Count(Counter::kServerDatagrams) + Drops(DropReason::kUdpQueueFull), 5000u);
}

}  // namespace
}  // namespace nut::hostile
