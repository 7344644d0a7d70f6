#include <map>
#include <set>

#include "stack/wire/checksum.h"
#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::IP;
using Tins::RawPDU;

// RFC 3376 4.2.12, written out.
constexpr uint8_t kIsInclude = 1;
constexpr uint8_t kIsExclude = 2;
constexpr uint8_t kToInclude = 3;
constexpr uint8_t kToExclude = 4;
constexpr uint8_t kAllow = 5;
constexpr uint8_t kBlock = 6;

const std::string kGroup = "239.1.2.3";
const std::string kOther = "239.1.2.4";

class IgmpV3Test : public NetworkTest {
 protected:
  struct Record {
    int type;
    std::string group;
    std::vector<std::string> sources;
    friend bool operator==(const Record&, const Record&) = default;
    friend std::ostream& operator<<(std::ostream& out, const Record& record) {
      out << record.type << " " << record.group << " {";
      for (const std::string& source : record.sources) out << " " << source;
      return out << " }";
    }
  };
  struct Said {
    std::vector<Record> records;
    Instant when;
  };

  void SetUp() override { Start(); }

  void Join(const std::string& group) { ASSERT_TRUE(network_->JoinGroup(Ip(group)).has_value()); }
  void Leave(const std::string& group) { ASSERT_TRUE(network_->LeaveGroup(Ip(group)).has_value()); }
  void Join(const std::string& group, const std::string& source) {
    ASSERT_TRUE(network_->JoinGroup(Ip(group), Ip(source)).has_value());
  }
  void Leave(const std::string& group, const std::string& source) {
    ASSERT_TRUE(network_->LeaveGroup(Ip(group), Ip(source)).has_value());
  }

  // RFC 3376 4.1. Times in tenths of a second, and seconds.
  void Ask(uint8_t response, const std::string& group = "0.0.0.0",
           const std::vector<std::string>& sources = {}, uint8_t robustness = 2, uint8_t interval = 125) {
    Bytes bytes = {0x11, response, 0,          0,        0, 0,
                   0,    0,        robustness, interval, 0, static_cast<uint8_t>(sources.size())};
    Ip(group).Store(bytes.data() + 4);
    for (const std::string& source : sources) {
      bytes.resize(bytes.size() + 4);
      Ip(source).Store(bytes.data() + bytes.size() - 4);
    }
    Hear(bytes, group == "0.0.0.0" ? "224.0.0.1" : group);
  }
  void Hear(Bytes bytes, const std::string& to) {
    StoreBe16(bytes.data() + 2, wire::Checksum(bytes));
    IP ip = PeerIp(to);
    ip.protocol(2);
    ip.ttl(1);
    Receive(FromPeer(MulticastMac(Ip(to)).ToText()) / ip / RawPDU(bytes));
  }

  // What the node says within `length`, looking every 10 ms.
  std::vector<Said> Listen(Duration length) {
    std::vector<Said> all;
    const Instant end = clock_.Now() + length;
    do {
      for (const EthernetII& frame : TakeSent()) all.push_back({Read(frame), clock_.Now()});
      if (clock_.Now() >= end) break;
      RunFor(10ms);
    } while (true);
    return all;
  }
  std::vector<Record> ListenToRecords(Duration length) {
    std::vector<Record> all;
    for (const Said& said : Listen(length)) all.insert(all.end(), said.records.begin(), said.records.end());
    return all;
  }
  void Hush() { Listen(20s); }

