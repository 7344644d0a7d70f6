// What a TAP with offload hands over: packets with their checksum undone, super-segments, and what a kernel
// should never say.
#include <gtest/gtest.h>

#include <cstring>
#include <optional>

#include "stack/link/checksum_offload.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "stack/wire/text_frame.h"
#include "tap/tap_device.h"
#include "tap/vnet_header.h"
#include "test/tap/fake_system_calls.h"

namespace nut::tap {
namespace {

using link::ChecksumState;
using Bytes = FakeSystemCalls::Bytes;

constexpr size_t kHeaders = wire::kEthernetHeaderSize + wire::kIpv4HeaderSize + wire::kTcpHeaderSize;

// A TCP segment with `text` bytes, its checksum left undone.
Bytes Segment(size_t text, wire::IpProtocol protocol = wire::IpProtocol::kTcp) {
  Bytes frame(kHeaders + text, 0x5a);
  const MutableByteView bytes(frame);
  wire::Emit(bytes, wire::EthernetFields{});
  const wire::Ipv4Address source(198, 19, 0, 1);
  const wire::Ipv4Address destination(198, 19, 0, 2);
  wire::Emit(bytes.subspan(wire::kEthernetHeaderSize),
             wire::Ipv4Fields{.source = source,
                              .destination = destination,
                              .protocol = protocol,
                              .payload_size = wire::kTcpHeaderSize + text});
  const MutableByteView tcp = bytes.subspan(wire::TextFrame::kTcpOffset);
  wire::Emit(tcp, wire::TcpFields{.source_port = wire::Port(1), .destination_port = wire::Port(2)});
  wire::OffloadTcpChecksum(tcp, {source, destination});
  return frame;
}

constexpr VnetHeader kPartial{.flags = VnetHeader::kNeedsChecksum,
                              .checksum_start = wire::TextFrame::kTcpOffset,
                              .checksum_offset = wire::kTcpChecksumOffset};

VnetHeader Super(uint16_t size, uint8_t type = VnetHeader::kTcpV4) {
  VnetHeader header = kPartial;
  header.gso_type = type;
  header.gso_size = size;
  return header;
}

class TapReceive : public testing::Test {
 protected:
  static constexpr int kFd = 5;

  explicit TapReceive(Offload offload = Offload::kAll, link::FramePoolOptions pool = {}) : pool_(pool) {
    device_.emplace(TapDeviceOptions{.interface_name = "nut-n1", .has_vnet_header = true, .offload = offload},
                    FileDescriptor(system_, kFd), system_, *poller_, pool_, clock_, statistics_);
    EXPECT_TRUE(device_->Start().has_value());
  }

  void Arrive(const VnetHeader& header, const Bytes& frame) {
    Bytes bytes(sizeof header);
    std::memcpy(bytes.data(), &header, sizeof header);
    bytes.insert(bytes.end(), frame.begin(), frame.end());
    system_.to_read.push_back(std::move(bytes));
  }
  std::vector<link::FramePtr> Receive() {
    system_.MakeReady(kFd);
    poller_->Poll();
    std::vector<link::FramePtr> batch(64);
    batch.resize(device_->Receive(batch));
    return batch;
  }
  // Dropped as malformed.
  void ExpectMalformed(const VnetHeader& header, const Bytes& frame) {
    const uint64_t before = statistics_[DropReason::kOffloadMalformed];
    Arrive(header, frame);
    EXPECT_TRUE(Receive().empty());
    EXPECT_EQ(statistics_[DropReason::kOffloadMalformed], before + 1);
  }

