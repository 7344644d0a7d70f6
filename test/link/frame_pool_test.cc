#include "stack/link/frame_pool.h"

#include <gtest/gtest.h>

#include <vector>

#include "stack/link/frame_queue.h"
#include "test/link/memory_device.h"

namespace nut::link {
namespace {

constexpr FramePoolOptions kTiny{.small_capacity = Frame::kHeadroom + 64,
                                 .large_capacity = Frame::kHeadroom + 256,
                                 .maximum_small = 3,
                                 .maximum_large = 2};

TEST(Frame, HeadersGoInFrontWithoutMovingThePayload) {
  FramePool pool;
  FramePtr frame = pool.Allocate(100);
  const MutableByteView payload = frame->Append(4);
  std::fill(payload.begin(), payload.end(), uint8_t{7});
  const uint8_t* const place = payload.data();
  const MutableByteView header = frame->Prepend(20);
  std::fill(header.begin(), header.end(), uint8_t{1});
  EXPECT_EQ(frame->size(), 24u);
  EXPECT_EQ(frame->headroom(), Frame::kHeadroom - 20);
  EXPECT_EQ(frame->data().data() + 20, place);
  frame->TrimFront(20);
  EXPECT_EQ(Copy(frame->data()), Bytes(4, 7));
  frame->TrimTo(1);
  EXPECT_EQ(frame->size(), 1u);
  EXPECT_GE(frame->tailroom(), 99u);
}

TEST(Frame, NetworkHeaderIsFoundAgainAfterItWasStripped) {
  FramePool pool;
  FramePtr frame = MakeFrame(pool, Bytes{1, 2, 3, 4, 5});
  frame->TrimFront(1);
  frame->network_header = frame->position();
  frame->TrimFront(3);
  EXPECT_EQ(Copy(frame->FromNetworkHeader()), (Bytes{2, 3, 4, 5}));
}

TEST(FrameDeathTest, RoomThatIsNotThereIsAFaultOfOurs) {
  FramePool pool(kTiny);
  FramePtr frame = pool.Allocate(10);
  EXPECT_DEATH(frame->Prepend(Frame::kHeadroom + 1), "headroom");
  EXPECT_DEATH(frame->Append(frame->tailroom() + 1), "does not fit");
  EXPECT_DEATH(frame->TrimFront(1), "longer than its frame");
  EXPECT_DEATH(frame->TrimTo(1), "more than it holds");
}

TEST(FrameDeathTest, AFrameMayNotOutliveItsPool) {
  EXPECT_DEATH(
      {
        FramePtr frame;
        FramePool pool;
        frame = pool.Allocate(1);
      },
      "outlived its pool");
}

TEST(FramePool, GivesTheSmallestSizeThatFits) {
  FramePool pool(kTiny);
  EXPECT_EQ(pool.Allocate(64)->tailroom(), 64u);
  EXPECT_EQ(pool.Allocate(65)->tailroom(), 256u);
  EXPECT_EQ(pool.Allocate(100, 4)->headroom(), 4u);
  EXPECT_EQ(pool.Allocate(257), nullptr);
  EXPECT_EQ(pool.failures(), 1u);
}

TEST(FramePool, StopsAtItsLimitsAndComesBack) {
  FramePool pool(kTiny);
  std::vector<FramePtr> held;
  for (int i = 0; i < 3; ++i) held.push_back(pool.Allocate(1));
  EXPECT_TRUE(held.back());
  EXPECT_EQ(pool.Allocate(1), nullptr);
  EXPECT_TRUE(pool.Allocate(200)) << "the other size has its own limit";
  held.push_back(pool.Allocate(200));
  held.push_back(pool.Allocate(200));
  EXPECT_EQ(pool.Allocate(200), nullptr);
  EXPECT_EQ(pool.in_use(), 5u);
  EXPECT_EQ(pool.failures(), 2u);
  held.clear();
  EXPECT_EQ(pool.in_use(), 0u);
  EXPECT_TRUE(pool.Allocate(1));
}

TEST(FramePool, AReusedFrameRemembersNothing) {
  FramePool pool(kTiny);
  FramePtr frame = MakeFrame(pool, Bytes(20, 9));
  frame->checksum = {.state = ChecksumState::kPartial, .start = 3, .offset = 4};
  frame->segmentation = {.segment_size = 5, .header_size = 6};
  frame->link_scope = LinkScope::kMulticast;
  frame->network_header = 7;
  frame->received = Instant(8ns);
  frame->capture_ticket = 9;
  const Frame* const before = frame.get();
  frame.reset();
  frame = pool.Allocate(1);
  ASSERT_EQ(frame.get(), before);
  EXPECT_EQ(frame->size(), 0u);
  EXPECT_EQ(frame->checksum.state, ChecksumState::kAbsent);
  EXPECT_EQ(frame->segmentation.segment_size, 0u);
  EXPECT_EQ(frame->link_scope, LinkScope::kUnicast);
  EXPECT_EQ(frame->network_header, 0u);
  EXPECT_EQ(frame->received, Instant{});
  EXPECT_EQ(frame->capture_ticket, 0u);
}

TEST(FramePool, ACloneIsEqualAndIndependent) {
  FramePool pool(kTiny);
  FramePtr frame = MakeFrame(pool, Bytes{1, 2, 3});
  frame->checksum.state = ChecksumState::kVerified;
  frame->received = Instant(5ms);
  frame->capture_ticket = 4;
  FramePtr copy = pool.Clone(*frame);
  frame->mutable_data()[0] = 99;
  EXPECT_EQ(Copy(copy->data()), (Bytes{1, 2, 3}));
  EXPECT_EQ(copy->headroom(), frame->headroom());
  EXPECT_EQ(copy->checksum.state, ChecksumState::kVerified);
  EXPECT_EQ(copy->received, Instant(5ms));
  EXPECT_EQ(copy->capture_ticket, 0u) << "the record is the original's";
}

TEST(FramePool, AnAdoptedFrameIsOursAndTheOtherPoolGetsAnEmptyOne) {
  FramePool ours(kTiny), theirs(kTiny);
  ours.Allocate(1).reset();  // leaves an empty one
  FramePtr frame = MakeFrame(theirs, Bytes{1, 2, 3});
  const uint8_t* const bytes = frame->data().data();
  FramePtr adopted = ours.Adopt(std::move(frame));
  EXPECT_EQ(adopted->data().data(), bytes) << "not a copy";
  EXPECT_EQ(Copy(adopted->data()), (Bytes{1, 2, 3}));
  EXPECT_EQ(adopted->pool(), &ours);
  EXPECT_EQ(ours.in_use(), 1u);
  EXPECT_EQ(theirs.in_use(), 0u);
  FramePtr given = theirs.Allocate(1);
  EXPECT_EQ(given->pool(), &theirs);
  EXPECT_EQ(theirs.in_use(), 1u);
  EXPECT_EQ(ours.Adopt(std::move(adopted))->pool(), &ours) << "its own stays as it is";
  EXPECT_EQ(ours.in_use(), 0u);
}

TEST(FramePool, WhereNothingCanBeExchangedAdoptingIsCopying) {
  FramePool ours(kTiny), theirs(kTiny), others({.small_capacity = kTiny.small_capacity + 1});
  FramePtr frame = MakeFrame(theirs, Bytes{1, 2, 3});
  const uint8_t* const bytes = frame->data().data();
  FramePtr first = ours.Adopt(std::move(frame));  // no empty one is there
  EXPECT_NE(first->data().data(), bytes);
  EXPECT_EQ(Copy(first->data()), (Bytes{1, 2, 3}));
  first.reset();
  FramePtr second = ours.Adopt(MakeFrame(others, Bytes{4, 5}));  // of another size
  EXPECT_EQ(Copy(second->data()), (Bytes{4, 5}));
  EXPECT_EQ(second->pool(), &ours);
  EXPECT_EQ(theirs.in_use() + others.in_use(), 0u);
}

TEST(FramePool, AdoptingFailsLikeAnyAllocation) {
  FramePool ours(kTiny), theirs(kTiny);
  ours.Allocate(1).reset();
  ours.FailAt(1);
  EXPECT_FALSE(ours.Adopt(MakeFrame(theirs, Bytes{1})));
  EXPECT_EQ(ours.failures(), 1u);
  EXPECT_EQ(ours.in_use() + theirs.in_use(), 0u);
}

TEST(FramePool, FailsAtTheAllocationAskedForAndOnlyThere) {
  FramePool pool;
  pool.FailAt(3);
  EXPECT_TRUE(pool.Allocate(1));
  EXPECT_TRUE(pool.Allocate(1));
  EXPECT_FALSE(pool.Allocate(1));
  EXPECT_TRUE(pool.Allocate(1));
  EXPECT_EQ(pool.failures(), 1u);
}

TEST(FrameQueue, KeepsOrderAndGivesFramesBackWhenItGoes) {
  FramePool pool;
  {
    FrameQueue queue;
    EXPECT_EQ(queue.Pop(), nullptr);
    EXPECT_EQ(queue.front(), nullptr);
    for (uint64_t i = 0; i < 5; ++i) queue.Push(MakeNumbered(pool, i));
    EXPECT_EQ(queue.size(), 5u);
    EXPECT_EQ(NumberIn(queue.front()->data()), 0u);
    EXPECT_EQ(NumberIn(queue.Pop()->data()), 0u);
    EXPECT_EQ(NumberIn(queue.Pop()->data()), 1u);
    EXPECT_EQ(pool.in_use(), 3u);
  }
  EXPECT_EQ(pool.in_use(), 0u);
}

}  // namespace
}  // namespace nut::link