  static std::vector<Record> Read(const EthernetII& frame) {
    std::vector<Record> records;
    const IP& ip = frame.rfind_pdu<IP>();
    EXPECT_EQ(ip.protocol(), 2);
    // RFC 3376 section 4.
    EXPECT_EQ(ip.ttl(), 1);
    EXPECT_EQ(ip.tos(), 0xc0);
    EXPECT_EQ(ip.options().size(), 1u);
    if (!ip.options().empty()) {
      EXPECT_EQ(ip.options().front().option().number, 20);
    }
    EXPECT_EQ(ip.dst_addr(), "224.0.0.22");
    EXPECT_EQ(frame.dst_addr(), "01:00:5e:00:00:16");
    const Bytes bytes = frame.rfind_pdu<RawPDU>().payload();
    EXPECT_EQ(wire::Checksum(bytes), 0);
    EXPECT_EQ(bytes.at(0), 0x22);
    size_t at = 8;
    for (unsigned left = LoadBe16(bytes.data() + 6); left > 0; --left) {
      Record record{bytes.at(at), wire::Ipv4Address::Load(bytes.data() + at + 4).ToText(), {}};
      EXPECT_EQ(bytes.at(at + 1), 0);
      const size_t sources = LoadBe16(bytes.data() + at + 2);
      at += 8;
      for (size_t i = 0; i < sources; ++i, at += 4) {
        record.sources.push_back(wire::Ipv4Address::Load(&bytes.at(at)).ToText());
      }
      records.push_back(record);
    }
    EXPECT_EQ(at, bytes.size());
    return records;
  }

  using Records = std::vector<Record>;
};

// --- state changes -------------------------------------------------------------------------------

TEST_F(IgmpV3Test, Rfc3376_5_1_AJoinIsToldAtOnceAndOnceMoreWithinASecond) {
  Join(kGroup);
  const std::vector<Said> said = Listen(30s);
  ASSERT_EQ(said.size(), 2u);
  for (const Said& report : said) EXPECT_EQ(report.records, (Records{{kToExclude, kGroup, {}}}));
  EXPECT_LE(said[1].when - said[0].when, 1010ms);
}

TEST_F(IgmpV3Test, Rfc3376_5_1_ALeaveIsToldAsWell) {
  Join(kGroup);
  Hush();
  Join(kGroup);
  Leave(kGroup);
  EXPECT_TRUE(Listen(2s).empty()) << "somebody is still interested";
  Leave(kGroup);
  EXPECT_EQ(ListenToRecords(10s), (Records{{kToInclude, kGroup, {}}, {kToInclude, kGroup, {}}}));
  EXPECT_TRUE(network_->Groups().empty());
  EXPECT_EQ(network_->LeaveGroup(Ip(kGroup)).error(), Error::kNotFound);
}

TEST_F(IgmpV3Test, Rfc3376_5_1_AChangeOfMindReplacesWhatWasDue) {
  Join(kGroup);
  Leave(kGroup);
  EXPECT_EQ(ListenToRecords(10s),
            (Records{{kToExclude, kGroup, {}}, {kToInclude, kGroup, {}}, {kToInclude, kGroup, {}}}));
}

TEST_F(IgmpV3Test, Rfc3376_5_1_SourcesAreAllowedAndBlocked) {
  Join(kGroup, "10.0.0.1");
  EXPECT_EQ(ListenToRecords(10s), Records(2, {kAllow, kGroup, {"10.0.0.1"}}));
  Join(kGroup, "10.0.0.2");
  EXPECT_EQ(ListenToRecords(10s), Records(2, {kAllow, kGroup, {"10.0.0.2"}}));
  Leave(kGroup, "10.0.0.1");
  EXPECT_EQ(ListenToRecords(10s), Records(2, {kBlock, kGroup, {"10.0.0.1"}}));
  // From any source, and back.
  Join(kGroup);
  EXPECT_EQ(ListenToRecords(10s), Records(2, {kToExclude, kGroup, {}}));
  Join(kGroup, "10.0.0.3");
  EXPECT_TRUE(Listen(10s).empty()) << "it was wanted before";
  Leave(kGroup);
  EXPECT_EQ(ListenToRecords(10s), Records(2, {kToInclude, kGroup, {"10.0.0.2", "10.0.0.3"}}));
}

