#include <set>

#include "stack/wire/checksum.h"
#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::IP;
using Tins::RawPDU;

// Versions 1 and 2; version 3 is in igmp_v3_test.cc. libtins knows no IGMP: messages are written out byte by
// byte, from RFC 2236 section 2.
struct Message {
  uint8_t type;
  uint8_t max_response;
  wire::Ipv4Address group;
};

constexpr uint8_t kQuery = 0x11;
constexpr uint8_t kReportV1 = 0x12;
constexpr uint8_t kReportV2 = 0x16;
constexpr uint8_t kLeave = 0x17;

class IgmpTest : public NetworkTest {
 protected:
  // On a link with a router of version 2.
  void SetUp() override {
    Start();
    Hear({kQuery, 100, {}});
  }

  static Bytes Write(const Message& message) {
    Bytes bytes = {message.type, message.max_response, 0, 0, 0, 0, 0, 0};
    message.group.Store(bytes.data() + 4);
    StoreBe16(bytes.data() + 2, wire::Checksum(bytes));
    return bytes;
  }
  void Hear(const Message& message, const std::string& to = "224.0.0.1") {
    IP ip = PeerIp(to);
    ip.protocol(2);
    ip.ttl(1);
    Receive(FromPeer(MulticastMac(Ip(to)).ToText()) / ip / RawPDU(Write(message)));
  }
  struct Said {
    Message message;
    std::string to;
    Instant when;
  };
  // What the node says within `length`, looking every 10 ms.
  std::vector<Said> Listen(Duration length) {
    std::vector<Said> all;
    const Instant end = clock_.Now() + length;
    do {
      for (const EthernetII& frame : TakeSent()) {
        const IP& ip = frame.rfind_pdu<IP>();
        EXPECT_EQ(ip.protocol(), 2);
        EXPECT_EQ(ip.ttl(), 1);
        EXPECT_EQ(ip.src_addr(), kOwnIp);
        EXPECT_EQ(ip.options().size(), 1u);
        if (!ip.options().empty()) {
          EXPECT_EQ(ip.options().front().option().number, 20);  // Router Alert
        }
        EXPECT_EQ(frame.dst_addr().to_string(), MulticastMac(Ip(ip.dst_addr().to_string())).ToText());
        const Bytes bytes = frame.rfind_pdu<RawPDU>().payload();
        EXPECT_EQ(bytes.size(), 8u);
        EXPECT_EQ(wire::Checksum(bytes), 0);
        all.push_back({{bytes[0], bytes[1], wire::Ipv4Address(LoadBe32(bytes.data() + 4))},
                       ip.dst_addr().to_string(),
                       clock_.Now()});
      }
      if (clock_.Now() >= end) break;
      RunFor(10ms);
    } while (true);
    return all;
  }
  void JoinQuietly(const char* group) {
    ASSERT_TRUE(network_->JoinGroup(Ip(group)).has_value());
    Listen(11s);
  }
};

TEST_F(IgmpTest, Rfc2236_3_JoiningIsReportedAtOnceAndOnceMoreWithinTenSeconds) {
  ASSERT_TRUE(network_->JoinGroup(Ip("239.1.2.3")).has_value());
  const std::vector<Said> said = Listen(30s);
  ASSERT_EQ(said.size(), 2u);
  for (const Said& report : said) {
    EXPECT_EQ(report.message.type, kReportV2);
    EXPECT_EQ(report.message.group, Ip("239.1.2.3"));
    EXPECT_EQ(report.message.max_response, 0);
    EXPECT_EQ(report.to, "239.1.2.3");
  }
  EXPECT_LE(said[1].when - said[0].when, 10010ms);
}

TEST_F(IgmpTest, Rfc2236_3_1_AQueryIsAnsweredAfterARandomDelay) {
  JoinQuietly("239.1.2.3");
  JoinQuietly("239.1.2.4");
  std::set<int64_t> delays;
  for (int i = 0; i < 20; ++i) {
    const Instant asked = clock_.Now();
    Hear({kQuery, 50, {}});
    const std::vector<Said> said = Listen(6s);
    ASSERT_EQ(said.size(), 2u);
    EXPECT_NE(said[0].message.group, said[1].message.group);
    for (const Said& report : said) {
      EXPECT_LE(report.when - asked, 5010ms);
      delays.insert(ToMillis(report.when - asked));
    }
  }
  EXPECT_GT(delays.size(), 20u);
}

TEST_F(IgmpTest, Rfc2236_3_1_AQueryForOneGroupIsAnsweredForThatOne) {
  JoinQuietly("239.1.2.3");
  JoinQuietly("239.1.2.4");
  Hear({kQuery, 10, Ip("239.1.2.4")}, "239.1.2.4");
  const std::vector<Said> said = Listen(2s);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].message.group, Ip("239.1.2.4"));
}

TEST_F(IgmpTest, Rfc2236_3_1_AReportOfAnotherSuppressesOurs) {
  JoinQuietly("239.1.2.3");
  Hear({kQuery, 100, {}});
  Hear({kReportV2, 0, Ip("239.1.2.3")}, "239.1.2.3");
  EXPECT_TRUE(Listen(20s).empty());
  // And somebody else was the last to report: the leave is theirs.
  ASSERT_TRUE(network_->LeaveGroup(Ip("239.1.2.3")).has_value());
  EXPECT_TRUE(Listen(1s).empty());
}

