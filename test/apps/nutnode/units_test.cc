// Values with units: what is read, and what is said about what is not.
#include "apps/nutnode/units.h"

#include <gtest/gtest.h>

namespace nut::apps {
namespace {

template <typename T>
std::string ErrorOf(const Parsed<T>& parsed) {
  EXPECT_FALSE(parsed.has_value());
  return parsed.has_value() ? "(none)" : parsed.error();
}

TEST(UnitsTest, IntegersHaveARange) {
  EXPECT_EQ(ParseInteger("0", 0, 10), 0u);
  EXPECT_EQ(ParseInteger("10", 0, 10), 10u);
  EXPECT_EQ(ErrorOf(ParseInteger("11", 0, 10)), "11 is not from 0 to 10");
  EXPECT_EQ(ErrorOf(ParseInteger("20", 68, 100)), "20 is not from 68 to 100");
  EXPECT_EQ(ErrorOf(ParseInteger("99999999999999999999", 0, 10)), "99999999999999999999 is not from 0 to 10");
  for (const char* text : {"", "x", "1x", "-1", "+1", " 1", "1 ", "0x10", "1.0"}) {
    EXPECT_EQ(ErrorOf(ParseInteger(text, 0, 10)), "\"" + std::string(text) + "\" is no whole number");
  }
}

TEST(UnitsTest, DurationsHaveUnits) {
  EXPECT_EQ(ParseDuration("7ns"), Duration(7));
  EXPECT_EQ(ParseDuration("250us"), 250us);
  EXPECT_EQ(ParseDuration("250µs"), 250us);
  EXPECT_EQ(ParseDuration("20ms"), 20ms);
  EXPECT_EQ(ParseDuration("1.5s"), 1500ms);
  EXPECT_EQ(ParseDuration("60s"), 60s);
  EXPECT_EQ(ParseDuration("10min"), 10min);
  EXPECT_EQ(ParseDuration("1h"), 1h);
  EXPECT_EQ(ParseDuration("0"), Duration(0));
  EXPECT_EQ(ParseDuration("0s"), Duration(0));
}

TEST(UnitsTest, DurationsSayWhatIsWrong) {
  EXPECT_EQ(ErrorOf(ParseDuration("20")), "\"20\" needs a unit: ns, us, µs, ms, s, min, h");
  EXPECT_EQ(ErrorOf(ParseDuration("5 parsecs")),
            "\"5 parsecs\" has the unit \" parsecs\", which is none of ns, us, µs, ms, s, min, h");
  EXPECT_EQ(ErrorOf(ParseDuration("400000h")), "\"400000h\" is too large");
  for (const char* text : {"", "ms", "-1s", "soon", "1.2.3s", ".", "nan", "inf", "1e3s"}) {
    EXPECT_FALSE(ParseDuration(text).has_value()) << text;
  }
  EXPECT_EQ(ErrorOf(ParseDuration("soon")), "\"soon\" is no length of time, such as 20ms");
}

TEST(UnitsTest, ProbabilitiesArePercentages) {
  EXPECT_EQ(ParseProbability("1%"), 0.01);
  EXPECT_EQ(ParseProbability("0.5%"), 0.005);
  EXPECT_EQ(ParseProbability("100%"), 1.0);
  EXPECT_EQ(ParseProbability("0"), 0.0);
  EXPECT_EQ(ErrorOf(ParseProbability("101%")), "\"101%\" is more than 100%");
  EXPECT_EQ(ErrorOf(ParseProbability("1")), "\"1\" needs a percent sign");
  EXPECT_EQ(ErrorOf(ParseProbability("banana")), "\"banana\" is no percentage, such as 1% or 0.5%");
  EXPECT_EQ(ErrorOf(ParseProbability("1%%")), "\"1%%\" is no percentage, such as 1% or 0.5%");
  EXPECT_EQ(ErrorOf(ParseProbability("-1%")), "\"-1%\" is no percentage, such as 1% or 0.5%");
}

TEST(UnitsTest, BytesHaveBinaryAndDecimalUnits) {
  EXPECT_EQ(ParseBytes("64KiB"), 65536u);
  EXPECT_EQ(ParseBytes("1MiB"), 1048576u);
  EXPECT_EQ(ParseBytes("10kB"), 10000u);
  EXPECT_EQ(ParseBytes("96"), 96u);
  EXPECT_EQ(ParseBytes("96B"), 96u);
  EXPECT_EQ(ErrorOf(ParseBytes("64KB")),
            "\"64KB\" has the unit \"KB\", which is none of B, kB, KiB, MB, MiB, GiB");
  EXPECT_EQ(ErrorOf(ParseBytes("9999GiB")), "\"9999GiB\" is too large");
}

TEST(UnitsTest, BitRatesHavePowersOfThousand) {
  EXPECT_EQ(ParseBitRate("9600bit"), 9600u);
  EXPECT_EQ(ParseBitRate("56kbit"), 56000u);
  EXPECT_EQ(ParseBitRate("1mbit"), 1000000u);
  EXPECT_EQ(ParseBitRate("2.5gbit"), 2500000000u);
  EXPECT_EQ(ParseBitRate("0"), 0u);
  EXPECT_EQ(ErrorOf(ParseBitRate("1mbps")),
            "\"1mbps\" has the unit \"mbps\", which is none of bit, kbit, mbit, gbit");
  EXPECT_EQ(ErrorOf(ParseBitRate("1000")), "\"1000\" needs a unit: bit, kbit, mbit, gbit");
}

TEST(UnitsTest, SwitchesKnowAFewWords) {
  for (const char* on : {"yes", "true", "on", "1"}) EXPECT_EQ(ParseSwitch(on), true);
  for (const char* off : {"no", "false", "off", "0"}) EXPECT_EQ(ParseSwitch(off), false);
  EXPECT_EQ(ErrorOf(ParseSwitch("maybe")), "\"maybe\" is neither yes nor no");
}

TEST(UnitsTest, DelaysMayHaveJitterInTwoSpellings) {
  for (const char* text : {"20ms±5ms", "20ms+-5ms"}) {
    const auto delay = ParseDelay(text);
    ASSERT_TRUE(delay.has_value()) << text;
    EXPECT_EQ(delay->middle, 20ms);
    EXPECT_EQ(delay->jitter, 5ms);
  }
  EXPECT_EQ(ParseDelay("20ms")->jitter, Duration(0));
  EXPECT_EQ(ErrorOf(ParseDelay("20ms±")), "\"\" is no length of time, such as 20ms");
  EXPECT_EQ(ErrorOf(ParseDelay("±5ms")), "\"\" is no length of time, such as 20ms");
  EXPECT_EQ(ErrorOf(ParseDelay("20ms±5ms±5ms")),
            "\"5ms±5ms\" has the unit \"ms±5ms\", which is none of ns, us, µs, ms, s, min, h");
}

TEST(UnitsTest, PairsOfProbabilitiesAreSeparatedByAComma) {
  const auto pair = ParseProbabilityPair("1%,30%");
  ASSERT_TRUE(pair.has_value());
  EXPECT_EQ(pair->first, 0.01);
  EXPECT_EQ(pair->second, 0.30);
  EXPECT_EQ(ErrorOf(ParseProbabilityPair("1%")), "\"1%\" is no pair of percentages, such as 1%,30%");
  EXPECT_EQ(ErrorOf(ParseProbabilityPair("1%,x")), "\"x\" is no percentage, such as 1% or 0.5%");
}

}  // namespace
}  // namespace nut::apps
