// The packets written from a super-segment are those that the segmenter makes of it as frames, byte for byte.
// The segmenter's own test compares with libtins.
#include "tap/packet_cutter.h"

#include <gtest/gtest.h>

#include "stack/link/segmenter.h"
#include "test/link/super_segment.h"

namespace nut::tap {
namespace {

using link::Bytes;
using link::FramePtr;
using Checksums = PacketCutter::Checksums;

class PacketCutterTest : public testing::Test {
 protected:
  // A segment of up to `most` bytes with any flags, options and place in the stream.
  FramePtr AnySuperSegment(size_t most) {
    const auto segment_size = static_cast<uint16_t>(48 + rng_.Below(1953));
    const Bytes payload = link::Payload(rng_.Below(most + 1));
    const auto urgent = static_cast<uint16_t>(rng_.Below(4) == 0 ? rng_.Below(payload.size() + 1) : 0);
    const Bytes whole = link::TinsPacket(payload, rng_.Next32(), static_cast<uint16_t>(rng_.Next32()),
                                         static_cast<uint16_t>(rng_.Below(256)), urgent, rng_.Below(2) == 0);
    return link::SuperSegment(pool_, whole, segment_size);
  }
  // The same with up to four slices of any lengths behind its headers, odd and empty ones among them.
  FramePtr Sliced(const link::Frame& whole) {
    const size_t header_size = whole.segmentation.header_size;
    FramePtr frame = link::MakeFrame(pool_, whole.data().first(header_size));
    frame->checksum = whole.checksum;
    frame->segmentation = whole.segmentation;
    ByteView rest = whole.data().subspan(header_size);
    link::SliceList tail;
    for (size_t left = link::SliceList::kCapacity; left > 0 && !rest.empty(); --left) {
      const ByteView piece = rest.first(left == 1 ? rest.size() : rng_.Below(rest.size() + 1));
      const link::ChunkRef chunk = link::Chunk::OnHeap(std::max<size_t>(piece.size(), 1));
      chunk->Append(piece);
      tail.Push({chunk, chunk->bytes()});
      rest = rest.subspan(piece.size());
    }
    frame->SetTail(std::move(tail));
    return frame;
  }
  static Bytes Joined(std::span<const iovec> pieces) {
    Bytes bytes;
    for (const iovec& piece : pieces) {
      const auto* from = static_cast<const uint8_t*>(piece.iov_base);
      bytes.insert(bytes.end(), from, from + piece.iov_len);
    }
    return bytes;
  }
  void ExpectAsSegmented(FramePtr frame, Checksums checksums, size_t vnet_size) {
    const auto plan = link::CuttingPlan::Of(*frame);
    ASSERT_TRUE(plan.has_value());
    std::vector<Bytes> cut;
    PacketCutter cutter(*frame, *plan, vnet_size, checksums);
    while (cutter.left() > 0) cut.push_back(Joined(cutter.Next()));

    const bool left_undone = checksums == Checksums::kLeftUndone;
    link::FrameQueue packets;
    link::Segmenter segmenter(pool_, statistics_);
    segmenter.Split(std::move(frame), packets, {.checksum = left_undone, .gather = rng_.Below(2) == 0});
    ASSERT_EQ(cut.size(), packets.size());
    for (const Bytes& bytes : cut) {
      const FramePtr packet = packets.Pop();
      ASSERT_EQ(Bytes(bytes.begin() + static_cast<ptrdiff_t>(vnet_size), bytes.end()),
                link::WholeOf(*packet));
      if (vnet_size == 0) continue;
      VnetHeader header;
      std::memcpy(&header, bytes.data(), sizeof header);
      EXPECT_EQ(header.flags, left_undone ? VnetHeader::kNeedsChecksum : 0);
      EXPECT_EQ(header.checksum_start, left_undone ? packet->checksum.start : 0);
      EXPECT_EQ(header.checksum_offset, left_undone ? packet->checksum.offset : 0);
      EXPECT_EQ(header.gso_type, VnetHeader::kOnePacket);
    }
  }

  Rng rng_{"packet cutter"};
  link::FramePool pool_;
  Statistics statistics_;
};

TEST_F(PacketCutterTest, WritesWhatTheSegmenterMakes) {
  for (int round = 0; round < 600; ++round) {
    SCOPED_TRACE(testing::Message() << "round " << round);
    FramePtr frame = AnySuperSegment(round % 10 == 0 ? 65000 : 6000);
    if (rng_.Below(4) > 0) frame = Sliced(*frame);
    switch (rng_.Below(3)) {
      case 0: ExpectAsSegmented(std::move(frame), Checksums::kFinished, 0); break;
      case 1: ExpectAsSegmented(std::move(frame), Checksums::kFinished, sizeof(VnetHeader)); break;
      case 2: ExpectAsSegmented(std::move(frame), Checksums::kLeftUndone, sizeof(VnetHeader)); break;
    }
    if (HasFatalFailure()) return;
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(PacketCutterTest, ThePayloadIsWrittenFromWhereItLies) {
  const FramePtr frame = link::InPieces(
      pool_,
      link::SuperSegment(pool_, link::TinsPacket(link::Payload(3000), 1, 1, Tins::TCP::ACK, 0, true), 1000));
  const auto plan = link::CuttingPlan::Of(*frame);
  PacketCutter cutter(*frame, *plan, sizeof(VnetHeader), Checksums::kLeftUndone);
  ASSERT_EQ(cutter.left(), 3u);
  const auto pieces = cutter.Next();
  ASSERT_EQ(pieces.size(), 3u);
  EXPECT_EQ(pieces[1].iov_base, frame->tail().slices()[0].bytes.data());
  EXPECT_EQ(pieces[2].iov_base, frame->tail().slices()[1].bytes.data());
  EXPECT_EQ(pieces[1].iov_len + pieces[2].iov_len, 1000u);
}

TEST_F(PacketCutterTest, ThePaddingOfAShortFrameIsInNoPacket) {
  Bytes padded = link::TinsPacket({1, 2, 3}, 1, 1, Tins::TCP::ACK, 0, false);
  const size_t size = padded.size();
  padded.resize(64, 0xaa);
  FramePtr frame = link::MakeFrame(pool_, padded);
  frame->segmentation.segment_size = 100;
  const auto plan = link::CuttingPlan::Of(*frame);
  PacketCutter cutter(*frame, *plan, 0, Checksums::kFinished);
  padded.resize(size);
  EXPECT_EQ(Joined(cutter.Next()), padded);
  EXPECT_EQ(cutter.left(), 0u);
}

}  // namespace
}  // namespace nut::tap
