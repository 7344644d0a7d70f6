#include "stack/link/capture.h"

#include <gtest/gtest.h>
#include <tins/tins.h>

#include <memory>

#include "stack/link/capture_device.h"
#include "stack/link/impairment_device.h"
#include "stack/wire/tcp.h"
#include "test/link/memory_device.h"
#include "test/link/other_readers.h"
#include "test/link/pcapng_reader.h"

namespace nut::link {
namespace {

using Comments = std::vector<std::string>;

class CountingLog final : public Log {
 public:
  bool Wants(LogLevel, std::string_view) const override { return true; }
  void Write(LogLevel, std::string_view, std::string_view) override { ++lines; }
  int lines = 0;
};

// A node's end of the wire with a capture, and an impairment that is off at first.
class CaptureTest : public ::testing::Test {
 protected:
  void Begin(const CaptureOptions& options = {}) {
    capture_ = std::make_unique<Capture>(sink_, time_.timers(), statistics_, log_, options);
    device_ =
        std::make_unique<CaptureDevice>(impairment_, *capture_, capture_->AddInterface("n1/wire", "wire"));
    impairment_.SetObserver(device_.get());
    reader_ = std::make_unique<Reader>(*device_, time_);
  }
  void TearDown() override {
    reader_.reset();
    impairment_.SetObserver(nullptr);
  }

  void Send(uint64_t number, size_t size = 60) { device_->Send(MakeNumbered(pool_, number, size)); }
  void Arrive(uint64_t number) { inner_.Arrive(MakeNumbered(pool_, number)); }
  // Receives one frame by hand, to drop it later.
  FramePtr Receive(uint64_t number) {
    reader_.reset();
    Arrive(number);
    FramePtr batch[1];
    EXPECT_EQ(device_->Receive(batch), 1u);
    return std::move(batch[0]);
  }
  PcapngContents Written() const { return ReadPcapng(sink_.bytes); }

