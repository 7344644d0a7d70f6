#include "stack/wire/igmp.h"

#include <gtest/gtest.h>

#include "stack/wire/checksum.h"
#include "stack/wire/ipv4.h"
#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

// libtins has no IGMP; it carries the bytes in IP and sums them.
uint16_t TinsChecksum(Bytes message) {
  if (message.size() % 2 != 0) message.push_back(0);
  const uint16_t sum = Fold(Tins::Utils::sum_range(message.data(), message.data() + message.size()));
  return static_cast<uint16_t>(~__builtin_bswap16(sum));
}

Bytes WithChecksum(Bytes message) {
  StoreBe16(message.data() + 2, 0);
  StoreBe16(message.data() + 2, TinsChecksum(message));
  return message;
}

Bytes V3Query(uint16_t announced, size_t present, uint8_t code = 0) {
  Bytes message = {0x11,
                   code,
                   0,
                   0,
                   239,
                   1,
                   2,
                   3,
                   2,
                   125,
                   static_cast<uint8_t>(announced >> 8),
                   static_cast<uint8_t>(announced)};
  for (size_t i = 0; i < present; ++i) {
    for (const uint8_t byte : {10, 0, 0, static_cast<int>(i)}) message.push_back(byte);
  }
  return WithChecksum(message);
}

TEST(Igmp, WritesReportAndLeaveByteForByte) {
  Bytes report(kIgmpSize);
  Emit(report, {IgmpType::kReportV2, 0, Ipv4Address(239, 1, 2, 3)});
  EXPECT_EQ(report, WithChecksum({0x16, 0, 0, 0, 239, 1, 2, 3}));
  Bytes leave(kIgmpSize);
  Emit(leave, {IgmpType::kLeave, 0, Ipv4Address(239, 1, 2, 3)});
  EXPECT_EQ(leave, WithChecksum({0x17, 0, 0, 0, 239, 1, 2, 3}));

  Tins::IP carrier = Tins::IP("239.1.2.3", "198.19.0.10") / Tins::RawPDU(report);
  carrier.protocol(2);
  const Bytes packet = carrier.serialize();
  const auto ip = Ipv4View::Parse(packet);
  ASSERT_TRUE(ip);
  EXPECT_EQ(ip->protocol(), IpProtocol::kIgmp);
  const auto view = IgmpView::Parse(ip->payload());
  ASSERT_TRUE(view);
  EXPECT_EQ(view->type(), IgmpType::kReportV2);
  EXPECT_EQ(view->group(), Ipv4Address(239, 1, 2, 3));
}

TEST(Igmp, TellsTheVersionsOfQueriesApart) {
  const Bytes v1 = WithChecksum({0x11, 0, 0, 0, 0, 0, 0, 0});
  EXPECT_EQ(IgmpView::Parse(v1)->version(), IgmpVersion::kV1);
  EXPECT_EQ(IgmpView::Parse(v1)->max_response_time(), 10s);
  EXPECT_TRUE(IgmpView::Parse(v1)->is_general_query());

  const Bytes v2 = WithChecksum({0x11, 25, 0, 0, 239, 1, 2, 3});
  EXPECT_EQ(IgmpView::Parse(v2)->version(), IgmpVersion::kV2);
  EXPECT_EQ(IgmpView::Parse(v2)->max_response_time(), 2500ms);
  EXPECT_FALSE(IgmpView::Parse(v2)->is_general_query());

  const Bytes v3 = V3Query(0, 0, 0);
  EXPECT_EQ(IgmpView::Parse(v3)->version(), IgmpVersion::kV3);
  EXPECT_EQ(IgmpView::Parse(v3)->max_response_time(), 0s);
}

TEST(Igmp, KnowsTheVersionsOfReports) {
  const auto version = [](uint8_t type) {
    const Bytes message = WithChecksum({type, 0, 0, 0, 239, 1, 2, 3});
    return IgmpView::Parse(message)->version();
  };
  EXPECT_EQ(version(0x12), IgmpVersion::kV1);
  EXPECT_EQ(version(0x16), IgmpVersion::kV2);
  EXPECT_EQ(version(0x17), IgmpVersion::kV2);
  EXPECT_EQ(version(0x22), IgmpVersion::kV3);
}

