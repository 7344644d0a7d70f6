// The index of connections under hashes that collide as no peer can make them: its runs, their ends, and
// their gaps.
#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "stack/base/rng.h"
#include "stack/tcp/connection_table_index.h"

namespace nut::tcp {
namespace {

uint32_t FindSlot(const ConnectionIndex& index, uint32_t hash, uint32_t slot) {
  return index.Find(hash, [&](uint32_t candidate) { return candidate == slot; });
}

TEST(ConnectionIndex, OneHashMayStandForSeveral) {
  ConnectionIndex index;
  index.Insert(5, 1);
  index.Insert(5, 2);
  EXPECT_EQ(FindSlot(index, 5, 1), 1u);
  EXPECT_EQ(FindSlot(index, 5, 2), 2u);
  EXPECT_EQ(FindSlot(index, 5, 3), ConnectionIndex::kNone);
  // Another hash of the same place: nobody is asked whose hash is different.
  std::vector<uint32_t> asked;
  EXPECT_EQ(index.Find(5 + 64,
                       [&](uint32_t candidate) {
                         asked.push_back(candidate);
                         return true;
                       }),
            ConnectionIndex::kNone);
  EXPECT_TRUE(asked.empty());
  EXPECT_EQ(index.Find(5,
                       [&](uint32_t candidate) {
                         asked.push_back(candidate);
                         return false;
                       }),
            ConnectionIndex::kNone);
  EXPECT_EQ(asked, (std::vector<uint32_t>{1, 2}));
}

// Places at the end of the table and at its beginning, so that runs go around; and hashes that only differ
// above the mask.
TEST(ConnectionIndex, AgreesWithAMapWhereEverythingCollides) {
  Rng rng("collisions");
  for (int round = 0; round < 30; ++round) {
    ConnectionIndex index;
    std::map<uint32_t, uint32_t> model;  // hash by slot
    for (int step = 0; step < 400; ++step) {
      const auto slot = static_cast<uint32_t>(rng.Below(40));
      if (!model.contains(slot)) {
        const auto hash = static_cast<uint32_t>(58 + rng.Below(10) + 64 * rng.Below(2));
        index.Insert(hash, slot);
        model[slot] = hash;
      } else {
        index.Erase(model[slot], slot);
        model.erase(slot);
      }
      ASSERT_EQ(index.size(), model.size());
      for (uint32_t each = 0; each < 40; ++each) {
        const auto known = model.find(each);
        const uint32_t hash = known != model.end() ? known->second : 60;
        ASSERT_EQ(FindSlot(index, hash, each), known != model.end() ? each : ConnectionIndex::kNone);
      }
    }
  }
}

TEST(ConnectionIndex, GrowsAndForgetsNothing) {
  ConnectionIndex index;
  for (uint32_t slot = 0; slot < 1000; ++slot) {
    index.Insert(slot * 0x9e3779b9, slot);
    ASSERT_EQ(index.size(), slot + 1);
    if (slot == 31 || slot == 32 || slot == 63 || slot == 64) {
      for (uint32_t each = 0; each <= slot; ++each) ASSERT_EQ(FindSlot(index, each * 0x9e3779b9, each), each);
    }
  }
  for (uint32_t slot = 0; slot < 1000; ++slot) ASSERT_EQ(FindSlot(index, slot * 0x9e3779b9, slot), slot);
  for (uint32_t slot = 0; slot < 1000; slot += 2) index.Erase(slot * 0x9e3779b9, slot);
  EXPECT_EQ(index.size(), 500u);
  for (uint32_t slot = 0; slot < 1000; ++slot) {
    ASSERT_EQ(FindSlot(index, slot * 0x9e3779b9, slot), slot % 2 == 1 ? slot : ConnectionIndex::kNone);
  }
}

}  // namespace
}  // namespace nut::tcp
