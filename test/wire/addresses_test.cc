#include <gtest/gtest.h>

#include "stack/wire/endpoint.h"
#include "stack/wire/mac_address.h"
#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

TEST(Ipv4AddressText, ReadsDottedQuads) {
  EXPECT_EQ(Ipv4Address::FromText("198.19.0.10"), Ipv4Address(198, 19, 0, 10));
  EXPECT_EQ(Ipv4Address::FromText("0.0.0.0"), Ipv4Address());
  EXPECT_EQ(Ipv4Address::FromText("255.255.255.255"), Ipv4Address::Broadcast());
}

TEST(Ipv4AddressText, RefusesWhatIsNoDottedQuad) {
  for (const char* text : {"",          ".",          "...",        "1",
                           "1.2",       "1.2.3",      "1.2.3.",     ".1.2.3",
                           "1..2.3",    "1.2.3.4.",   "1.2.3.4.5",  "256.0.0.1",
                           "1.2.3.256", "1.2.3.999",  "1.2.3.1000", "1.2.3.99999999999",
                           "01.2.3.4",  "1.2.3.04",   "1.2.3.00",   "0x1.2.3.4",
                           " 1.2.3.4",  "1.2.3.4 ",   "1. 2.3.4",   "1.2.3.4\n",
                           "+1.2.3.4",  "-1.2.3.4",   "1.2.3.-4",   "1,2,3,4",
                           "a.b.c.d",   "1.2.3.4/24", "1.2.3.4:80"}) {
    EXPECT_FALSE(Ipv4Address::FromText(text)) << '"' << text << '"';
  }
  EXPECT_FALSE(Ipv4Address::FromText(std::string_view("1.2.3.4\0", 8)));
}

TEST(Ipv4AddressText, RoundTripAgreesWithLibtins) {
  Rng rng("ipv4 text");
  for (int i = 0; i < 1000; ++i) {
    const Ipv4Address address = RandomAddress(rng);
    EXPECT_EQ(Ipv4Address::FromText(address.ToText()), address);
    EXPECT_EQ(Tins::IPv4Address(address.ToText()).to_string(), address.ToText());
  }
}

TEST(Ipv4Address, KnowsTheSpecialRanges) {
  const auto address = [](const char* text) { return Ipv4Address::FromText(text).value(); };
  EXPECT_TRUE(address("224.0.0.1").is_multicast());
  EXPECT_TRUE(address("239.255.255.255").is_multicast());
  EXPECT_FALSE(address("223.255.255.255").is_multicast());
  EXPECT_FALSE(address("240.0.0.0").is_multicast());
  EXPECT_TRUE(address("240.0.0.0").is_reserved());
  EXPECT_TRUE(address("255.255.255.254").is_reserved());
  EXPECT_FALSE(Ipv4Address::Broadcast().is_reserved());
  EXPECT_TRUE(address("127.255.0.1").is_loopback());
  EXPECT_FALSE(address("128.0.0.1").is_loopback());
  EXPECT_TRUE(address("0.1.2.3").is_this_network());
  EXPECT_FALSE(address("0.1.2.3").is_unspecified());
  EXPECT_TRUE(address("169.254.0.1").is_link_local());
  EXPECT_FALSE(address("169.253.0.1").is_link_local());
}

TEST(Ipv4PrefixText, ReadsAnAddressAndALength) {
  const auto prefix = Ipv4Prefix::FromText("198.19.0.10/24");
  ASSERT_TRUE(prefix);
  EXPECT_EQ(prefix->address(), Ipv4Address(198, 19, 0, 10));
  EXPECT_EQ(prefix->length(), 24u);
  EXPECT_EQ(prefix->ToText(), "198.19.0.10/24");
}

TEST(Ipv4PrefixText, RefusesWhatIsNoPrefix) {
  for (const char* text : {"", "/", "1.2.3.4", "1.2.3.4/", "1.2.3.4/33", "1.2.3.4/024", "1.2.3.4/-1",
                           "1.2.3.4/ 8", "1.2.3.4/8 ", "1.2.3.4/8/8", "1.2.3/8", "1.2.3.4/255.0.0.0", "/8"}) {
    EXPECT_FALSE(Ipv4Prefix::FromText(text)) << '"' << text << '"';
  }
}

