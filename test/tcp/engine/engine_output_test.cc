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
  OutgoingSegment super_segment = SegmentOf(5000, 1460);
  const link::FramePtr whole = sender_.Build(ends_, super_segment);
  ASSERT_NE(whole, nullptr);
  EXPECT_EQ(whole->checksum.state, link::ChecksumState::kPartial);
  EXPECT_EQ(whole->tail().size(), 5000u) << "nothing is copied that nobody has to read here";
  OutgoingSegment segment = SegmentOf(1460, 0);
  const link::FramePtr packet = sender_.Build(ends_, segment);
  ASSERT_NE(packet, nullptr);
  EXPECT_EQ(packet->checksum.state, link::ChecksumState::kAbsent);
  EXPECT_FALSE(packet->has_tail());
}

// Where the device gathers and finishes checksums, what is larger than one segment stays where it lies.
TEST_F(SegmentSenderTest, OnlyWhatIsLargerThanASegmentIsGatheredAndWhereBothAreLeftToTheDevice) {
  for (const bool gathering : {false, true}) {
    for (const bool offload : {false, true}) {
      for (const size_t size : {1460u, 1461u}) {
        ip_.gathering = gathering;
        ip_.checksum_offload = offload;
        OutgoingSegment segment = SegmentOf(size, 0);
        const link::FramePtr frame = sender_.Build(ends_, segment);
        ASSERT_NE(frame, nullptr);
        EXPECT_EQ(frame->has_tail(), gathering && offload && size > 1460) << gathering << offload << size;
        EXPECT_EQ(frame->total_size(), 20 + size);
        EXPECT_EQ(frame->checksum.state,
                  offload ? link::ChecksumState::kPartial : link::ChecksumState::kAbsent);
        if (!offload) {
          const auto view = wire::TcpView::Parse(frame->data());
          ASSERT_TRUE(view.has_value());
          EXPECT_TRUE(view->ChecksumOk({ends_.local.address, ends_.remote.address}));
        }
      }
    }
  }
}

TEST_F(SegmentSenderTest, TheFrameSaysHowItIsToBeCutAndOnlyThen) {
  OutgoingSegment super_segment = SegmentOf(5000, 1460);
  super_segment.fields.options.timestamps = wire::TcpTimestamps{1, 2};
  const link::FramePtr whole = sender_.Build(ends_, super_segment);
  EXPECT_EQ(whole->segmentation.segment_size, 1460);
  EXPECT_EQ(whole->segmentation.header_size, 32);
  EXPECT_EQ(whole->checksum.offset, wire::kTcpChecksumOffset);
  EXPECT_EQ(whole->checksum.start, 0);
  OutgoingSegment segment = SegmentOf(1460, 0);
  const link::FramePtr packet = sender_.Build(ends_, segment);
  EXPECT_EQ(packet->segmentation.segment_size, 0);
  EXPECT_EQ(packet->segmentation.header_size, 0);
}

TEST_F(SegmentSenderTest, WhereThereIsNoFrameNothingIsBuilt) {
  pool_.FailAt(1);
  OutgoingSegment segment = SegmentOf(10, 0);
  EXPECT_EQ(sender_.Build(ends_, segment), nullptr);
}

TEST_F(SegmentSenderTest, EachPacketIsCountedAndCarriesItsOptions) {
  std::vector<net::SendParameters> seen;
  ip_.output = [&](link::FramePtr, const net::SendParameters& packet) { seen.push_back(packet); };
  OutgoingSegment segment = SegmentOf(1, 0);
  sender_.Send(sender_.Build(ends_, segment), ends_, {.ttl = 9, .tos = 8, .dont_fragment = false});
  segment = SegmentOf(1, 0);
  sender_.Send(sender_.Build(ends_, segment), ends_, {});
  EXPECT_EQ(statistics_[Counter::kTcpOutSegments], 2u);
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_EQ(seen[0].ttl, 9);
  EXPECT_EQ(seen[0].tos, 8);
  EXPECT_FALSE(seen[0].dont_fragment);
  EXPECT_EQ(seen[0].source, ends_.local.address);
  EXPECT_EQ(seen[0].destination, ends_.remote.address);
  EXPECT_EQ(seen[0].protocol, wire::IpProtocol::kTcp);
  EXPECT_EQ(seen[1].ttl, 64);
  EXPECT_EQ(seen[1].tos, 0);
  EXPECT_TRUE(seen[1].dont_fragment);
}

TEST_F(SegmentSenderTest, WhatIsSentSoonLeavesInOrderAtTheNextFlush) {
  std::vector<size_t> sizes;
  ip_.output = [&](link::FramePtr frame, const net::SendParameters&) {
    sizes.push_back(frame->total_size());
  };
  for (size_t size = 1; size <= 3; ++size) {
    OutgoingSegment segment = SegmentOf(size, 0);
    sender_.SendSoon(sender_.Build(ends_, segment), ends_, {});
  }
  EXPECT_TRUE(sizes.empty());
  EXPECT_TRUE(sender_.has_queued());
  sender_.Flush();
  EXPECT_EQ(sizes, (std::vector<size_t>{21, 22, 23}));
  EXPECT_FALSE(sender_.has_queued());
}

TEST_F(SegmentSenderTest, ABurstDoesNotWaitForAFlush) {
  size_t sent = 0;
  ip_.output = [&](link::FramePtr, const net::SendParameters&) { ++sent; };
  for (size_t i = 0; i < SegmentSender::kBurst; ++i) {
    EXPECT_EQ(sent, 0u);
    OutgoingSegment segment = SegmentOf(1, 0);
    sender_.SendSoon(sender_.Build(ends_, segment), ends_, {});
  }
  EXPECT_EQ(sent, SegmentSender::kBurst);
  EXPECT_FALSE(sender_.has_queued());
}

}  // namespace
}  // namespace nut::tcp
