// Ranges of a stream at every touch: before, at and behind their ends.

#include "stack/tcp/range_list.h"

#include <gtest/gtest.h>

#include "stack/tcp/reorder_buffer.h"

namespace nut::tcp {
namespace {

using Ranges = std::vector<Range>;

Ranges All(const RangeList& list) {
  Ranges all;
  for (size_t i = 0; i < list.size(); ++i) all.push_back(list[i]);
  return all;
}

RangeList Of(const Ranges& ranges) {
  RangeList list;
  for (const Range& range : ranges) list.Add(range);
  return list;
}

uint64_t Octets(const RangeList& list) {
  uint64_t octets = 0;
  for (const Range& range : All(list)) octets += range.end - range.begin;
  return octets;
}

// Each way in which a new range may lie to two old ones, by a map of octets.
TEST(RangeList, AddJoinsWhatOverlapsOrTouches) {
  for (uint64_t begin = 0; begin < 30; ++begin) {
    for (uint64_t end = begin; end <= 30; ++end) {
      RangeList list = Of({{5, 10}, {15, 20}});
      list.Add({begin, end});
      Ranges expected;
      const auto covered = [&](uint64_t i) {
        return (i >= 5 && i < 10) || (i >= 15 && i < 20) || (i >= begin && i < end);
      };
      for (uint64_t i = 0; i < 31; ++i) {
        if (!covered(i)) continue;
        if (expected.empty() || expected.back().end != i) expected.push_back({i, i});
        ++expected.back().end;
      }
      ASSERT_EQ(All(list), expected) << begin << " to " << end;
      ASSERT_EQ(list.bytes(), Octets(list));
      ASSERT_EQ(list.end(), expected.back().end);
    }
  }
}

TEST(RangeList, FitsSaysWhatAddWouldCome) {
  for (uint64_t begin = 0; begin < 30; ++begin) {
    for (uint64_t end = begin + 1; end <= 30; ++end) {
      const RangeList list = Of({{5, 10}, {15, 20}});
      RangeList after = list;
      after.Add({begin, end});
      EXPECT_EQ(list.Fits({begin, end}, 2), after.size() <= 2) << begin << " to " << end;
      EXPECT_TRUE(list.Fits({begin, end}, 3));
    }
  }
  EXPECT_FALSE(RangeList().Fits({1, 2}, 0));
  EXPECT_TRUE(RangeList().Fits({1, 2}, 1));
}

TEST(RangeList, FindFindsWhatCoversAnOctet) {
  const RangeList list = Of({{5, 10}, {15, 20}});
  for (uint64_t position = 0; position < 25; ++position) {
    const Range* const found = list.Find(position);
    if (position >= 5 && position < 10) {
      ASSERT_EQ(found, &list[0]) << position;
    } else if (position >= 15 && position < 20) {
      ASSERT_EQ(found, &list[1]) << position;
    } else {
      ASSERT_EQ(found, nullptr) << position;
    }
  }
}

TEST(RangeList, AdvanceRemovesWhatTheStreamHasReached) {
  for (uint64_t position = 0; position <= 25; ++position) {
    RangeList list = Of({{5, 10}, {15, 20}});
    const uint64_t reached = list.Advance(position);
    Ranges left;
    if (position < 5) left.push_back({5, 10});
    if (position < 15) left.push_back({15, 20});
    EXPECT_EQ(All(list), left) << position;
    EXPECT_EQ(list.bytes(), 5 * left.size());
    EXPECT_EQ(reached, position >= 5 && position <= 10    ? 10u
                       : position >= 15 && position <= 20 ? 20u
                                                          : position);
  }
}

TEST(RangeList, PartsThatAreCoveredAndPartsThatAreNotMakeTheWhole) {
  const RangeList list = Of({{5, 10}, {15, 20}});
  for (uint64_t begin = 0; begin < 25; ++begin) {
    for (uint64_t end = begin; end <= 25; ++end) {
      std::vector<int> seen(25, 0);
      uint64_t last = 0;
      list.ForEachUncovered({begin, end}, [&](Range part) {
        EXPECT_LT(part.begin, part.end);
        EXPECT_GE(part.begin, last);
        last = part.end;
        for (uint64_t i = part.begin; i < part.end; ++i) seen[i] += 1;
      });
      last = 0;
      list.ForEachCovered({begin, end}, [&](Range part) {
        EXPECT_GE(part.begin, last);
        last = part.end;
        if (begin < end) {
          EXPECT_LT(part.begin, part.end);
        }
        for (uint64_t i = part.begin; i < part.end; ++i) seen[i] += 10;
      });
      for (uint64_t i = 0; i < 25; ++i) {
        const bool inside = i >= begin && i < end;
        const bool covered = list.Find(i) != nullptr;
        ASSERT_EQ(seen[i], !inside ? 0 : covered ? 10 : 1) << begin << " to " << end << " at " << i;
      }
    }
  }
}

TEST(RangeList, IsEmptyAtFirstAndWhenCleared) {
  RangeList list;
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.size(), 0u);
  EXPECT_EQ(list.bytes(), 0u);
  EXPECT_EQ(list.end(), 0u);
  EXPECT_EQ(list.Find(0), nullptr);
  list.Add({7, 7});
  EXPECT_TRUE(list.empty()) << "nothing is no range";
  list.Add({8, 7});
  EXPECT_TRUE(list.empty());
  list.Add({7, 9});
  EXPECT_FALSE(list.empty());
  list.Clear();
  EXPECT_TRUE(list.empty());
  EXPECT_EQ(list.bytes(), 0u);
}

// --- ReorderBuffer

std::vector<uint8_t> Numbered(uint64_t begin, size_t count) {
  std::vector<uint8_t> octets(count);
  for (size_t i = 0; i < count; ++i) octets[i] = static_cast<uint8_t>((begin + i) * 7 % 251);
  return octets;
}

constexpr uint64_t kPage = ReorderBuffer::kPageSize;

struct Drained {
  std::vector<uint8_t> octets;
  size_t slices = 0;
  uint64_t reached = 0;
};

Drained Drain(ReorderBuffer& buffer, uint64_t position) {
  Drained drained;
  drained.reached = buffer.Drain(position, [&](link::Slice slice) {
    EXPECT_FALSE(slice.bytes.empty());
    drained.octets.insert(drained.octets.end(), slice.bytes.begin(), slice.bytes.end());
    ++drained.slices;
  });
  return drained;
}

TEST(ReorderBuffer, PagesAreMadeWhereSomethingArrives) {
  ReorderBuffer buffer;
  EXPECT_EQ(buffer.memory(), 0u);
  buffer.Add(kPage - 1, Numbered(kPage - 1, 1));
  EXPECT_EQ(buffer.memory(), kPage);
  EXPECT_EQ(buffer.begin(), kPage - 1);
  buffer.Add(kPage, Numbered(kPage, 1));
  EXPECT_EQ(buffer.memory(), 2 * kPage);
  buffer.Add(10 * kPage - 5, Numbered(10 * kPage - 5, 10));
  EXPECT_EQ(buffer.memory(), 4 * kPage);
  EXPECT_EQ(buffer.ranges().size(), 2u);
}

TEST(ReorderBuffer, WhatFollowsComesOutPageByPageAndThePagesGo) {
  ReorderBuffer buffer;
  const size_t count = 2 * kPage + 100;
  buffer.Add(1000, Numbered(1000, count));
  buffer.Add(1000 + count + 10, Numbered(1000 + count + 10, 20));
  EXPECT_EQ(Drain(buffer, 999).octets.size(), 0u);
  const Drained drained = Drain(buffer, 1000);
  EXPECT_EQ(drained.reached, 1000 + count);
  EXPECT_EQ(drained.octets, Numbered(1000, count));
  EXPECT_EQ(drained.slices, 3u);
  EXPECT_EQ(buffer.memory(), kPage) << "the page of what waits still";
  EXPECT_EQ(Drain(buffer, 1000 + count + 10).octets, Numbered(1000 + count + 10, 20));
  EXPECT_EQ(buffer.memory(), 0u);
}

TEST(ReorderBuffer, APageThatEndsWithWhatIsTakenGoesThoughTheNextIsInUse) {
  ReorderBuffer buffer;
  buffer.Add(10, Numbered(10, 10));
  buffer.Add(kPage, Numbered(kPage, 10));
  EXPECT_EQ(Drain(buffer, 10).octets, Numbered(10, 10));
  EXPECT_EQ(buffer.memory(), kPage);
  buffer.Add(2 * kPage - 1, Numbered(2 * kPage - 1, 1));
  EXPECT_EQ(Drain(buffer, kPage).octets, Numbered(kPage, 10));
  EXPECT_EQ(buffer.memory(), kPage) << "its last octet waits";
  EXPECT_EQ(Drain(buffer, 2 * kPage - 1).octets, Numbered(2 * kPage - 1, 1));
  EXPECT_EQ(buffer.memory(), 0u);
}

TEST(ReorderBuffer, WhatIsHereStaysAsItWas) {
  ReorderBuffer buffer;
  buffer.Add(100, Numbered(100, 50));
  buffer.Add(80, std::vector<uint8_t>(100, 0xff));
  auto expected = std::vector<uint8_t>(100, 0xff);
  const auto first = Numbered(100, 50);
  std::copy(first.begin(), first.end(), expected.begin() + 20);
  EXPECT_EQ(Drain(buffer, 80).octets, expected);
}

TEST(ReorderBuffer, TheStreamMayReachIntoARange) {
  ReorderBuffer buffer;
  buffer.Add(100, Numbered(100, 50));
  const Drained drained = Drain(buffer, 120);
  EXPECT_EQ(drained.octets, Numbered(120, 30));
  EXPECT_EQ(drained.reached, 150u);
}

}  // namespace
}  // namespace nut::tcp