  SimulatedTime time_;
  FramePool pool_;
  Statistics statistics_;
  CountingLog log_;
  MemorySink sink_;
  MemoryDevice inner_{time_};
  ImpairmentDevice impairment_{inner_, time_.timers(), Rng("capture"), pool_, statistics_};
  std::unique_ptr<Capture> capture_;
  std::unique_ptr<CaptureDevice> device_;
  std::unique_ptr<Reader> reader_;
};

TEST_F(CaptureTest, RecordsBothDirectionsWithTheNodesTime) {
  Begin();
  Send(1);
  time_.RunFor(1500us);
  Arrive(2);
  time_.RunFor(1ns);
  Send(3);
  capture_->Close();
  const PcapngContents written = Written();
  EXPECT_TRUE(written.sound);
  EXPECT_EQ(written.interfaces, std::vector<std::string>{"n1/wire"});
  ASSERT_EQ(written.packets.size(), 3u);
  const uint64_t start = 1389312000'000'000'000;
  const uint64_t numbers[] = {1, 2, 3}, stamps[] = {start, start + 1'500'000, start + 1'500'001};
  const uint32_t directions[] = {2, 1, 2};
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(NumberIn(written.packets[i].bytes), numbers[i]);
    EXPECT_EQ(written.packets[i].stamp, stamps[i]);
    EXPECT_EQ(written.packets[i].direction, directions[i]);
    EXPECT_EQ(written.packets[i].original_size, 60u);
    EXPECT_EQ(written.packets[i].comment, "");
  }
  EXPECT_EQ(statistics_[Counter::kCaptureFrames], 3u);
  EXPECT_EQ(inner_.sent.size(), 2u) << "the frames pass";
  EXPECT_EQ(reader_->Numbers(), std::vector<uint64_t>{2});
}

TEST_F(CaptureTest, ADropThatTheStackDecidesLaterBecomesTheComment) {
  Begin();
  Send(1);
  FramePtr frame = Receive(2);
  Send(3);
  time_.RunFor(5ms);
  frame->TrimFront(14);  // as the layers do
  device_->OnDropped(*frame, DropReason::kIpBadChecksum);
  capture_->Close();
  EXPECT_EQ(Written().Comments(), (Comments{"", "ip: bad header checksum", ""}));
  EXPECT_EQ(inner_.dropped, std::vector{DropReason::kIpBadChecksum});
}

TEST_F(CaptureTest, SeveralCommentsAreJoined) {
  Begin();
  const FramePtr frame = Receive(1);
  capture_->Comment(frame->capture_ticket, "one");
  capture_->Comment(frame->capture_ticket, "two");
  capture_->Close();
  EXPECT_EQ(Written().Comments(), Comments{"one; two"});
}

TEST_F(CaptureTest, CommentsAreBounded) {
  Begin({.comment_bytes = 10});
  const FramePtr frame = Receive(1);
  capture_->Comment(frame->capture_ticket, "12345678");
  capture_->Comment(frame->capture_ticket, "12345678");
  capture_->Close();
  EXPECT_EQ(Written().Comments(), Comments{"12345678"});
  EXPECT_EQ(statistics_[Counter::kCaptureCommentsLost], 1u);
}

TEST_F(CaptureTest, FramesAreWrittenWithinTheirHoldAndLaterCommentsAreCounted) {
  Begin();
  const FramePtr frame = Receive(1);
  time_.RunFor(19ms);
  EXPECT_EQ(Written().packets.size(), 0u);
  time_.RunFor(1ms);
  EXPECT_EQ(Written().packets.size(), 1u);
  device_->OnDropped(*frame, DropReason::kFragmentTimeout);
  EXPECT_EQ(statistics_[Counter::kCaptureCommentsLost], 1u);
}

TEST_F(CaptureTest, ASteadyStreamIsWrittenInBatchesNoFrameLate) {
  Begin();
  for (uint64_t i = 0; i < 10'000; ++i) {  // one second
    Send(i);
    time_.RunFor(100us);
    const size_t due = i < 200 ? 0 : i - 200;
    if (i % 500 == 0) {
      ASSERT_GE(Written().packets.size(), due) << i;
    }
  }
  EXPECT_LE(sink_.writes, 110) << "one second makes a hundred batches";
  capture_->Close();
  EXPECT_EQ(Written().packets.size(), 10'000u);
}

TEST_F(CaptureTest, AnIdleCaptureArmsNoTimer) {
  Begin();
  Send(1);
  time_.RunAll();
  EXPECT_EQ(Written().packets.size(), 1u);
  EXPECT_EQ(time_.timers().size(), 0u);
}

TEST_F(CaptureTest, TooManyPendingRecordsPushTheOlderHalfOut) {
  Begin({.pending_records = 10});
  for (uint64_t i = 0; i < 10; ++i) Send(i);
  EXPECT_EQ(Written().packets.size(), 0u);
  Send(10);
  EXPECT_EQ(Written().packets.size(), 5u);
  capture_->Close();
  const PcapngContents written = Written();
  ASSERT_EQ(written.packets.size(), 11u);
  for (uint64_t i = 0; i < 11; ++i) EXPECT_EQ(NumberIn(written.packets[i].bytes), i);
}

TEST_F(CaptureTest, TooManyPendingBytesPushTheOlderHalfOut) {
  Begin({.pending_bytes = 10'000});
  for (uint64_t i = 0; i < 10; ++i) Send(i, 1000);
  EXPECT_EQ(Written().packets.size(), 0u);
  Send(10, 1000);
  EXPECT_EQ(Written().packets.size(), 6u) << "half of the bytes, the new ones among them, stay";
  capture_->Close();
  EXPECT_EQ(Written().packets.size(), 11u);
}

TEST_F(CaptureTest, AFrameLargerThanTheLimitIsRecordedAllTheSame) {
  Begin({.pending_bytes = 100});
  Send(1, 60);
  Send(2, 1000);
  Send(3, 60);
  capture_->Close();
  EXPECT_EQ(Written().packets.size(), 3u);
}

TEST_F(CaptureTest, OrderOnDiskIsByTimeWhateverIsCommented) {
  Begin({.pending_records = 64});
  Rng rng("order");
  std::vector<FramePtr> held;
  reader_.reset();
  for (uint64_t i = 0; i < 5000; ++i) {
    if (rng.Chance(0.5)) {
      Send(i);
    } else {
      Arrive(i);
      FramePtr batch[1];
      ASSERT_EQ(device_->Receive(batch), 1u);
      held.push_back(std::move(batch[0]));
    }
    if (!held.empty() && rng.Chance(0.3)) {
      device_->OnDropped(*held.back(), DropReason::kTcpBadChecksum);
      held.pop_back();
    }
    if (held.size() > 20) held.clear();
    time_.RunFor(Duration(rng.Below(2'000'000)));
  }
  held.clear();
  capture_->Close();
  const PcapngContents written = Written();
  EXPECT_TRUE(written.sound);
  ASSERT_EQ(written.packets.size(), 5000u);
  size_t commented = 0;
  for (uint64_t i = 0; i < 5000; ++i) {
    ASSERT_EQ(NumberIn(written.packets[i].bytes), i);
    ASSERT_GE(written.packets[i].stamp, written.packets[i == 0 ? 0 : i - 1].stamp);
    if (!written.packets[i].comment.empty()) {
      ASSERT_EQ(written.packets[i].direction, 1u);
      ++commented;
    }
  }
  EXPECT_GT(commented, 500u);
}

TEST_F(CaptureTest, LossIsCommentedBothWaysByNameAndDraw) {
  Begin();
  impairment_.SetOptions({.loss = 1});
  Send(1);
  Arrive(2);
  time_.RunFor(1ms);
  Send(3);
  capture_->Close();
  const PcapngContents written = Written();
  EXPECT_EQ(written.Comments(),
            (Comments{"impair: loss, draw 1", "impair: loss, draw 1", "impair: loss, draw 2"}));
  ASSERT_EQ(written.packets.size(), 3u);
  EXPECT_EQ(NumberIn(written.packets[1].bytes), 2u) << "a lost frame is in the capture nevertheless";
  EXPECT_EQ(inner_.sent.size(), 0u);
  EXPECT_EQ(reader_->received.size(), 0u);
}

TEST_F(CaptureTest, DuplicatesOnTheWayInAreSeenTwiceOnTheWayOutOnce) {
  Begin();
  impairment_.SetOptions({.duplicate = 1});
  Arrive(1);
  time_.RunFor(1ms);
  Send(2);
  capture_->Close();
  EXPECT_EQ(Written().Comments(), (Comments{"impair: duplicate, draw 1", "impair: duplicate, draw 1",
                                            "impair: duplicate, draw 1"}));
  EXPECT_EQ(Written().packets.at(2).direction, 2u);
}

TEST_F(CaptureTest, DelayedFramesAreSeenWhenTheyComeInTheirOrder) {
  Begin();
  impairment_.SetOptions(
      {.direction = ImpairmentDirection::kReceive, .reorder = 0.5, .reorder_hold = 5ms, .delay = 10ms});
  for (uint64_t i = 0; i < 100; ++i) {
    Arrive(i);
    time_.RunFor(1ms);
  }
  time_.RunFor(1s);
  capture_->Close();
  const PcapngContents written = Written();
  ASSERT_EQ(written.packets.size(), 100u);
  ASSERT_EQ(reader_->received.size(), 100u);
  for (size_t i = 0; i < 100; ++i) {
    EXPECT_EQ(written.packets[i].bytes, reader_->received[i].bytes);
    EXPECT_EQ(written.packets[i].stamp,
              static_cast<uint64_t>(time_.clock().UnixTime(reader_->received[i].time).count()));
  }
}

TEST_F(CaptureTest, ACorruptedFrameShowsItsWrongBitOnTheWayIn) {
  Begin();
  impairment_.SetOptions({.corrupt = 1});
  Arrive(1);
  time_.RunFor(1ms);
  capture_->Close();
  const PcapngContents written = Written();
  ASSERT_EQ(written.packets.size(), 1u);
  EXPECT_EQ(written.packets[0].bytes, reader_->received.at(0).bytes);
  EXPECT_NE(written.packets[0].bytes, Copy(MakeNumbered(pool_, 1)->data()));
  EXPECT_EQ(written.packets[0].comment.rfind("impair: corrupt bit ", 0), 0u);
}

TEST_F(CaptureTest, OnlyCommentedFramesIfSoAskedFor) {
  Begin({.commented_only = true});
  Send(1);
  const FramePtr frame = Receive(2);
  device_->OnDropped(*frame, DropReason::kUdpNoSocket);
  capture_->Close();
  EXPECT_EQ(Written().Comments(), Comments{"udp: no socket"});
}

TEST_F(CaptureTest, TheSnapLengthCutsBytesNotTheLengthNoted) {
  Begin({.snap_length = 30});
  Send(1, 60);
  Send(2, 1000);
  capture_->Close();
  const PcapngContents written = Written();
  ASSERT_EQ(written.packets.size(), 2u);
  EXPECT_EQ(written.packets[1].bytes.size(), 30u);
  EXPECT_EQ(written.packets[1].original_size, 1000u);
}

TEST_F(CaptureTest, ABrokenSinkNeverStopsTheNode) {
  Begin();
  Send(1);
  sink_.limit = sink_.bytes.size() + 10;
  time_.RunFor(1s);
  EXPECT_FALSE(capture_->recording());
  for (uint64_t i = 0; i < 100; ++i) {
    Send(i);
    Arrive(i);
    time_.RunFor(1ms);
  }
  const FramePtr frame = Receive(3);
  device_->OnDropped(*frame, DropReason::kIpNoRoute);
  EXPECT_EQ(inner_.sent.size(), 101u);
  capture_->Flush();
  capture_->Close();
  EXPECT_EQ(log_.lines, 1) << "said once";
  EXPECT_EQ(statistics_[Counter::kCaptureFramesLost], 201u) << "each frame counts once";
  EXPECT_EQ(statistics_[Counter::kCaptureCommentsLost], 0u) << "there was nothing to comment";
}

TEST_F(CaptureTest, LostFramesOnTheWayInCountOnceWhileTheSinkIsBroken) {
  Begin();
  sink_.limit = sink_.bytes.size();
  Send(0);
  time_.RunFor(1s);
  impairment_.SetOptions({.duplicate = 1});
  Arrive(1);
  time_.RunFor(1s);
  EXPECT_EQ(statistics_[Counter::kCaptureFramesLost], 2u);
}

TEST_F(CaptureTest, ARestartBeginsANewStreamWithTheSameInterfaces) {
  Begin();
  sink_.limit = sink_.bytes.size();
  Send(1);
  time_.RunFor(1s);
  EXPECT_FALSE(capture_->recording());
  sink_.limit = SIZE_MAX;
  sink_.bytes.clear();
  capture_->Restart();
  Send(2);
  capture_->Close();
  const PcapngContents written = Written();
  EXPECT_TRUE(written.sound);
  EXPECT_EQ(written.interfaces, std::vector<std::string>{"n1/wire"});
  ASSERT_EQ(written.packets.size(), 1u);
  EXPECT_EQ(NumberIn(written.packets[0].bytes), 2u);
}

TEST_F(CaptureTest, ClosingWritesWhatWaitsAndWhatWasSeen) {
  Begin();
  const Capture::Interface stack = capture_->AddInterface("n1/stack");
  Send(1);
  Send(2);
  capture_->Record(stack, Direction::kReceive, *MakeNumbered(pool_, 3));
  capture_->Close();
  const PcapngContents written = Written();
  EXPECT_EQ(written.interfaces, (std::vector<std::string>{"n1/wire", "n1/stack"}));
  ASSERT_EQ(written.packets.size(), 3u);
  EXPECT_EQ(written.packets[2].interface, stack);
  ASSERT_EQ(written.statistics.size(), 2u);
  EXPECT_EQ(written.statistics[0].received, 2u);
  EXPECT_EQ(written.statistics[1].received, 1u);
  const size_t size = sink_.bytes.size();
  Send(4);
  time_.RunAll();
  EXPECT_EQ(sink_.bytes.size(), size) << "closed is closed";
  EXPECT_EQ(inner_.sent.size(), 3u);
}

TEST_F(CaptureTest, TheSameRunGivesTheSameBytes) {
  const auto run = [] {
    SimulatedTime time;
    FramePool pool;
    Statistics statistics;
    NullLog log;
    MemorySink sink;
    MemoryDevice inner(time);
    ImpairmentDevice impairment(inner, time.timers(), Rng("run"), pool, statistics,
                                {.loss = 0.2, .corrupt = 0.2, .delay = 1ms});
    Capture capture(sink, time.timers(), statistics, log);
    CaptureDevice device(impairment, capture, capture.AddInterface("n1/wire"));
    impairment.SetObserver(&device);
    Reader reader(device, time);
    for (uint64_t i = 0; i < 500; ++i) {
      device.Send(MakeNumbered(pool, i));
      inner.Arrive(MakeNumbered(pool, i));
      time.RunFor(300us);
    }
    time.RunAll();
    capture.Close();
    return sink.bytes;
  };
  const Bytes bytes = run();
  EXPECT_GT(bytes.size(), 500u * 60);
  EXPECT_EQ(run(), bytes);
}

TEST_F(CaptureTest, TsharkFindsNoBadChecksumWhereTheDeviceWasToFinishIt) {
  Begin();
  std::string addresses[] = {"198.19.0.10", "198.19.0.1"};
  for (const size_t payload : {0u, 1u, 1460u, 30001u}) {
    const Bytes data(payload, 'x');
    Tins::TCP tcp(80, 40000);
    tcp.seq(1);
    tcp.flags(Tins::TCP::ACK);
    Tins::EthernetII packet = Tins::EthernetII("02:00:00:00:00:01", "02:00:00:00:00:02") /
                              Tins::IP(addresses[1], addresses[0]) / tcp /
                              Tins::RawPDU(data.data(), data.size());
    Bytes bytes = packet.serialize();
    bytes.resize(54 + payload);
    FramePtr frame = MakeFrame(pool_, bytes);
    wire::OffloadTcpChecksum(frame->mutable_data().subspan(34),
                             {.source = *wire::IpAddress::FromText(addresses[0]),
                              .destination = *wire::IpAddress::FromText(addresses[1])});
    frame->checksum = {.state = ChecksumState::kPartial, .start = 34, .offset = 16};
    if (payload > 1460) frame->segmentation = {.segment_size = 1460, .header_size = 54};
    const Bytes before = Copy(frame->data());
    device_->Send(std::move(frame));
    EXPECT_EQ(inner_.sent.back().bytes, before) << "the frame itself keeps its work for the device";
    EXPECT_EQ(inner_.sent.back().checksum, ChecksumState::kPartial);
    EXPECT_NE(before, bytes);
    capture_->Flush();
    EXPECT_EQ(Written().packets.back().bytes, bytes) << "the record is what libtins made";
  }
  capture_->Close();
  if (!HaveProgram("tshark")) GTEST_SKIP() << "tshark is not installed";
  const std::string path = WriteFile("offload.pcapng", sink_.bytes);
  const auto lines = TsharkFields(path, {"frame.len", "tcp.checksum.status", "ip.checksum.status"},
                                  "-o tcp.check_checksum:TRUE -o ip.check_checksum:TRUE");
  EXPECT_EQ(lines, (std::vector<std::string>{"54|1|1", "55|1|1", "1514|1|1", "30055|1|1"}));
}

TEST_F(CaptureTest, ShowsSuperSegmentsOnlyWhereTheKernelCutsThem) {
  Begin();
  inner_.capable = {.checksum = true, .tcp_segmentation = true, .gather = true};
  EXPECT_TRUE(device_->capabilities().tcp_segmentation);
  inner_.capable.cuts_in_software = true;
  const DeviceCapabilities seen = device_->capabilities();
  EXPECT_FALSE(seen.tcp_segmentation) << "the stack makes packets, and they are recorded";
  EXPECT_FALSE(seen.cuts_in_software);
  EXPECT_TRUE(seen.checksum);
  EXPECT_TRUE(seen.gather);
}

TEST_F(CaptureTest, AFrameWithATailIsRecordedWhole) {
  inner_.capable = {.checksum = true, .tcp_segmentation = true, .gather = true};
  Begin();
  const Bytes data(3001, 'x');
  Tins::TCP tcp(80, 5353);
  Tins::EthernetII packet = Tins::EthernetII("02:00:00:00:00:01", "02:00:00:00:00:02") /
                            Tins::IP("198.19.0.1", "198.19.0.10") / tcp /
                            Tins::RawPDU(data.data(), data.size());
  const Bytes bytes = packet.serialize();
  // The text in two pieces, the first of which has an odd length.
  constexpr size_t kHeaders = 54;
  FramePtr frame = MakeFrame(pool_, ByteView(bytes).first(kHeaders));
  SliceList tail;
  tail.Push({{}, ByteView(bytes).subspan(kHeaders, 1001)});
  tail.Push({{}, ByteView(bytes).subspan(kHeaders + 1001)});
  frame->SetTail(std::move(tail));
  const uint32_t pseudo = (198u << 8 | 19) + 10 + (198u << 8 | 19) + 1 + 6 + 20 + 3001;
  StoreBe16(frame->mutable_data().data() + 50, wire::Fold(pseudo));
  frame->checksum = {.state = ChecksumState::kPartial, .start = 34, .offset = 16};
  frame->segmentation = {.segment_size = 1460, .header_size = kHeaders};
  capture_->Record(0, Direction::kTransmit, *frame);
  capture_->Close();
  ASSERT_EQ(Written().packets.size(), 1u);
  EXPECT_EQ(Written().packets[0].bytes, bytes);
}

TEST_F(CaptureTest, ASnappedRecordOfAFrameWithATailIsCutThere) {
  const Bytes bytes = Copy(MakeNumbered(pool_, 1, 300)->data());
  for (const uint32_t snap : {50u, 100u, 101u, 250u, 300u, 1000u}) {
    sink_.bytes.clear();
    Begin({.snap_length = snap});
    FramePtr frame = MakeFrame(pool_, ByteView(bytes).first(100));
    SliceList tail;
    tail.Push({{}, ByteView(bytes).subspan(100, 100)});
    tail.Push({{}, ByteView(bytes).subspan(200)});
    frame->SetTail(std::move(tail));
    capture_->Record(0, Direction::kTransmit, *frame);
    capture_->Close();
    ASSERT_EQ(Written().packets.size(), 1u);
    EXPECT_EQ(Written().packets[0].bytes, Bytes(bytes.begin(), bytes.begin() + std::min(snap, 300u)));
    EXPECT_EQ(Written().packets[0].original_size, 300u);
    TearDown();
  }
}

TEST_F(CaptureTest, ASnappedRecordGetsItsFinishedChecksumToo) {
  Begin({.snap_length = 60});
  const Bytes data(1000, 'x');
  Tins::UDP udp(53, 5353);
  Tins::EthernetII packet = Tins::EthernetII("02:00:00:00:00:01", "02:00:00:00:00:02") /
                            Tins::IP("198.19.0.1", "198.19.0.10") / udp /
                            Tins::RawPDU(data.data(), data.size());
  const Bytes bytes = packet.serialize();
  FramePtr frame = MakeFrame(pool_, bytes);
  const uint32_t pseudo = (198u << 8 | 19) + 10 + (198u << 8 | 19) + 1 + 17 + 1008;
  StoreBe16(frame->mutable_data().data() + 40, wire::Fold(pseudo));
  frame->checksum = {.state = ChecksumState::kPartial, .start = 34, .offset = 6};
  device_->Send(std::move(frame));
  capture_->Close();
  EXPECT_EQ(Written().packets.at(0).bytes, Bytes(bytes.begin(), bytes.begin() + 60));
}

}  // namespace
}  // namespace nut::link