  FakeSystemCalls system_;
  std::unique_ptr<Poller> poller_ = Poller::Create(system_).value();
  VirtualClock clock_;
  Statistics statistics_;
  link::FramePool pool_;
  std::optional<TapDevice> device_;
};

TEST_F(TapReceive, ASmallPacketComesInASmallFrameWithItsChecksumLeftUndone) {
  const Bytes segment = Segment(100);
  Arrive(kPartial, segment);
  const auto frames = Receive();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(Bytes(frames[0]->data().begin(), frames[0]->data().end()), segment);
  EXPECT_LE(frames[0]->capacity(), link::FramePoolOptions{}.small_capacity);
  EXPECT_EQ(frames[0]->checksum.state, ChecksumState::kPartial);
  EXPECT_EQ(frames[0]->segmentation.segment_size, 0);
  // The notes are right: with them the checksum can be put in.
  ASSERT_TRUE(link::FinishChecksum(*frames[0]));
  const auto tcp = wire::TcpView::Parse(frames[0]->data().subspan(wire::TextFrame::kTcpOffset));
  EXPECT_TRUE(tcp->ChecksumOk({wire::Ipv4Address(198, 19, 0, 1), wire::Ipv4Address(198, 19, 0, 2)}));
}

TEST_F(TapReceive, ASuperSegmentIsHandedOnInTheFrameThatItWasReadInto) {
  const Bytes first = Segment(60'000);
  const Bytes second = Segment(3000);
  Arrive(Super(1448), first);
  Arrive(kPartial, Segment(10));
  Arrive(Super(1400, VnetHeader::kTcpV4 | VnetHeader::kEcn), second);
  const auto frames = Receive();
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(Bytes(frames[0]->data().begin(), frames[0]->data().end()), first);
  EXPECT_EQ(Bytes(frames[2]->data().begin(), frames[2]->data().end()), second);
  EXPECT_EQ(frames[0]->segmentation.segment_size, 1448);
  EXPECT_EQ(frames[0]->segmentation.header_size, kHeaders);
  EXPECT_EQ(frames[1]->segmentation.segment_size, 0);
  EXPECT_EQ(frames[2]->segmentation.segment_size, 1400);
}

// With a poller whose next wait spins.
class SpinningTapReceive : public TapReceive {
 protected:
  struct Listener final : link::DeviceListener {
    void OnReceivable() override { ++told; }
    int told = 0;
  };

  SpinningTapReceive() {
    device_->SetListener(&listener_);
    poller_->SpinWhileBusy(clock_, 50us);
    system_.MakeReady(kFd);
    poller_->Wait(1s);  // something came at once
    EXPECT_EQ(device_->Receive(batch_), 0u);
    listener_.told = 0;
    clock_.Advance(1ms);
  }
  ~SpinningTapReceive() override { device_->SetListener(nullptr); }

  // Waits for two packets that come after looks in vain; epoll does not tell of them yet.
  void WaitForTwo() {
    system_.on_wait = [this](const timespec*) {
      Arrive(kPartial, Segment(10));
      Arrive(kPartial, Segment(20));
      system_.on_wait = {};
    };
    poller_->Wait(1s);
    EXPECT_EQ(listener_.told, 1);
  }
  void ExpectSecond() {
    EXPECT_EQ(listener_.told, 2);
    ASSERT_EQ(device_->Receive(batch_), 1u);
    EXPECT_EQ(batch_[0]->size(), kHeaders + 20);
    EXPECT_EQ(device_->Receive(batch_), 0u);
  }

  Listener listener_;
  std::vector<link::FramePtr> batch_ = std::vector<link::FramePtr>(64);
};

TEST_F(SpinningTapReceive, WhatTheFirstLookFindsGoesUpWithWhatIsBehindIt) {
  Arrive(kPartial, Segment(10));
  Arrive(kPartial, Segment(20));
  const int waits = system_.waits;
  poller_->Wait(1s);
  EXPECT_EQ(system_.waits, waits);  // epoll was not asked
  EXPECT_EQ(listener_.told, 1);
  ASSERT_EQ(device_->Receive(batch_), 2u);
  EXPECT_EQ(batch_[0]->size(), kHeaders + 10);
  EXPECT_EQ(batch_[0]->received, clock_.Now());
  EXPECT_EQ(batch_[1]->size(), kHeaders + 20);
  EXPECT_EQ(device_->Receive(batch_), 0u);
}

TEST_F(SpinningTapReceive, WhatComesAfterALookInVainGoesUpWithoutAnotherRead) {
  WaitForTwo();
  const int reads = system_.reads;
  ASSERT_EQ(device_->Receive(batch_), 1u);
  EXPECT_EQ(batch_[0]->size(), kHeaders + 10);
  EXPECT_EQ(batch_[0]->received, clock_.Now());
  EXPECT_EQ(device_->Receive(batch_), 0u);
  EXPECT_EQ(system_.reads, reads);
}

TEST_F(SpinningTapReceive, TheNextLookFindsWhatCameBehindALonePacket) {
  WaitForTwo();
  ASSERT_EQ(device_->Receive(batch_), 1u);
  const int waits = system_.waits;
  poller_->Wait(1s);
  EXPECT_EQ(system_.waits, waits);
  ExpectSecond();
}

TEST_F(SpinningTapReceive, TheEdgeTellsOfWhatCameBehindALonePacket) {
  WaitForTwo();
  ASSERT_EQ(device_->Receive(batch_), 1u);
  system_.MakeReady(kFd);
  poller_->Poll();
  ExpectSecond();
}

TEST_F(SpinningTapReceive, ALonePacketThatNobodyTookIsNeitherLostNorOvertaken) {
  WaitForTwo();
  system_.on_wait = [this](const timespec*) { clock_.Advance(1us); };
  poller_->Wait(1us);
  device_->SetListener(nullptr);
  device_->SetListener(&listener_);
  EXPECT_EQ(listener_.told, 2);
  ASSERT_EQ(device_->Receive(batch_), 1u);
  EXPECT_EQ(batch_[0]->size(), kHeaders + 10);
}

TEST_F(TapReceive, TheLargestPacketOfAllIsTaken) {
  Arrive(Super(1448), Segment(65535 - 40));
  const auto frames = Receive();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0]->size(), 65535u + wire::kEthernetHeaderSize);
}

TEST_F(TapReceive, NotesThatContradictThemselvesOrTheFrameAreDropped) {
  const Bytes segment = Segment(3000);
  ExpectMalformed(Super(0), segment);
  ExpectMalformed(Super(1448, VnetHeader::kTcpV6), segment);
  ExpectMalformed(Super(1448, VnetHeader::kUdpL4), segment);
  ExpectMalformed(Super(1448, 77), segment);
  ExpectMalformed(Super(1448), Segment(0));
  ExpectMalformed(Super(1448), Segment(3000, wire::IpProtocol::kUdp));
  ExpectMalformed(Super(1448), Bytes(3000, 0));
  VnetHeader whole = Super(1448);
  whole.flags = VnetHeader::kDataValid;
  ExpectMalformed(whole, segment);
  VnetHeader beyond = kPartial;
  beyond.checksum_start = 150;
  ExpectMalformed(beyond, Segment(96));
  beyond.checksum_start = 0xffff;
  beyond.checksum_offset = 0xffff;
  ExpectMalformed(beyond, Segment(96));
  Bytes cut = segment;
  cut.resize(2000);  // shorter than its IP header says
  ExpectMalformed(Super(1448), cut);
  Bytes odd = segment;
  odd[wire::TextFrame::kTcpOffset + 12] = 0xf0;  // options that are there, and text behind them
  Arrive(Super(1448), odd);
  EXPECT_EQ(Receive().size(), 1u);
}

TEST_F(TapReceive, OnePacketIsNoLongerThanTheMtu) {
  Arrive(kPartial, Segment(1600));
  EXPECT_TRUE(Receive().empty());
  EXPECT_EQ(statistics_[DropReason::kFrameTooLong], 1u);
}

TEST_F(TapReceive, ACheckedPacketIsVerifiedAndAnotherIsNot) {
  Arrive({.flags = VnetHeader::kDataValid}, Segment(10));
  Arrive({}, Segment(10));
  const auto frames = Receive();
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0]->checksum.state, ChecksumState::kVerified);
  EXPECT_EQ(frames[1]->checksum.state, ChecksumState::kAbsent);
}

