// What a capture may look like without anything being wrong: it begins in the middle, is cut, has gaps that
// it tells of, lies between the hosts, or comes in another format.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <tins/tins.h>

#include <sstream>

#include "test/tools/tracecheck/trace.h"
#include "tools/tracecheck/capture_file.h"
#include "tools/tracecheck/command_line.h"
#include "tools/tracecheck/packet.h"
#include "tools/tracecheck/report.h"

namespace nut::tracecheck {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Trace Long() {
  Trace t;
  t.Open();
  uint32_t next = 1;
  for (int i = 0; i < 20; ++i) {
    t.A(10 + i * 10, "A", next, 1, 1448);
    t.A(10.1 + i * 10, "PA", next + 1448, 1, 552);
    next += 2000;
    t.B(11 + i * 10, "A", 1, next);
  }
  t.Close(300, next, 1);
  return t;
}

TEST(Midstream, ACaptureMayBeginAnywhere) {
  for (size_t gone = 0; gone < Long().size(); ++gone) {
    Trace t = Long();
    for (size_t i = 0; i < gone; ++i) t.Erase(0);
    for (const At at : {At::kA, At::kB, At::kBoth, At::kBetween}) {
      EXPECT_THAT(t.Judge(at), IsEmpty()) << gone << " packets are missing at the start";
    }
  }
}

TEST(Midstream, NumbersMayWrapAround) {
  for (const uint32_t isn : {0xffffffffu, 0xfffffff0u, 0xffffd000u, 0x7fffffffu}) {
    Trace t;
    t.isn_a = isn;
    t.isn_b = isn - 7;
    t.Open();
    for (uint32_t i = 0; i < 40; ++i) {
      t.A(10 + i, "PA", 1 + i * 1000, 1, 1000);
      t.B(10.5 + i, "A", 1, 1001 + i * 1000);
    }
    t.Close(100, 40001, 1);
    EXPECT_THAT(t.Judge(At::kBoth), IsEmpty()) << isn;
  }
}

TEST(Midstream, LengthsMayBeDamaged) {
  Tins::IP ip = Tins::IP("198.19.0.1", "198.19.0.2") / Tins::TCP(80, 40000) / Tins::RawPDU("text");
  const std::vector<uint8_t> good = ip.serialize();
  // 0 is what a device finds that cuts packets.
  for (uint16_t total = 1; total < 60; ++total) {
    Record record{.number = 1, .link = LinkType::kIpv4, .bytes = good, .original_size = good.size()};
    record.bytes[2] = 0;
    record.bytes[3] = static_cast<uint8_t>(total);
    const ParsedPacket parsed = ParsePacket(record);
    EXPECT_EQ(parsed.fault, "") << total;
    EXPECT_EQ(parsed.packet.has_value(), total >= 40) << total;
  }
}

TEST(Midstream, PacketsMayBeCut) {
  Trace t = Long();
  for (size_t i = 0; i < t.size(); ++i) t.line(i).cut = 96;
  EXPECT_THAT(t.Judge(At::kBoth, Level::kInformation), IsEmpty());
}

TEST(Midstream, LossBehindTheCaptureIsNoFault) {
  Trace t;
  t.Open();
  t.A(10, "A", 1, 1, 1000).comment = "impair: loss, draw 4";
  t.A(230, "A", 1, 1, 1000);
  t.B(231, "A", 1, 1001);
  EXPECT_THAT(t.Judge(At::kA), IsEmpty());
}

TEST(Midstream, WhatTcpDroppedWasNotReceived) {
  Trace t;
  t.Open();
  t.A(10, "A", 1001, 1, 1000);
  Trace::Sack(t.B(10.1, "A", 1, 1), t.isn_a, {{1001, 2001}});
  t.A(11, "A", 3001, 1, 1000).comment = "impair: reorder, draw 4; tcp: old timestamp";
  Trace::Sack(t.B(300, "A", 1, 1), t.isn_a, {{1001, 2001}});
  EXPECT_THAT(t.Judge(At::kB), IsEmpty());
}

TEST(Midstream, LossInFrontOfTheCaptureIsNoFault) {
  Trace t;
  t.timestamps = false;
  t.Open();
  // The first of three never passes; its repetition does.
  for (uint32_t i = 1; i < 3; ++i) {
    t.A(10 + i, "A", 1 + i * 1000, 1, 1000);
    Trace::Sack(t.B(10.5 + i, "A", 1, 1), t.isn_a, {{1001, 1001 + i * 1000}});
  }
  t.A(14, "A", 1, 1, 1000);
  t.B(15, "A", 1, 3001);
  EXPECT_THAT(t.Judge(At::kBetween), IsEmpty());
  EXPECT_THAT(t.Judge(At::kB), IsEmpty());
}

TEST(Midstream, AnAcknowledgementOfWhatNeverPassedIsFound) {
  Trace t = Long();
  t.Erase(6);
  EXPECT_THAT(t.Judge(At::kBetween), ElementsAre("ack-never-earned"));
}

TEST(Midstream, OvertakingBetweenTheHostsIsNoFault) {
  Trace t = Long();
  std::swap(t.line(3), t.line(4));
  std::swap(t.line(3).milliseconds, t.line(4).milliseconds);
  EXPECT_THAT(t.Judge(At::kBetween), IsEmpty());
  EXPECT_THAT(t.Judge(At::kB), IsEmpty());
}

TEST(Midstream, ThePortsMayBeUsedAgain) {
  Trace t = Long();
  t.isn_a += 500000;
  t.isn_b += 700000;
  t.A(2000, "S", 0, 0);
  t.B(2001, "SA", 0, 1);
  t.A(2002, "PA", 1, 1, 10);
  t.B(2003, "RA", 1, 11);
  t.isn_a = 5;
  t.isn_b = 4;
  t.A(3000, "S", 0, 0);
  t.B(3001, "SA", 0, 1);
  t.A(3002, "A", 1, 1);
  EXPECT_THAT(t.Judge(At::kBoth), IsEmpty());
}

TEST(Midstream, AKeepAliveIsNoRetransmission) {
  Trace u;
  u.Open();
  u.A(3, "PA", 1, 1, 100);
  u.B(4, "A", 1, 101);
  for (int i = 1; i < 4; ++i) {
    u.A(i * 75000, "A", 100, 1, i % 2).tcp();
    u.B(i * 75000 + 1, "A", 1, 101);
  }
  EXPECT_THAT(u.Judge(At::kBoth), IsEmpty());
}

// --- the file

std::string Pcap(Trace& trace, bool nanoseconds, bool swapped) {
  std::string bytes;
  const auto put = [&](uint32_t value) {
    if (swapped) value = __builtin_bswap32(value);
    bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  };
  put(nanoseconds ? 0xa1b23c4d : 0xa1b2c3d4);
  put(swapped ? 0x00020004 : 0x00040002);
  put(0);
  put(0);
  put(65535);
  put(101);
  for (const Record& record : trace.Records()) {
    put(static_cast<uint32_t>(record.time.count() / 1'000'000'000));
    put(static_cast<uint32_t>(record.time.count() % 1'000'000'000) / (nanoseconds ? 1 : 1000));
    put(static_cast<uint32_t>(record.bytes.size()));
    put(static_cast<uint32_t>(record.original_size));
    bytes.append(record.bytes.begin(), record.bytes.end());
  }
  return bytes;
}

TEST(CaptureFileTest, ReadsPcapInEitherOrderAndResolution) {
  for (const bool nanoseconds : {false, true}) {
    for (const bool swapped : {false, true}) {
      Trace t = Long();
      std::istringstream stream(Pcap(t, nanoseconds, swapped));
      const auto file = CaptureFile::Open(stream);
      ASSERT_NE(file, nullptr);
      const auto expected = t.Records();
      for (const Record& record : expected) {
        const auto read = file->Next();
        ASSERT_TRUE(read.has_value());
        EXPECT_EQ(read->bytes, record.bytes);
        EXPECT_EQ(read->number, record.number);
        EXPECT_NEAR(InSeconds(read->time), InSeconds(record.time), 1e-6);
      }
      EXPECT_FALSE(file->Next().has_value());
      EXPECT_EQ(file->failure(), "");
    }
  }
}

TEST(CaptureFileTest, EveryCutIsNoticedAndNoneIsFatal) {
  Trace t = Long();
  const std::string whole = Pcap(t, true, false);
  for (size_t size = 0; size < 600; ++size) {
    std::istringstream stream(whole.substr(0, size));
    const auto file = CaptureFile::Open(stream);
    if (!file) continue;
    while (file->Next()) {
    }
  }
  std::istringstream stream(whole.substr(0, 30));
  const auto file = CaptureFile::Open(stream);
  ASSERT_NE(file, nullptr);
  EXPECT_FALSE(file->Next().has_value());
  EXPECT_NE(file->failure(), "");
}

TEST(CommandLineTest, SaysWhatIsWrong) {
  EXPECT_THAT(ParseCommandLine({}).error(), HasSubstr("no capture"));
  EXPECT_THAT(ParseCommandLine({"--vantage", "198.19.0.256", "x"}).error(), HasSubstr("198.19.0.256"));
  EXPECT_THAT(ParseCommandLine({"--min-rto", "5", "x"}).error(), HasSubstr("no time"));
  EXPECT_THAT(ParseCommandLine({"--ignore", "nothing", "x"}).error(), HasSubstr("no rule"));
  EXPECT_THAT(ParseCommandLine({"--frobnicate"}).error(), HasSubstr("--frobnicate"));
  EXPECT_THAT(ParseCommandLine({"--checksums", "maybe", "x"}).error(), HasSubstr("auto, on, off"));
  const auto order = std::get<Order>(*ParseCommandLine({"--min-rto=1s", "--json", "x", "-"}));
  EXPECT_EQ(order.settings.minimum_rto, 1s);
  EXPECT_TRUE(order.json);
  EXPECT_THAT(order.files, ElementsAre("x", "-"));
}

}  // namespace
}  // namespace nut::tracecheck