TEST_F(IgmpTest, Rfc2236_3_1_TheLastMemberSaysThatItLeaves) {
  JoinQuietly("239.1.2.3");
  ASSERT_TRUE(network_->JoinGroup(Ip("239.1.2.3")).has_value());
  ASSERT_TRUE(network_->LeaveGroup(Ip("239.1.2.3")).has_value());
  EXPECT_TRUE(Listen(1s).empty());
  EXPECT_EQ(network_->Groups().size(), 1u);
  ASSERT_TRUE(network_->LeaveGroup(Ip("239.1.2.3")).has_value());
  const std::vector<Said> said = Listen(1s);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].message.type, kLeave);
  EXPECT_EQ(said[0].message.group, Ip("239.1.2.3"));
  EXPECT_EQ(said[0].to, "224.0.0.2");
  EXPECT_EQ(network_->LeaveGroup(Ip("239.1.2.3")).error(), Error::kNotFound);
  EXPECT_TRUE(network_->Groups().empty());
}

TEST_F(IgmpTest, Rfc3376_6_AllSystemsIsNeverReported) {
  ASSERT_TRUE(network_->JoinGroup(Ip("224.0.0.1")).has_value());
  Hear({kQuery, 10, {}});
  Hear({kQuery, 10, Ip("224.0.0.1")});
  ASSERT_TRUE(network_->LeaveGroup(Ip("224.0.0.1")).has_value());
  EXPECT_TRUE(Listen(20s).empty());
}

TEST_F(IgmpTest, Rfc3376_7_2_1_AVersion1RouterGetsVersion1ReportsAndNoLeaves) {
  JoinQuietly("239.1.2.3");
  const Instant asked = clock_.Now();
  Hear({kQuery, 0, {}});
  std::vector<Said> said = Listen(11s);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].message.type, kReportV1);
  JoinQuietly("239.1.2.4");
  ASSERT_TRUE(network_->LeaveGroup(Ip("239.1.2.4")).has_value());
  EXPECT_TRUE(Listen(1s).empty());
  // RFC 3376 8.12: 2 * 125 s + 10 s without another query of version 1. One of version 2 was heard meanwhile.
  RunFor(asked + 200s - clock_.Now());
  Hear({kQuery, 10, {}});
  said = Listen(2s);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].message.type, kReportV1) << "the oldest one rules";
  RunFor(asked + 260s - clock_.Now());
  ASSERT_TRUE(network_->LeaveGroup(Ip("239.1.2.3")).has_value());
  said = Listen(1s);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].message.type, kLeave);
}

TEST_F(IgmpTest, MalformedMessagesAreDropped) {
  JoinQuietly("239.1.2.3");
  IP ip = PeerIp("224.0.0.1");
  ip.protocol(2);
  const auto hear = [&](const Bytes& bytes) { Receive(FromPeer("01:00:5e:00:00:01") / ip / RawPDU(bytes)); };
  Bytes bad = Write({kQuery, 10, {}});
  bad[7] ^= 1;
  ExpectSilentDrop(DropReason::kIgmpBadChecksum, [&] { hear(bad); });
  for (size_t size = 1; size < 8; ++size) {
    ExpectSilentDrop(DropReason::kIgmpTruncated, [&] { hear(Bytes(size)); });
  }
  // URGENT/11 (CVE-2019-12259), RFC 3376 4.1: a version 3 query that lies about its number of sources.
  Bytes lying = {kQuery, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  StoreBe16(lying.data() + 2, wire::Checksum(lying));
  ExpectSilentDrop(DropReason::kIgmpTruncated, [&] { hear(lying); });
  for (const uint8_t type : {uint8_t{0}, uint8_t{0x13}, kLeave, uint8_t{0x22}, uint8_t{0xff}}) {
    ExpectSilentDrop(DropReason::kIgmpUnknownType, [&] { hear(Write({type, 0, {}})); });
  }
  EXPECT_TRUE(Listen(20s).empty());
}

TEST_F(IgmpTest, Rfc3376_7_2_1_AVersion3QueryIsAnsweredInVersion2WhileSuchARouterIsHeard) {
  JoinQuietly("239.1.2.3");
  Bytes query = {kQuery, 10, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0};
  StoreBe16(query.data() + 2, wire::Checksum(query));
  IP ip = PeerIp("224.0.0.1");
  ip.protocol(2);
  Receive(FromPeer("01:00:5e:00:00:01") / ip / RawPDU(query));
  const std::vector<Said> said = Listen(2s);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].message.type, kReportV2);
}

TEST_F(IgmpTest, OnlyGroupsCanBeJoinedAndOnlySoMany) {
  EXPECT_EQ(network_->JoinGroup(Ip(kPeerIp)).error(), Error::kInvalidArgument);
  EXPECT_EQ(network_->JoinGroup({}).error(), Error::kInvalidArgument);
  for (uint32_t i = 0; i < options_.igmp.maximum_groups; ++i) {
    ASSERT_TRUE(network_->JoinGroup(wire::Ipv4Address(Ip("239.0.0.0").number() + i)).has_value());
  }
  EXPECT_EQ(network_->JoinGroup(Ip("239.200.0.0")).error(), Error::kNoBuffers);
  EXPECT_TRUE(network_->JoinGroup(Ip("239.0.0.0")).has_value());
}

TEST_F(IgmpTest, ANewAddressReportsAllGroupsAgain) {
  JoinQuietly("239.1.2.3");
  ASSERT_TRUE(network_->Configure(wire::Ipv4Prefix(Ip("198.19.0.20"), 24), {}).has_value());
  Run();
  size_t reports = 0;
  for (const EthernetII& frame : TakeSent()) {
    const auto* ip = frame.find_pdu<IP>();
    reports += ip != nullptr && ip->src_addr() == Tins::IPv4Address("198.19.0.20") && ip->protocol() == 2;
  }
  EXPECT_EQ(reports, 1u);
}

}  // namespace
}  // namespace nut::net