TEST(Ipv4Prefix, HasNetworkMaskAndBroadcast) {
  const Ipv4Prefix prefix(Ipv4Address(198, 19, 0, 10), 24);
  EXPECT_EQ(prefix.network(), Ipv4Address(198, 19, 0, 0));
  EXPECT_EQ(prefix.broadcast(), Ipv4Address(198, 19, 0, 255));
  EXPECT_EQ(prefix.mask(), 0xffffff00u);
  EXPECT_TRUE(prefix.Contains(Ipv4Address(198, 19, 0, 200)));
  EXPECT_FALSE(prefix.Contains(Ipv4Address(198, 19, 1, 10)));
}

TEST(Ipv4Prefix, OfLengthZeroHoldsEverythingAndOf32OnlyItself) {
  const Ipv4Address address(10, 0, 0, 1);
  EXPECT_TRUE(Ipv4Prefix(address, 0).Contains(Ipv4Address::Broadcast()));
  EXPECT_TRUE(Ipv4Prefix(address, 32).Contains(address));
  EXPECT_FALSE(Ipv4Prefix(address, 32).Contains(Ipv4Address(10, 0, 0, 0)));
  EXPECT_FALSE(Ipv4Prefix(address, 31).has_broadcast());
  EXPECT_TRUE(Ipv4Prefix(address, 30).has_broadcast());
  EXPECT_EQ(Ipv4Prefix(address, 77).length(), 32u);
}

TEST(MacAddressText, RoundTripAgreesWithLibtins) {
  Rng rng("mac text");
  for (int i = 0; i < 1000; ++i) {
    const MacAddress address = RandomMac(rng);
    EXPECT_EQ(MacAddress::FromText(address.ToText()), address);
    EXPECT_EQ(ToTins(address).to_string(), address.ToText());
  }
  EXPECT_EQ(MacAddress::FromText("02:00:5E:10:AB:01")->ToText(), "02:00:5e:10:ab:01");
}

TEST(MacAddressText, RefusesWhatIsNone) {
  for (const char* text :
       {"", "02:00:5e:10:00", "02:00:5e:10:00:01:02", "02-00-5e-10-00-01", "02005e100001", "2:0:5e:10:0:1",
        "02:00:5e:10:00:0g", "02:00:5e:10:00: 1", "02:00:5e:10:00:-1", " 2:00:5e:10:00:01",
        "02:00:5e:10:00:1", "0x:00:5e:10:00:01", "02:00:5e:10:00:1 "}) {
    EXPECT_FALSE(MacAddress::FromText(text)) << '"' << text << '"';
  }
}

TEST(MacAddress, KnowsGroupsAndStations) {
  EXPECT_TRUE(MacAddress::Broadcast().is_broadcast());
  EXPECT_TRUE(MacAddress::Broadcast().is_group());
  EXPECT_TRUE(MacAddress({0x01, 0, 0x5e, 0, 0, 1}).is_group());
  EXPECT_FALSE(MacAddress({0x01, 0, 0x5e, 0, 0, 1}).is_station());
  EXPECT_TRUE(MacAddress({0x02, 0, 0, 0, 0, 1}).is_station());
  EXPECT_FALSE(MacAddress().is_station());
}

TEST(IpAddress, HoldsAnIpv4AddressOrNone) {
  const IpAddress none;
  EXPECT_TRUE(none.is_none());
  EXPECT_TRUE(none.is_unspecified());
  EXPECT_EQ(none.ToText(), "*");
  EXPECT_EQ(none.v4(), Ipv4Address());
  const IpAddress v4 = Ipv4Address(198, 19, 0, 10);
  EXPECT_TRUE(v4.is_ipv4());
  EXPECT_EQ(v4.v4(), Ipv4Address(198, 19, 0, 10));
  EXPECT_EQ(IpAddress::FromText("198.19.0.10"), v4);
  EXPECT_FALSE(IpAddress::FromText("198.19.0"));
  EXPECT_NE(IpAddress(Ipv4Address()), none);
  EXPECT_TRUE(IpAddress(Ipv4Address()).is_unspecified());
}

TEST(Endpoint, ShowsAddressAndPort) {
  EXPECT_EQ((Endpoint{Ipv4Address(198, 19, 0, 10), Port(80)}.ToText()), "198.19.0.10:80");
  EXPECT_EQ((Endpoint{IpAddress(), Port(80)}.ToText()), "*:80");
  EXPECT_TRUE(Port().is_none());
}

}  // namespace
}  // namespace nut::wire
