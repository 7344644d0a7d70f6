#include "stack/tcp/engine_output.h"

#include <gtest/gtest.h>

#include "test/tcp/engine/fake_ip_layer.h"

namespace nut::tcp {
namespace {

class SegmentSenderTest : public testing::Test {
 protected:
  static OutgoingSegment SegmentOf(size_t size, uint16_t segment_size) {
    OutgoingSegment segment;
    const link::ChunkRef chunk = link::Chunk::OnHeap(size);
    chunk->Append(std::vector<uint8_t>(size, 'x'));
    segment.payload.Push({chunk, chunk->bytes()});
    segment.segment_size = segment_size;
    return segment;
  }

  Statistics statistics_;
  link::FramePool pool_;
  FakeIpLayer ip_{statistics_, pool_};
  SegmentSender sender_{ip_, statistics_};
  const wire::EndpointPair ends_{{kOurs, wire::Port(80)}, {kPeer, wire::Port(50000)}};
};

TEST_F(SegmentSenderTest, ASuperSegmentIsAsManyFramesAsThisNodeWritesForIt) {
  EXPECT_EQ(sender_.FramesOf(SegmentOf(1460, 0)), 1u);
  EXPECT_EQ(sender_.FramesOf(SegmentOf(14601, 1460)), 1u) << "the kernel cuts it";
  ip_.software_cutting = true;
  EXPECT_EQ(sender_.FramesOf(SegmentOf(1460, 0)), 1u);
  EXPECT_EQ(sender_.FramesOf(SegmentOf(14600, 1460)), 10u);
  EXPECT_EQ(sender_.FramesOf(SegmentOf(14601, 1460)), 11u);
}

TEST_F(SegmentSenderTest, WhoCutsASuperSegmentFinishesItsChecksumsAlsoWhereNoOthersAreLeftUndone) {
  ip_.gathering = true;
  const link::FramePtr whole = sender_.Build(ends_, SegmentOf(5000, 1460));
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->checksum.state, link::ChecksumState::kPartial);
  EXPECT_EQ(whole->tail().size(), 5000u) << "nothing is copied that nobody has to read here";
  const link::FramePtr packet = sender_.Build(ends_, SegmentOf(1460, 0));
  ASSERT_NE(packet, nullptr);
  EXPECT_EQ(packet->checksum.state, link::ChecksumState::kAbsent);
  EXPECT_FALSE(packet->has_tail());
}

}  // namespace
}  // namespace nut::tcp