TEST_F(IgmpV3Test, Rfc3376_5_1_ChangesOfSourcesAreMergedWithThoseStillDue) {
  Join(kGroup, "10.0.0.1");
  Join(kGroup, "10.0.0.2");
  Leave(kGroup, "10.0.0.1");
  const std::vector<Said> said = Listen(10s);
  ASSERT_EQ(said.size(), 4u);
  EXPECT_EQ(said[0].records, (Records{{kAllow, kGroup, {"10.0.0.1"}}}));
  EXPECT_EQ(said[1].records, (Records{{kAllow, kGroup, {"10.0.0.1", "10.0.0.2"}}}));
  EXPECT_EQ(said[2].records, (Records{{kAllow, kGroup, {"10.0.0.2"}}, {kBlock, kGroup, {"10.0.0.1"}}}));
  EXPECT_EQ(said[3].records, (Records{{kBlock, kGroup, {"10.0.0.1"}}}));
}

TEST_F(IgmpV3Test, Rfc3376_8_1_TheQuerierSaysHowOftenAChangeIsTold) {
  Ask(10, "0.0.0.0", {}, 5);
  Hush();
  Join(kGroup);
  EXPECT_EQ(Listen(20s).size(), 5u);
  Ask(10, "0.0.0.0", {}, 0);
  Hush();
  Join(kOther);
  EXPECT_EQ(Listen(20s).size(), 2u) << "zero is no number";
}

TEST_F(IgmpV3Test, Rfc3376_6_AllSystemsIsNeverReported) {
  Join("224.0.0.1");
  Ask(10);
  Ask(10, "224.0.0.1");
  Leave("224.0.0.1");
  EXPECT_TRUE(Listen(20s).empty());
  EXPECT_EQ(network_->JoinGroup(Ip("224.0.0.1"), Ip("10.0.0.1")).error(), Error::kInvalidArgument);
}

// --- queries -------------------------------------------------------------------------------------

TEST_F(IgmpV3Test, Rfc3376_5_2_AGeneralQueryIsAnsweredOnceForAllGroupsAfterARandomDelay) {
  Join(kGroup);
  Join(kOther, "10.0.0.1");
  Hush();
  std::set<int64_t> delays;
  for (int i = 0; i < 20; ++i) {
    const Instant asked = clock_.Now();
    Ask(50);
    const std::vector<Said> said = Listen(6s);
    ASSERT_EQ(said.size(), 1u);
    EXPECT_EQ(said[0].records, (Records{{kIsExclude, kGroup, {}}, {kIsInclude, kOther, {"10.0.0.1"}}}));
    EXPECT_LE(said[0].when - asked, 5010ms);
    delays.insert(ToMillis(said[0].when - asked));
  }
  EXPECT_GT(delays.size(), 10u);
}

TEST_F(IgmpV3Test, Rfc4541_2_1_1_ASwitchWithoutAnAddressIsAnswered) {
  Join(kGroup);
  Hush();
  Bytes query = {0x11, 10, 0, 0, 0, 0, 0, 0, 2, 125, 0, 0};
  StoreBe16(query.data() + 2, wire::Checksum(query));
  IP ip = PeerIp("224.0.0.1", "0.0.0.0");
  ip.protocol(2);
  Receive(FromPeer("01:00:5e:00:00:01") / ip / RawPDU(query));
  EXPECT_EQ(ListenToRecords(2s), (Records{{kIsExclude, kGroup, {}}}));
  ip.protocol(17);
  ExpectSilentDrop(DropReason::kIpBadSource,
                   [&] { Receive(FromPeer("01:00:5e:00:00:01") / ip / RawPDU(query)); });
}

TEST_F(IgmpV3Test, Rfc3376_5_2_AQueryForOneGroupIsAnsweredForThatOne) {
  Join(kGroup);
  Join(kOther);
  Hush();
  Ask(10, kOther);
  EXPECT_EQ(ListenToRecords(2s), (Records{{kIsExclude, kOther, {}}}));
  Ask(10, "239.9.9.9");
  EXPECT_TRUE(Listen(2s).empty());
}

