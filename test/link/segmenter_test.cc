#include "stack/link/segmenter.h"

#include <gtest/gtest.h>
#include <tins/tins.h>

#include "stack/base/rng.h"
#include "stack/link/checksum_offload.h"
#include "stack/link/segmenting_device.h"
#include "test/link/memory_device.h"
#include "test/link/super_segment.h"

namespace nut::link {
namespace {

constexpr uint32_t kSequence = 0xffffff00;  // passes 2^32 within a few packets
constexpr uint16_t kIdentification = 0xfffe;

class SegmenterTest : public ::testing::Test {
 protected:
  std::vector<FramePtr> Split(FramePtr frame, const DeviceCapabilities& capable = {}) {
    FrameQueue queue;
    segmenter_.Split(std::move(frame), queue, capable);
    std::vector<FramePtr> packets;
    while (FramePtr packet = queue.Pop()) packets.push_back(std::move(packet));
    return packets;
  }

  FramePool pool_;
  Statistics statistics_;
  Segmenter segmenter_{pool_, statistics_};
};

TEST_F(SegmenterTest, EveryPacketIsWhatTinsMakesOfTheSameFields) {
  constexpr uint16_t kEce = Tins::TCP::ECE, kCwr = Tins::TCP::CWR, kAck = Tins::TCP::ACK,
                     kPsh = Tins::TCP::PSH, kFin = Tins::TCP::FIN;
  constexpr uint16_t kAll = kAck | kPsh | kFin | kEce | kCwr;
  for (const size_t size : {1u, 99u, 100u, 101u, 1000u, 1448u, 2896u, 20000u, 65000u}) {
    for (const uint16_t mss : {100, 536, 1448, 1460}) {
      for (const bool options : {false, true}) {
        SCOPED_TRACE(testing::Message()
                     << size << " bytes in pieces of " << mss << (options ? " with options" : ""));
        const Bytes payload = Payload(size);
        const std::vector<FramePtr> packets = Split(
            SuperSegment(pool_, TinsPacket(payload, kSequence, kIdentification, kAll, 0, options), mss));
        const size_t count = (size + mss - 1) / mss;
        ASSERT_EQ(packets.size(), count);
        for (size_t i = 0; i < count; ++i) {
          const size_t from = i * mss;
          const Bytes part(payload.begin() + static_cast<ptrdiff_t>(from),
                           payload.begin() + static_cast<ptrdiff_t>(std::min(size, from + mss)));
          uint16_t flags = kAck | kEce;
          if (i == 0) flags |= kCwr;
          if (i + 1 == count) flags |= kPsh | kFin;
          ASSERT_EQ(Copy(packets[i]->data()),
                    TinsPacket(part, kSequence + static_cast<uint32_t>(from),
                               static_cast<uint16_t>(kIdentification + i), flags, 0, options))
              << "packet " << i;
          ASSERT_EQ(packets[i]->checksum.state, ChecksumState::kAbsent);
          ASSERT_EQ(packets[i]->segmentation.segment_size, 0u);
        }
      }
    }
  }
  EXPECT_EQ(pool_.in_use(), 0u);
  EXPECT_EQ(statistics_[DropReason::kOffloadMalformed], 0u);
}

TEST_F(SegmenterTest, PayloadBehindTheFrameGivesTheSamePacketsCopiedOrNot) {
  for (const size_t size : {1u, 99u, 100u, 1000u, 20000u, 65000u}) {
    for (const uint16_t mss : {101, 1448}) {
      SCOPED_TRACE(testing::Message() << size << " bytes in pieces of " << mss);
      const Bytes bytes = TinsPacket(Payload(size), kSequence, kIdentification, Tins::TCP::ACK, 0, true);
      const auto expected = Split(SuperSegment(pool_, bytes, mss));
      for (const bool gather : {false, true}) {
        for (const bool checksum : {false, true}) {
          auto packets = Split(InPieces(pool_, SuperSegment(pool_, bytes, mss)),
                               {.checksum = checksum, .gather = gather});
          ASSERT_EQ(packets.size(), expected.size());
          for (size_t i = 0; i < packets.size(); ++i) {
            EXPECT_EQ(packets[i]->has_tail(), gather);
            EXPECT_EQ(packets[i]->checksum.state,
                      checksum ? ChecksumState::kPartial : ChecksumState::kAbsent);
            ASSERT_TRUE(FinishChecksum(*packets[i]));
            ASSERT_EQ(WholeOf(*packets[i]), Copy(expected[i]->data())) << "packet " << i;
          }
        }
      }
    }
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(SegmenterTest, ATailThatContradictsTheHeadersIsDropped) {
  const Bytes bytes = TinsPacket(Payload(1000), 1, 1, Tins::TCP::ACK, 0, false);
  FramePtr frame = InPieces(pool_, SuperSegment(pool_, bytes, 100));
  frame->SetTail(frame->tail().Part(0, 999));
  EXPECT_TRUE(Split(std::move(frame)).empty());
  FramePtr longer = InPieces(pool_, SuperSegment(pool_, bytes, 100));
  longer->Append(1)[0] = 0;
  EXPECT_TRUE(Split(std::move(longer)).empty());
  EXPECT_EQ(statistics_[DropReason::kOffloadMalformed], 2u);
}

TEST_F(SegmenterTest, UrgentDataIsUrgentInThePacketsThatHoldIt) {
  constexpr uint16_t kAck = Tins::TCP::ACK, kUrg = Tins::TCP::URG;
  const Bytes payload = Payload(250);
  const auto packets = Split(SuperSegment(pool_, TinsPacket(payload, 1000, 5, kAck | kUrg, 150, false), 100));
  ASSERT_EQ(packets.size(), 3u);
  const auto part = [&](size_t from, size_t to) {
    return Bytes(payload.begin() + from, payload.begin() + to);
  };
  EXPECT_EQ(Copy(packets[0]->data()), TinsPacket(part(0, 100), 1000, 5, kAck | kUrg, 150, false));
  EXPECT_EQ(Copy(packets[1]->data()), TinsPacket(part(100, 200), 1100, 6, kAck | kUrg, 50, false));
  EXPECT_EQ(Copy(packets[2]->data()), TinsPacket(part(200, 250), 1200, 7, kAck, 0, false));
}

TEST_F(SegmenterTest, KeepsNotesThatStillHold) {
  FramePtr frame = SuperSegment(pool_, TinsPacket(Payload(300), 1, 1, Tins::TCP::ACK, 0, false), 100);
  frame->checksum = {.state = ChecksumState::kVerified};
  frame->received = Instant(3ms);
  frame->capture_ticket = 8;
  const auto packets = Split(std::move(frame));
  ASSERT_EQ(packets.size(), 3u);
  for (const FramePtr& packet : packets) {
    EXPECT_EQ(packet->checksum.state, ChecksumState::kVerified);
    EXPECT_EQ(packet->received, Instant(3ms));
    EXPECT_EQ(packet->capture_ticket, 8u);
  }
}

TEST_F(SegmenterTest, ThePaddingOfAShortFrameIsInNoPacket) {
  const Bytes packet = TinsPacket({1, 2, 3}, 1, 1, Tins::TCP::ACK, 0, false);
  Bytes padded = packet;
  padded.resize(64, 0xaa);
  FramePtr frame = MakeFrame(pool_, padded);
  frame->segmentation.segment_size = 100;
  const auto packets = Split(std::move(frame));
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(Copy(packets[0]->data()), packet);
}

TEST_F(SegmenterTest, OnePacketIsMovedNotCopied) {
  FramePtr frame = SuperSegment(pool_, TinsPacket(Payload(100), 1, 1, Tins::TCP::ACK, 0, false), 0);
  const Frame* const before = frame.get();
  const auto packets = Split(std::move(frame));
  ASSERT_EQ(packets.size(), 1u);
  EXPECT_EQ(packets[0].get(), before);
  EXPECT_EQ(Copy(packets[0]->data()), TinsPacket(Payload(100), 1, 1, Tins::TCP::ACK, 0, false));
}

TEST_F(SegmenterTest, WithoutMemoryForOnePacketTheOthersStillCome) {
  FramePtr frame = SuperSegment(pool_, TinsPacket(Payload(500), 1, 1, Tins::TCP::ACK, 0, false), 100);
  pool_.FailAt(2);
  const auto packets = Split(std::move(frame));
  EXPECT_EQ(packets.size(), 4u);
  EXPECT_EQ(statistics_[DropReason::kFramePoolEmpty], 1u);
}

TEST_F(SegmenterTest, NotesThatContradictTheBytesDropTheFrame) {
  const Bytes good = TinsPacket(Payload(300), 1, 1, Tins::TCP::ACK, 0, false);
  uint64_t dropped = 0;
  const auto rejects = [&](Bytes bytes, uint16_t mss, const char* what) {
    FramePtr frame = MakeFrame(pool_, bytes);
    frame->segmentation.segment_size = mss;
    EXPECT_TRUE(Split(std::move(frame)).empty()) << what;
    EXPECT_EQ(statistics_[DropReason::kOffloadMalformed], ++dropped) << what;
  };
  for (size_t size = 0; size < 54; ++size)
    rejects(Bytes(good.begin(), good.begin() + size), 100, "truncated");
  Bytes other = good;
  other[12] = 0x86;
  rejects(other, 100, "not IPv4");
  other = good;
  other[23] = 17;
  rejects(other, 100, "not TCP");
  other = good;
  other[20] |= 0x20;
  StoreBe16(other.data() + 24, 0);
  StoreBe16(other.data() + 24, wire::Checksum(ByteView(other).subspan(14, 20)));
  rejects(other, 100, "a fragment");
  other = good;
  other[46] = 0x40;
  rejects(other, 100, "a TCP header of 16 bytes");

  FramePtr frame = MakeFrame(pool_, good);
  frame->checksum = {.state = ChecksumState::kPartial, .start = 300, .offset = 1000};
  EXPECT_TRUE(Split(std::move(frame)).empty());
  EXPECT_EQ(statistics_[DropReason::kOffloadMalformed], ++dropped);

  Segmenter strict(pool_, statistics_, {.maximum_packets = 2});
  FrameQueue out;
  strict.Split(SuperSegment(pool_, good, 100), out);
  EXPECT_TRUE(out.empty());
  EXPECT_EQ(statistics_[DropReason::kOffloadMalformed], ++dropped) << "too many packets";
}

TEST_F(SegmenterTest, RandomBytesWithRandomNotesDoNoHarm) {
  Rng rng("segmenter fuzz");
  const Bytes good = TinsPacket(Payload(600), 1, 1, Tins::TCP::ACK, 0, true);
  for (int i = 0; i < 20000; ++i) {
    Bytes bytes = good;
    bytes.resize(rng.Below(good.size() + 1));
    for (uint64_t changes = rng.Below(4); changes > 0 && !bytes.empty(); --changes) {
      bytes[rng.Below(std::min<size_t>(bytes.size(), 70))] = static_cast<uint8_t>(rng.Next32());
    }
    FramePtr frame = MakeFrame(pool_, bytes);
    frame->segmentation = {.segment_size = static_cast<uint16_t>(rng.Below(300)),
                           .header_size = static_cast<uint16_t>(rng.Below(300))};
    frame->checksum = {.state = static_cast<ChecksumState>(rng.Below(3)),
                       .start = static_cast<uint16_t>(rng.Below(700)),
                       .offset = static_cast<uint16_t>(rng.Below(700))};
    for (const FramePtr& packet : Split(std::move(frame))) {
      EXPECT_NE(packet->checksum.state, ChecksumState::kPartial);
      EXPECT_EQ(packet->segmentation.segment_size, 0u);
    }
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST(ChecksumOffload, UdpThatSumsToZeroIsSentAsAllOnes) {
  // RFC 768: 0 would mean "no checksum". The payload is chosen so that the sum is 0xffff.
  FramePool pool;
  Tins::UDP udp(2000, 1000);
  Bytes payload{0, 0};
  for (int round = 0; round < 2; ++round) {
    Tins::EthernetII packet = Tins::EthernetII("02:00:00:00:00:01", "02:00:00:00:00:02") /
                              Tins::IP(kDestination, kSource) / udp /
                              Tins::RawPDU(payload.data(), payload.size());
    Bytes bytes = packet.serialize();
    bytes.resize(44);
    const uint16_t checksum = LoadBe16(bytes.data() + 40);
    if (round == 0) {
      StoreBe16(payload.data(), checksum);  // takes the sum to 0xffff, and the checksum to 0
      continue;
    }
    FramePtr frame = MakeFrame(pool, bytes);
    const uint32_t pseudo = (198u << 8 | 19) + 10 + (198u << 8 | 19) + 1 + 17 + 10;
    StoreBe16(frame->mutable_data().data() + 40, wire::Fold(pseudo));
    frame->checksum = {.state = ChecksumState::kPartial, .start = 34, .offset = 6};
    EXPECT_EQ(FinishedChecksum(*frame), 0xffff);
    EXPECT_EQ(frame->checksum.state, ChecksumState::kPartial) << "asking changes nothing";
    EXPECT_TRUE(FinishChecksum(*frame));
    EXPECT_EQ(LoadBe16(frame->data().data() + 40), 0xffff);
    EXPECT_EQ(frame->checksum.state, ChecksumState::kAbsent);
  }
}

class SegmentingDeviceTest : public ::testing::Test {
 protected:
  void SendOnePacketAndOneSuperSegment() {
    device_.Send(SuperSegment(pool_, TinsPacket(Payload(50), 1, 1, Tins::TCP::ACK, 0, false), 0));
    device_.Send(SuperSegment(pool_, TinsPacket(Payload(250), 1, 1, Tins::TCP::ACK, 0, false), 100));
  }

  SimulatedTime time_;
  FramePool pool_;
  Statistics statistics_;
  MemoryDevice inner_{time_};
  SegmentingDevice device_{inner_, pool_, statistics_};
};

TEST_F(SegmentingDeviceTest, DoesForAnIncapableDeviceWhatItCannot) {
  EXPECT_TRUE(device_.capabilities().checksum);
  EXPECT_TRUE(device_.capabilities().tcp_segmentation);
  SendOnePacketAndOneSuperSegment();
  ASSERT_EQ(inner_.sent.size(), 4u);
  EXPECT_EQ(inner_.sent[0].bytes, TinsPacket(Payload(50), 1, 1, Tins::TCP::ACK, 0, false));
  for (const auto& sent : inner_.sent) {
    EXPECT_EQ(sent.checksum, ChecksumState::kAbsent);
    EXPECT_EQ(sent.segment_size, 0u);
  }
}

TEST_F(SegmentingDeviceTest, LeavesACapableDeviceItsWork) {
  inner_.capable = {.checksum = true, .tcp_segmentation = true};
  SendOnePacketAndOneSuperSegment();
  ASSERT_EQ(inner_.sent.size(), 2u);
  EXPECT_EQ(inner_.sent[0].checksum, ChecksumState::kPartial);
  EXPECT_EQ(inner_.sent[1].segment_size, 100u);
}

TEST_F(SegmentingDeviceTest, GivesATailToWhoGathersAndOnePieceToWhoDoesNot) {
  const Bytes bytes = TinsPacket(Payload(250), 1, 1, Tins::TCP::ACK, 0, false);
  for (const uint16_t mss : {0, 100}) {
    for (const bool gather : {false, true}) {
      inner_.sent.clear();
      inner_.capable = {.gather = gather};
      device_.Send(InPieces(pool_, SuperSegment(pool_, bytes, mss)));
      ASSERT_EQ(inner_.sent.size(), mss == 0 ? 1u : 3u);
      for (const auto& sent : inner_.sent) {
        EXPECT_EQ(sent.had_tail, gather);
        EXPECT_EQ(sent.checksum, ChecksumState::kAbsent);
      }
      if (mss == 0) {
        EXPECT_EQ(inner_.sent[0].bytes, bytes);
      }
    }
  }
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(SegmentingDeviceTest, AsksForEachFrameAnew) {
  inner_.capable = {.checksum = true, .tcp_segmentation = true};
  SendOnePacketAndOneSuperSegment();
  inner_.capable = {};
  SendOnePacketAndOneSuperSegment();
  EXPECT_EQ(inner_.sent.size(), 2u + 4u);
}

TEST_F(SegmentingDeviceTest, PassesOnEverythingElse) {
  EXPECT_EQ(device_.name(), "memory");
  EXPECT_EQ(device_.mtu(), 1500u);
  FramePtr frame = MakeNumbered(pool_, 1);
  device_.OnDropped(*frame, DropReason::kIpNoRoute);
  EXPECT_EQ(inner_.dropped, std::vector{DropReason::kIpNoRoute});
  inner_.Arrive(std::move(frame));
  FramePtr batch[2];
  EXPECT_EQ(device_.Receive(batch), 1u);
}

}  // namespace
}  // namespace nut::link
