// What a TAP gives the kernel to finish, what it cuts itself, and that a frame's pieces go out in one call,
// in order.

#include <gtest/gtest.h>

#include <optional>

#include "stack/wire/checksum.h"
#include "tap/tap_device.h"
#include "tap/vnet_header.h"
#include "test/link/super_segment.h"
#include "test/tap/fake_system_calls.h"

namespace nut::tap {
namespace {

using Bytes = FakeSystemCalls::Bytes;

constexpr size_t kHeaders = 14 + 20 + 20;
constexpr uint16_t kSegment = 1448;
constexpr uint16_t kAck = Tins::TCP::ACK;
constexpr uint16_t kFlags = kAck | Tins::TCP::PSH | Tins::TCP::FIN;

class TapSend : public testing::Test {
 protected:
  void Make(Offload offload, bool vnet = true) {
    device_.reset();
    device_.emplace(TapDeviceOptions{.interface_name = "nut-n1", .has_vnet_header = vnet, .offload = offload},
                    FileDescriptor(system_, 5), system_, *poller_, pool_, clock_, statistics_);
    ASSERT_TRUE(device_->Start().has_value());
  }
  // Headers of ones, and behind them two slices of a payload of numbers.
  link::FramePtr Gathered(size_t payload, size_t headroom = link::Frame::kHeadroom) {
    link::FramePtr frame = pool_.Allocate(kHeaders, headroom);
    std::ranges::fill(frame->Append(kHeaders), uint8_t{1});
    const link::ChunkRef chunk = link::Chunk::OnHeap(payload);
    chunk->Append(Payload(payload));
    link::SliceList tail;
    tail.Push({chunk, chunk->bytes().first(payload / 3)});
    tail.Push({chunk, chunk->bytes().subspan(payload / 3)});
    frame->SetTail(std::move(tail));
    return frame;
  }
  // A super-segment as TCP makes it, in pieces that have nothing to do with the cuts; and its packets.
  link::FramePtr ToBeCut(const Bytes& payload, uint16_t segment_size = kSegment) {
    const Bytes whole = link::TinsPacket(payload, 1000, 7, kFlags, 0, true);
    return link::InPieces(pool_, link::SuperSegment(pool_, whole, segment_size));
  }
  static std::vector<Bytes> PacketsOf(const Bytes& payload) {
    std::vector<Bytes> packets;
    for (size_t from = 0; from < payload.size(); from += kSegment) {
      const size_t to = std::min(payload.size(), from + kSegment);
      packets.push_back(link::TinsPacket(Bytes(payload.begin() + from, payload.begin() + to),
                                         static_cast<uint32_t>(1000 + from),
                                         static_cast<uint16_t>(7 + packets.size()),
                                         to == payload.size() ? kFlags : kAck, 0, true));
    }
    return packets;
  }
  // What the kernel does with a packet whose checksum was left to it.
  static void Finish(Bytes& packet, const VnetHeader& header) {
    const ByteView summed = ByteView(packet).subspan(header.checksum_start);
    StoreBe16(packet.data() + header.checksum_start + header.checksum_offset, wire::Checksum(summed));
  }
  static Bytes Payload(size_t size) {
    Bytes bytes(size);
    for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i % 251);
    return bytes;
  }
  static Bytes Expected(size_t payload) {
    Bytes bytes(kHeaders, 1);
    const Bytes behind = Payload(payload);
    bytes.insert(bytes.end(), behind.begin(), behind.end());
    return bytes;
  }
  VnetHeader WrittenHeader() const {
    VnetHeader header;
    std::memcpy(&header, system_.written.back().data(), sizeof header);
    return header;
  }
  Bytes WrittenFrame() const {
    return {system_.written.back().begin() + sizeof(VnetHeader), system_.written.back().end()};
  }