TEST(Igmp, ReadsTheFloatingPointTimeOfVersion3) {
  const auto time = [](uint8_t code) {
    const Bytes message = V3Query(0, 0, code);
    return IgmpView::Parse(message)->max_response_time();
  };
  EXPECT_EQ(time(100), 10s);
  EXPECT_EQ(time(127), 12700ms);
  EXPECT_EQ(time(0x80), 12800ms);    // 16 << 3 tenths
  EXPECT_EQ(time(0x91), 27200ms);    // 17 << 4
  EXPECT_EQ(time(0xff), 3174400ms);  // 31 << 10
}

TEST(Igmp, Rfc3376_4_1_6_ReadsRobustnessAndIntervalOfAVersion3Query) {
  const auto read = [](uint8_t flags, uint8_t interval) {
    Bytes message = V3Query(0, 0);
    message[8] = flags;
    message[9] = interval;
    message = WithChecksum(message);
    const auto view = IgmpView::Parse(message);
    return std::pair(view->robustness(), view->query_interval());
  };
  EXPECT_EQ(read(0x02, 125), std::pair(2u, Duration(125s)));
  EXPECT_EQ(read(0x0f, 0x80), std::pair(7u, Duration(128s))) << "without the S flag";
  EXPECT_EQ(read(0xf0, 0), std::pair(0u, Duration(0s)));
  const Bytes v2 = WithChecksum({0x11, 25, 0, 0, 239, 1, 2, 3});
  EXPECT_EQ(IgmpView::Parse(v2)->robustness(), 0u);
  EXPECT_EQ(IgmpView::Parse(v2)->query_interval(), 0s);
}

TEST(Igmp, ReadsTheSourcesOfAVersion3Query) {
  const Bytes query = V3Query(3, 3);
  const auto view = IgmpView::Parse(query);
  ASSERT_TRUE(view);
  ASSERT_EQ(view->source_count(), 3u);
  EXPECT_EQ(view->source(0), Ipv4Address(10, 0, 0, 0));
  EXPECT_EQ(view->source(2), Ipv4Address(10, 0, 0, 2));
}

TEST(Igmp, RefusesCountsOfSourcesThatLie) {
  for (const uint16_t announced : {4, 5, 255, 256, 16383, 16384, 65535}) {
    const Bytes query = V3Query(announced, 3);
    EXPECT_EQ(IgmpView::Parse(query).error(), DropReason::kIgmpTruncated) << announced;
  }
  const Bytes fewer = V3Query(1, 3);  // additional data is summed and ignored
  EXPECT_EQ(IgmpView::Parse(fewer)->source_count(), 1u);
}

TEST(Igmp, RefusesQueriesOf9To11Bytes) {
  for (size_t size = 8; size <= 12; ++size) {
    Bytes query = V3Query(0, 0, 10);
    query.resize(size);
    query = WithChecksum(query);
    const auto view = IgmpView::Parse(query);
    if (size == 8 || size == 12) {
      EXPECT_TRUE(view) << size;
    } else {
      EXPECT_EQ(view.error(), DropReason::kIgmpTruncated) << size;
    }
  }
}

TEST(Igmp, LongReportsAreSummedWhole) {
  Bytes report = WithChecksum({0x16, 0, 0, 0, 239, 1, 2, 3, 7, 7, 7});
  EXPECT_EQ(IgmpView::Parse(report)->group(), Ipv4Address(239, 1, 2, 3));
  report.back() = 8;
  EXPECT_EQ(IgmpView::Parse(report).error(), DropReason::kIgmpBadChecksum);
}

TEST(Igmp, RefusesEveryTruncationAndEveryFlippedBit) {
  const Bytes query = V3Query(2, 2, 77);
  for (size_t size = 0; size < query.size(); ++size) {
    const Bytes cut = Copy(ByteView(query).first(size));
    EXPECT_FALSE(IgmpView::Parse(cut)) << size;
  }
  for (size_t bit = 0; bit < query.size() * 8; ++bit) {
    Bytes damaged = query;
    damaged[bit / 8] ^= static_cast<uint8_t>(1 << bit % 8);
    EXPECT_EQ(IgmpView::Parse(damaged).error(), DropReason::kIgmpBadChecksum) << bit;
  }
}

}  // namespace
}  // namespace nut::wire
