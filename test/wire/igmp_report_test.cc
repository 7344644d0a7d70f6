#include "stack/wire/igmp_report.h"

#include <gtest/gtest.h>

#include "stack/wire/checksum.h"

namespace nut::wire {
namespace {

using Bytes = std::vector<uint8_t>;

TEST(IgmpReport, Rfc3376_4_2_IsWrittenByteForByte) {
  const std::vector<IgmpRecord> records = {
      {IgmpRecordType::kToExclude, Ipv4Address(239, 1, 2, 3), {}},
      {IgmpRecordType::kAllow,
       Ipv4Address(232, 0, 0, 7),
       {Ipv4Address(10, 0, 0, 1), Ipv4Address(10, 0, 0, 2)}},
  };
  Bytes message(IgmpReportSize(records), 0xaa);
  ASSERT_EQ(message.size(), 32u);
  Emit(message, records);
  EXPECT_EQ(Checksum(message), 0);
  StoreBe16(message.data() + 2, 0);
  EXPECT_EQ(message, (Bytes{0x22, 0, 0, 0, 0,   0, 0, 2,  //
                            4,    0, 0, 0, 239, 1, 2, 3,  //
                            5,    0, 0, 2, 232, 0, 0, 7,  //
                            10,   0, 0, 1, 10,  0, 0, 2}));
}

TEST(IgmpReport, WithoutRecordsIsAHeader) {
  EXPECT_EQ(IgmpReportSize({}), 8u);
  Bytes message(12, 0xaa);
  Emit(message, std::span<const IgmpRecord>());
  EXPECT_EQ(Checksum(ByteView(message).first(8)), 0);
  EXPECT_EQ(message[8], 0xaa) << "what is behind is left alone";
}

}  // namespace
}  // namespace nut::wire