TEST_F(TapReceive, OneReceiveEndsBehindItsBytesAndTheNextGoesOn) {
  for (int i = 0; i < 10; ++i) Arrive(Super(1448), Segment(60'000));
  EXPECT_EQ(Receive().size(), 3u);
  std::vector<link::FramePtr> rest(64);
  EXPECT_EQ(device_->Receive(rest), 3u);
}

class TapReceiveWithoutLargeFrames : public TapReceive {
 protected:
  TapReceiveWithoutLargeFrames() : TapReceive(Offload::kAll, {.maximum_large = 1}) {}
};

TEST_F(TapReceiveWithoutLargeFrames, DropsAndGoesOnWhenTheyComeBack) {
  Arrive(Super(1448), Segment(60'000));
  Arrive(Super(1448), Segment(60'000));
  auto frames = Receive();
  EXPECT_EQ(frames.size(), 1u);
  EXPECT_EQ(statistics_[DropReason::kFramePoolEmpty], 1u);
  frames.clear();
  Arrive(Super(1448), Segment(60'000));
  EXPECT_EQ(Receive().size(), 1u);
}

class TapReceiveChecksum : public TapReceive {
 protected:
  TapReceiveChecksum() : TapReceive(Offload::kChecksum) {}
};

TEST_F(TapReceiveChecksum, ReadsStraightIntoSmallFrames) {
  Arrive(kPartial, Segment(1460));
  const auto frames = Receive();
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0]->checksum.state, ChecksumState::kPartial);
  EXPECT_LE(frames[0]->capacity(), link::FramePoolOptions{}.small_capacity);
}

}  // namespace
}  // namespace nut::tap
