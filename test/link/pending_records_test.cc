#include "stack/link/pending_records.h"

#include <gtest/gtest.h>

#include "stack/base/rng.h"
#include "test/link/memory_device.h"

namespace nut::link {
namespace {

TEST(PendingRecords, GivesBackWhatWasPushedInOrder) {
  PendingRecords records;
  Rng rng("records");
  uint64_t pushed = 0, popped = 0;
  const auto bytes_of = [](uint64_t number) { return Bytes(number % 97, static_cast<uint8_t>(number)); };
  for (int i = 0; i < 20'000; ++i) {
    if (records.empty() || rng.Chance(0.52)) {
      ++pushed;
      EXPECT_EQ(records.Push({.original_size = pushed, .comment = {}}, bytes_of(pushed)).ticket, pushed);
    } else {
      ++popped;
      ASSERT_EQ(records.front().original_size, popped);
      ASSERT_EQ(Copy(records.front_bytes()), bytes_of(popped));
      records.Pop();
    }
  }
  EXPECT_EQ(records.count(), pushed - popped);
}

TEST(PendingRecords, TicketsFindTheirRecordUntilItIsPopped) {
  PendingRecords records;
  for (uint8_t i = 0; i < 3; ++i) records.Push({.comment = {}}, Bytes{i});
  EXPECT_EQ(records.Find(0), nullptr);
  EXPECT_EQ(records.Find(4), nullptr);
  records.Find(2)->comment = "two";
  records.Pop();
  EXPECT_EQ(records.Find(1), nullptr);
  EXPECT_EQ(records.Find(2)->comment, "two");
  EXPECT_EQ(records.Push({.comment = {}}, Bytes{9}).ticket, 4u);
}

TEST(PendingRecords, ThePlaceOfTheCopyIsTheCopy) {
  PendingRecords records;
  records.Push({.comment = {}}, Bytes{1, 2, 3});
  const auto pushed = records.Push({.comment = {}}, Bytes{4, 5, 6});
  pushed.bytes[1] = 99;
  records.Pop();
  EXPECT_EQ(Copy(records.front_bytes()), (Bytes{4, 99, 6}));
}

TEST(PendingRecords, ARecordMayComeInPieces) {
  PendingRecords records;
  records.Push({.comment = {}}, Bytes{1});
  records.Push({.comment = {}}, Bytes{2, 3});
  records.Extend(Bytes{});
  const MutableByteView all = records.Extend(Bytes{4, 5});
  EXPECT_EQ(Copy(all), (Bytes{2, 3, 4, 5}));
  records.Pop();
  EXPECT_EQ(Copy(records.front_bytes()), (Bytes{2, 3, 4, 5}));
  EXPECT_EQ(records.bytes(), 4u);
}

TEST(PendingRecords, AnEndlessStreamTakesBoundedMemory) {
  PendingRecords records;
  const Bytes bytes(1000);
  for (int i = 0; i < 10; ++i) records.Push({.comment = {}}, bytes);
  for (int i = 0; i < 100'000; ++i) {
    records.Push({.comment = {}}, bytes);
    records.Pop();
  }
  EXPECT_EQ(records.bytes(), 10'000u);
  EXPECT_LE(records.footprint(), 64'000u);
}

}  // namespace
}  // namespace nut::link
