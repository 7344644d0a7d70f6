#include "stack/net/filter_rule.h"

#include <gtest/gtest.h>

#include "stack/base/rng.h"

namespace nut::net {
namespace {

using wire::IpProtocol;
using wire::Ipv4Address;
using wire::Ipv4Prefix;

FilterRule Rule(std::string_view text) {
  const auto rule = FilterRule::FromText(text);
  EXPECT_TRUE(rule.has_value()) << text << ": " << rule.error();
  return rule.value_or(FilterRule{});
}

std::string FaultOf(std::string_view text) {
  const auto rule = FilterRule::FromText(text);
  EXPECT_FALSE(rule.has_value()) << text;
  return rule ? "" : rule.error();
}

TEST(FilterRuleTest, WhatIsLeftOutFitsEverything) {
  EXPECT_EQ(Rule("accept"), FilterRule{});
  EXPECT_EQ(Rule("drop"), FilterRule{.action = FilterAction::kDrop});
  EXPECT_EQ(Rule("reject from any to any"), FilterRule{.action = FilterAction::kReject});
}

TEST(FilterRuleTest, EveryPartIsRead) {
  const FilterRule expected{.action = FilterAction::kDrop,
                            .direction = FilterDirection::kIn,
                            .protocol = IpProtocol::kTcp,
                            .only_syn = true,
                            .source = Ipv4Prefix(Ipv4Address(198, 19, 0, 0), 24),
                            .destination = Ipv4Prefix(Ipv4Address(198, 19, 0, 10), 32),
                            .source_port = PortRange{1024, 65535},
                            .destination_port = PortRange{23, 23}};
  EXPECT_EQ(Rule("drop in tcp syn from 198.19.0.0/24 port 1024-65535 to 198.19.0.10 port 23"), expected);
  EXPECT_EQ(Rule("accept out icmp type 8"),
            (FilterRule{.direction = FilterDirection::kOut, .protocol = IpProtocol::kIcmp, .icmp_type = 8}));
  EXPECT_EQ(Rule("accept protocol 89").protocol, static_cast<IpProtocol>(89));
  EXPECT_EQ(Rule("accept igmp").protocol, IpProtocol::kIgmp);
  EXPECT_EQ(Rule("accept udp from any port 53").source_port, (PortRange{53, 53}));
}

TEST(FilterRuleTest, BlanksDoNotMatter) { EXPECT_EQ(Rule("  drop \t in   tcp "), Rule("drop in tcp")); }

TEST(FilterRuleTest, MistakesAreNamedWithTheirPlace) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"", "at 1: the rule ends where accept, drop or reject should be"},
      {"deny in", "at 1: \"deny\" is none of accept, drop and reject"},
      {"drop in tpc", "at 9: \"tpc\" fits nothing here: ACTION [in|out] [PROTOCOL] [from END] [to END]"},
      {"drop in tcp from", "at 17: the rule ends where any or an address should be"},
      {"drop from 1.2.3",
       "at 11: \"1.2.3\" is neither any nor an address, such as 198.19.0.1 or 198.19.0.0/24"},
      {"drop from 198.19.0.1/24", "at 11: \"198.19.0.1/24\" has bits behind its length"},
      {"drop from any port 23", "at 15: \"port\" is for rules that say tcp or udp"},
      {"drop tcp to any port", "at 21: the rule ends where a port should be"},
      {"drop tcp to any port 65536",
       "at 22: \"65536\" is no port from 0 to 65535, nor two with - between them"},
      {"drop tcp to any port 5-", "at 22: \"5-\" is no port from 0 to 65535, nor two with - between them"},
      {"drop tcp to any port 9-8", "at 22: \"9-8\" ends before it begins"},
      {"drop icmp type", "at 15: the rule ends where the type of a message should be"},
      {"drop icmp type 256", "at 16: \"256\" is no number from 0 to 255"},
      {"drop protocol tcp", "at 15: \"tcp\" is no number from 0 to 255"},
      {"drop to any from any",
       "at 13: \"from\" fits nothing here: ACTION [in|out] [PROTOCOL] [from END] [to END]"},
      {"drop udp syn", "at 10: \"syn\" fits nothing here: ACTION [in|out] [PROTOCOL] [from END] [to END]"},
      {"\x1b[2J", "at 1: \"?[2J\" is none of accept, drop and reject"},
  };
  for (const auto& [text, fault] : cases) EXPECT_EQ(FaultOf(text), fault);
  EXPECT_LT(FaultOf(std::string(100'000, 'x')).size(), 200u);
}

TEST(FilterRuleTest, TextIsReadAsItWasWritten) {
  Rng rng("filter rules");
  for (int i = 0; i < 2000; ++i) {
    FilterRule rule;
    rule.action = static_cast<FilterAction>(rng.Below(3));
    if (rng.Chance(0.5)) rule.direction = static_cast<FilterDirection>(rng.Below(2));
    if (rng.Chance(0.8)) {
      constexpr uint8_t kProtocols[] = {1, 2, 6, 17, 89};
      rule.protocol = static_cast<IpProtocol>(kProtocols[rng.Below(5)]);
    }
    if (rule.protocol == IpProtocol::kTcp) rule.only_syn = rng.Chance(0.5);
    if (rule.protocol == IpProtocol::kIcmp && rng.Chance(0.5))
      rule.icmp_type = static_cast<uint8_t>(rng.Next32());
    const auto prefix = [&] {
      const Ipv4Prefix any(Ipv4Address(rng.Next32()), static_cast<unsigned>(rng.Below(33)));
      return Ipv4Prefix(any.network(), any.length());
    };
    if (rng.Chance(0.5)) rule.source = prefix();
    if (rng.Chance(0.5)) rule.destination = prefix();
    const auto ports = [&] {
      const auto first = static_cast<uint16_t>(rng.Below(65536));
      return PortRange{first, static_cast<uint16_t>(first + rng.Below(65536u - first))};
    };
    const bool has_ports = rule.protocol == IpProtocol::kTcp || rule.protocol == IpProtocol::kUdp;
    if (has_ports && rng.Chance(0.5)) rule.source_port = ports();
    if (has_ports && rng.Chance(0.5)) rule.destination_port = ports();
    EXPECT_EQ(Rule(rule.ToText()), rule) << rule.ToText();
  }
}

// --- what fits -----------------------------------------------------------------------------------

FilteredPacket Packet(IpProtocol protocol, ByteView transport) {
  return {.direction = FilterDirection::kIn,
          .source = Ipv4Address(198, 19, 0, 1),
          .destination = Ipv4Address(198, 19, 0, 10),
          .protocol = protocol,
          .transport = transport,
          .size = 20 + transport.size()};
}

TEST(FilterRuleTest, DirectionAddressesAndProtocolCount) {
  const FilteredPacket packet = Packet(IpProtocol::kUdp, {});
  for (const char* text : {"drop", "drop in", "drop udp", "drop protocol 17", "drop from 198.19.0.1",
                           "drop from 198.19.0.0/31", "drop to 198.0.0.0/8", "drop from 0.0.0.0/0"}) {
    EXPECT_EQ(Rule(text).Matches(packet), FilterMatch::kYes) << text;
  }
  for (const char* text : {"drop out", "drop tcp", "drop protocol 18", "drop from 198.19.0.2",
                           "drop to 198.19.0.1", "drop from 198.19.0.2/31", "drop icmp type 8"}) {
    EXPECT_EQ(Rule(text).Matches(packet), FilterMatch::kNo) << text;
  }
}

TEST(FilterRuleTest, PortsCountFromFirstToLast) {
  const uint8_t header[] = {0x04, 0x00, 0x00, 0x17};  // from 1024 to 23
  const FilteredPacket packet = Packet(IpProtocol::kTcp, header);
  for (const char* text : {"drop tcp to any port 23", "drop tcp to any port 23-24",
                           "drop tcp to any port 22-23", "drop tcp from any port 1024 to any port 23"}) {
    EXPECT_EQ(Rule(text).Matches(packet), FilterMatch::kYes) << text;
  }
  for (const char* text :
       {"drop tcp to any port 24-25", "drop tcp to any port 21-22", "drop tcp from any port 23",
        "drop tcp from any port 1025-65535 to any port 23", "drop udp to any port 23"}) {
    EXPECT_EQ(Rule(text).Matches(packet), FilterMatch::kNo) << text;
  }
}

TEST(FilterRuleTest, OnlyRequestsForAConnectionAreSyn) {
  uint8_t header[20] = {};
  const auto matches = [&](uint8_t flags) {
    header[13] = flags;
    return Rule("drop tcp syn").Matches(Packet(IpProtocol::kTcp, header));
  };
  EXPECT_EQ(matches(0x02), FilterMatch::kYes);
  EXPECT_EQ(matches(0xc2), FilterMatch::kYes) << "with ECN (RFC 3168 6.1.1)";
  EXPECT_EQ(matches(0x12), FilterMatch::kNo);
  EXPECT_EQ(matches(0x10), FilterMatch::kNo);
}

TEST(FilterRuleTest, WithoutATransportHeaderOnlySomeRulesKnow) {
  const uint8_t short_of_flags[13] = {};
  const auto perhaps = [](const char* text, IpProtocol protocol, ByteView transport) {
    EXPECT_EQ(Rule(text).Matches(Packet(protocol, transport)), FilterMatch::kPerhaps) << text;
  };
  perhaps("drop tcp to any port 23", IpProtocol::kTcp, {});
  perhaps("drop tcp to any port 23", IpProtocol::kTcp, ByteView(short_of_flags).first(3));
  perhaps("drop tcp syn", IpProtocol::kTcp, short_of_flags);
  perhaps("drop icmp type 8", IpProtocol::kIcmp, {});
  EXPECT_EQ(Rule("drop tcp").Matches(Packet(IpProtocol::kTcp, {})), FilterMatch::kYes);
  EXPECT_EQ(Rule("drop tcp from 10.0.0.1 port 1").Matches(Packet(IpProtocol::kTcp, {})), FilterMatch::kNo);
}

}  // namespace
}  // namespace nut::net
