#include "stack/tcp/connection_table.h"

#include <map>

#include "test/tcp/engine/record_test_base.h"

namespace nut::tcp {
namespace {

using ConnectionTableTest = RecordTest;

TEST_F(ConnectionTableTest, FindsByHandleAndByPair) {
  ConnectionRecord* one = Insert(1);
  ConnectionRecord* two = Insert(2);
  EXPECT_EQ(table_.Find(one->handle), one);
  EXPECT_EQ(table_.Find(Pair(2)), two);
  EXPECT_EQ(table_.Find(Pair(3)), nullptr);
  EXPECT_EQ(table_.size(), 2u);
}

TEST_F(ConnectionTableTest, BothEndsOfAPairCount) {
  Insert(1);
  wire::EndpointPair other = Pair(1);
  other.local.address = kAlsoOurs;
  EXPECT_EQ(table_.Find(other), nullptr);
  std::swap(other.local, other.remote);
  EXPECT_EQ(table_.Find(other), nullptr);
}

TEST_F(ConnectionTableTest, AHandleIsStaleAfterItsRecordAndNeverFindsTheNext) {
  const ConnectionHandle old = Insert(1)->handle;
  table_.Erase(*table_.Find(old));
  EXPECT_EQ(table_.Find(old), nullptr);
  ConnectionRecord* next = Insert(1);
  EXPECT_EQ(next->handle.slot, old.slot) << "the slot is used again, which is what the generation is for";
  EXPECT_EQ(table_.Find(old), nullptr);
  EXPECT_EQ(table_.Find(next->handle), next);
}

TEST_F(ConnectionTableTest, NonsenseHandlesFindNothing) {
  Insert(1);
  EXPECT_EQ(table_.Find(ConnectionHandle{}), nullptr);
  EXPECT_EQ(table_.Find(ConnectionHandle{0, 0}), nullptr);
  EXPECT_EQ(table_.Find(ConnectionHandle{0, 99}), nullptr);
  EXPECT_EQ(table_.Find(ConnectionHandle{1000000, 1}), nullptr);
}

TEST_F(ConnectionTableTest, UnindexedPairsAreFreeWhileTheHandleLives) {
  ConnectionRecord* old = Insert(1);
  table_.Unindex(*old);
  table_.Unindex(*old);
  EXPECT_EQ(table_.Find(Pair(1)), nullptr);
  EXPECT_EQ(table_.Find(old->handle), old);
  ConnectionRecord* next = Insert(1);
  EXPECT_EQ(table_.Find(Pair(1)), next);
  table_.Erase(*old);
  EXPECT_EQ(table_.Find(Pair(1)), next);
}

TEST_F(ConnectionTableTest, LimitIsKept) {
  for (uint32_t i = 1; i <= 5000; ++i) ASSERT_NE(Insert(i), nullptr);
  EXPECT_TRUE(table_.full());
  EXPECT_EQ(Insert(6000), nullptr);
  table_.Erase(*table_.Find(Pair(17)));
  EXPECT_NE(Insert(6000), nullptr);
}

// Open addressing with backward shift against a map, over many insertions and removals.
TEST_F(ConnectionTableTest, AgreesWithAMapUnderChurn) {
  std::map<uint32_t, ConnectionRecord*> model;
  Rng rng("churn");
  for (int step = 0; step < 40000; ++step) {
    const auto number = static_cast<uint32_t>(rng.Below(3000)) + 1;
    const auto known = model.find(number);
    if (known == model.end()) {
      model[number] = Insert(number);
    } else {
      ASSERT_EQ(table_.Find(Pair(number)), known->second);
      table_.Erase(*known->second);
      model.erase(known);
    }
  }
  for (uint32_t number = 1; number <= 3000; ++number) {
    const auto known = model.find(number);
    EXPECT_EQ(table_.Find(Pair(number)), known == model.end() ? nullptr : known->second) << number;
  }
  EXPECT_EQ(table_.size(), model.size());
}

using ConnectionTableDeathTest = RecordTest;

TEST_F(ConnectionTableDeathTest, FreeingAPinnedRecordBreaksAnInvariant) {
  ConnectionRecord* record = Insert(1);
  record->pins = 1;
  EXPECT_DEATH(table_.Erase(*record), "a connection is freed while a thread uses it");
}

TEST_F(ConnectionTableDeathTest, TwoConnectionsOfOnePairBreakAnInvariant) {
  Insert(1);
  EXPECT_DEATH(Insert(1), "two connections of one pair");
}

}  // namespace
}  // namespace nut::tcp