TEST_F(IgmpV3Test, Rfc3376_5_2_AQueryForSourcesIsAnsweredForThoseThatAreWanted) {
  Join(kGroup);
  Join(kOther, "10.0.0.1");
  Hush();
  Ask(10, kGroup, {"10.0.0.7", "10.0.0.8"});
  EXPECT_EQ(ListenToRecords(2s), (Records{{kIsInclude, kGroup, {"10.0.0.7", "10.0.0.8"}}}));
  Ask(10, kOther, {"10.0.0.1", "10.0.0.2"});
  EXPECT_EQ(ListenToRecords(2s), (Records{{kIsInclude, kOther, {"10.0.0.1"}}}));
  Ask(10, kOther, {"10.0.0.2"});
  EXPECT_TRUE(Listen(2s).empty()) << "nothing to say is not said";
}

TEST_F(IgmpV3Test, Rfc3376_5_2_QueriesThatComeBeforeTheAnswerShareIt) {
  Join(kGroup);
  Hush();
  Ask(100, kGroup, {"10.0.0.7"});
  Ask(100, kGroup, {"10.0.0.8", "10.0.0.7"});
  EXPECT_EQ(ListenToRecords(11s), (Records{{kIsInclude, kGroup, {"10.0.0.7", "10.0.0.8"}}}));
  Ask(100, kGroup, {"10.0.0.7"});
  Ask(100, kGroup);
  Ask(100, kGroup, {"10.0.0.8"});
  EXPECT_EQ(ListenToRecords(11s), (Records{{kIsExclude, kGroup, {}}})) << "the whole group covers them";
  Ask(1);
  Ask(100, kGroup);
  EXPECT_LE(Listen(11s).size(), 2u);
}

TEST_F(IgmpV3Test, MoreSourcesThanAreRememberedAreAnsweredByTheWholeGroup) {
  Join(kGroup, "10.0.0.1");
  Hush();
  std::vector<std::string> many;
  for (int i = 0; i < 65; ++i) many.push_back("10.0.1." + std::to_string(i));
  Ask(10, kGroup, many);
  EXPECT_EQ(ListenToRecords(2s), (Records{{kIsInclude, kGroup, {"10.0.0.1"}}}));
}

TEST_F(IgmpV3Test, Rfc3376_7_2_2_ReportsOfOthersSilenceNobody) {
  Join(kGroup);
  Hush();
  Ask(100);
  Hear({0x16, 0, 0, 0, 239, 1, 2, 3}, kGroup);
  EXPECT_EQ(ListenToRecords(11s), (Records{{kIsExclude, kGroup, {}}}));
}

// --- older routers -------------------------------------------------------------------------------

TEST_F(IgmpV3Test, Rfc3376_7_2_1_AnOlderRouterIsSpokenToInItsWayUntilItIsGone) {
  Join(kGroup, "10.0.0.1");
  Hush();
  Hear({0x11, 10, 0, 0, 0, 0, 0, 0}, "224.0.0.1");
  RunFor(2s);
  EthernetII frame = TakeOne();
  EXPECT_EQ(frame.rfind_pdu<RawPDU>().payload().at(0), 0x16);
  EXPECT_EQ(frame.rfind_pdu<IP>().dst_addr(), kGroup);
  // RFC 3376 8.12: 2 * 125 s + 10 s.
  RunFor(257s);
  Join(kOther);
  EXPECT_EQ(TakeOne().rfind_pdu<RawPDU>().payload().at(0), 0x16);
  RunFor(11s);
  device_.sent.clear();
  Join("239.1.2.5");
  EXPECT_EQ(ListenToRecords(10s), Records(2, {kToExclude, "239.1.2.5", {}}));
}

TEST_F(IgmpV3Test, Rfc3376_7_2_1_AnotherVersionCancelsWhatWasDue) {
  Join(kGroup);
  device_.sent.clear();
  Hear({0x11, 100, 0, 0, 239, 9, 9, 9}, "224.0.0.1");
  EXPECT_TRUE(Listen(5s).empty());
}

// --- what is received ----------------------------------------------------------------------------