  FakeSystemCalls system_;
  std::unique_ptr<Poller> poller_ = Poller::Create(system_).value();
  VirtualClock clock_;
  Statistics statistics_;
  link::FramePool pool_;
  std::optional<TapDevice> device_;
};

TEST_F(TapSend, PiecesGoOutInOrderWithOrWithoutAHeaderInFront) {
  for (const size_t headroom : {link::Frame::kHeadroom, size_t{0}}) {
    Make(Offload::kNone, /*vnet=*/false);
    device_->Send(Gathered(1000, headroom));
    ASSERT_EQ(system_.written.size(), 1u) << "one call for all";
    EXPECT_EQ(system_.written.back(), Expected(1000));
    Make(Offload::kNone);
    device_->Send(Gathered(1000, headroom));
    ASSERT_EQ(system_.written.size(), 2u);
    EXPECT_EQ(WrittenFrame(), Expected(1000));
    EXPECT_EQ(Bytes(system_.written.back().begin(), system_.written.back().begin() + sizeof(VnetHeader)),
              Bytes(sizeof(VnetHeader), 0))
        << "nothing is left to do";
    system_.written.clear();
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(TapSend, AnUnfinishedChecksumIsLeftToTheKernel) {
  Make(Offload::kChecksum);
  link::FramePtr frame = Gathered(1000);
  frame->checksum = {link::ChecksumState::kPartial, 34, 16};
  device_->Send(std::move(frame));
  const VnetHeader header = WrittenHeader();
  EXPECT_EQ(header.flags, VnetHeader::kNeedsChecksum);
  EXPECT_EQ(header.checksum_start, 34);
  EXPECT_EQ(header.checksum_offset, 16);
  EXPECT_EQ(header.gso_type, VnetHeader::kOnePacket);
  EXPECT_EQ(WrittenFrame(), Expected(1000));
}

TEST_F(TapSend, ASuperSegmentSaysHowItIsToBeCut) {
  Make(Offload::kAll);
  for (const bool cwr : {false, true}) {
    link::FramePtr frame = Gathered(20'000);
    frame->mutable_data()[34 + 13] = cwr ? 0x90 : 0x10;
    frame->checksum = {link::ChecksumState::kPartial, 34, 16};
    frame->segmentation = {1448, kHeaders};
    device_->Send(std::move(frame));
    const VnetHeader header = WrittenHeader();
    EXPECT_EQ(header.flags, VnetHeader::kNeedsChecksum);
    EXPECT_EQ(header.gso_type, cwr ? VnetHeader::kTcpV4 | VnetHeader::kEcn : VnetHeader::kTcpV4);
    EXPECT_EQ(header.gso_size, 1448);
    EXPECT_EQ(header.header_length, kHeaders);
    EXPECT_EQ(WrittenFrame().size(), kHeaders + 20'000);
  }
}

TEST_F(TapSend, TheMtuHoldsForEachPacketOfASuperSegment) {
  Make(Offload::kAll);
  link::FramePtr frame = Gathered(20'000);
  frame->checksum = {link::ChecksumState::kPartial, 34, 16};
  frame->segmentation = {1500, kHeaders};
  device_->Send(std::move(frame));
  device_->Send(Gathered(1500));
  EXPECT_TRUE(system_.written.empty());
  EXPECT_EQ(statistics_[DropReason::kFrameTooLong], 2u);
}

TEST_F(TapSend, ASuperSegmentForAKernelThatDoesNotCutGoesOutAsPackets) {
  for (const Offload offload : {Offload::kNone, Offload::kChecksum}) {
    for (const bool vnet : {false, true}) {
      if (!vnet && offload != Offload::kNone) continue;
      system_.written.clear();
      Make(offload, vnet);
      EXPECT_TRUE(device_->capabilities().tcp_segmentation);
      EXPECT_TRUE(device_->capabilities().cuts_in_software);
      device_->Send(ToBeCut(link::Payload(5000)));
      const auto expected = PacketsOf(link::Payload(5000));
      ASSERT_EQ(system_.written.size(), 4u);
      for (size_t i = 0; i < 4; ++i) {
        Bytes packet = system_.written[i];
        if (vnet) {
          VnetHeader header;
          std::memcpy(&header, packet.data(), sizeof header);
          packet.erase(packet.begin(), packet.begin() + sizeof header);
          EXPECT_EQ(header.gso_type, VnetHeader::kOnePacket);
          EXPECT_EQ(header.flags, offload == Offload::kNone ? 0 : VnetHeader::kNeedsChecksum);
          if (offload != Offload::kNone) Finish(packet, header);
        }
        EXPECT_EQ(packet, expected[i]) << "packet " << i << ", offload " << Describe(offload);
      }
    }
  }
  Make(Offload::kAll);
  EXPECT_FALSE(device_->capabilities().cuts_in_software);
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(TapSend, PacketsThatFindNoRoomAreLostEach) {
  for (const int error : {EAGAIN, ENOBUFS}) {
    Make(Offload::kChecksum);
    system_.written.clear();
    system_.write_errors = {0, error};
    const uint64_t before = statistics_[DropReason::kDeviceQueueFull];
    device_->Send(ToBeCut(link::Payload(5000)));
    EXPECT_EQ(system_.written.size(), 1u) << "those behind are of no use";
    EXPECT_EQ(statistics_[DropReason::kDeviceQueueFull] - before, 3u);
  }
}

TEST_F(TapSend, TheMtuHoldsForEachPacketThatIsCutHere) {
  Make(Offload::kChecksum);
  device_->Send(ToBeCut(link::Payload(5000), 1500));
  EXPECT_TRUE(system_.written.empty());
  EXPECT_EQ(statistics_[DropReason::kFrameTooLong], 1u);
}

TEST_F(TapSend, AFrameThatIsNoSegmentIsNotCut) {
  Make(Offload::kChecksum);
  link::FramePtr frame = ToBeCut(link::Payload(5000));
  frame->mutable_data()[23] = 17;
  device_->Send(std::move(frame));
  EXPECT_TRUE(system_.written.empty());
  EXPECT_EQ(statistics_[DropReason::kOffloadMalformed], 1u);
}

TEST_F(TapSend, WhatTheKernelWasNotAskedForIsAFaultOfOurs) {
  Make(Offload::kNone);
  link::FramePtr unfinished = Gathered(100);
  unfinished->checksum = {link::ChecksumState::kPartial, 34, 16};
  EXPECT_DEATH(device_->Send(std::move(unfinished)), "checksum to finish");
  link::FramePtr finished = Gathered(20'000);
  finished->segmentation = {1448, kHeaders};
  EXPECT_DEATH(device_->Send(std::move(finished)), "to cut");
}

}  // namespace
}  // namespace nut::tap