TEST_F(IgmpV3Test, OnlySourcesThatWereJoinedAreHeard) {
  RecordingTransport transport;
  network_->RegisterTransport(static_cast<wire::IpProtocol>(200), &transport);
  const auto send = [&](const std::string& from, const std::string& to) {
    IP ip = PeerIp(to, from);
    ip.protocol(200);
    Receive(FromPeer(MulticastMac(Ip(to)).ToText()) / ip / RawPDU("x"));
    return std::exchange(transport.packets, {}).size();
  };
  Join(kGroup, "10.0.0.1");
  EXPECT_EQ(send("10.0.0.1", kGroup), 1u);
  EXPECT_EQ(send("10.0.0.2", kGroup), 0u);
  EXPECT_EQ(Drops(DropReason::kIpNotForUs), 1u);
  Join(kGroup);
  EXPECT_EQ(send("10.0.0.2", kGroup), 1u);
  Leave(kGroup);
  EXPECT_EQ(send("10.0.0.2", kGroup), 0u);
  Leave(kGroup, "10.0.0.1");
  EXPECT_EQ(send("10.0.0.1", kGroup), 0u) << "though routers are told twice";
  network_->RegisterTransport(static_cast<wire::IpProtocol>(200), nullptr);
}

// --- limits --------------------------------------------------------------------------------------

TEST_F(IgmpV3Test, ReportsFitTheMtu) {
  options_.mtu = 200;
  Start();
  std::map<std::string, std::set<std::string>> wanted;
  for (int group = 0; group < 3; ++group) {
    for (int source = 0; source < 60; ++source) {
      const std::string address = "239.1.3." + std::to_string(group);
      const std::string from = "10.0.0." + std::to_string(source);
      Join(address, from);
      wanted[address].insert(from);
    }
  }
  Hush();
  Ask(10);
  std::map<std::string, std::set<std::string>> told;
  RunFor(2s);
  const std::vector<EthernetII> sent = TakeSent();
  EXPECT_GT(sent.size(), 3u);
  for (const EthernetII& frame : sent) {
    EXPECT_LE(frame.rfind_pdu<IP>().tot_len(), 200);
    for (const Record& record : Read(frame)) {
      EXPECT_EQ(record.type, kIsInclude);
      told[record.group].insert(record.sources.begin(), record.sources.end());
    }
  }
  EXPECT_EQ(told, wanted);
}

TEST_F(IgmpV3Test, OnlySomeSourcesCanBeJoinedAndOnlyHosts) {
  for (uint32_t i = 1; i <= options_.igmp.maximum_sources; ++i) {
    Join(kGroup, wire::Ipv4Address(Ip("10.0.0.0").number() + i).ToText());
  }
  EXPECT_EQ(network_->JoinGroup(Ip(kGroup), Ip("10.1.0.0")).error(), Error::kNoBuffers);
  Join(kGroup, "10.0.0.1");
  for (const char* source : {"0.0.0.0", "239.0.0.1", "255.255.255.255", "127.0.0.1", "240.0.0.1"}) {
    EXPECT_EQ(network_->JoinGroup(Ip(kGroup), Ip(source)).error(), Error::kInvalidArgument) << source;
  }
  EXPECT_EQ(network_->JoinGroup(Ip(kPeerIp), Ip("10.0.0.1")).error(), Error::kInvalidArgument);
  EXPECT_EQ(network_->LeaveGroup(Ip(kGroup), Ip("10.9.9.9")).error(), Error::kNotFound);
  EXPECT_EQ(network_->LeaveGroup(Ip(kGroup)).error(), Error::kNotFound);
}

TEST_F(IgmpV3Test, GroupsThatWereLeftMakeRoom) {
  for (uint32_t i = 0; i < options_.igmp.maximum_groups; ++i) {
    Join(wire::Ipv4Address(Ip("239.0.0.0").number() + i).ToText());
  }
  EXPECT_EQ(network_->JoinGroup(Ip("239.200.0.0")).error(), Error::kNoBuffers);
  Leave("239.0.0.9");
  Join("239.200.0.0");
  EXPECT_EQ(network_->Groups().size(), options_.igmp.maximum_groups);
}

}  // namespace
}  // namespace nut::net
