#include "stack/link/impairment_device.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <string>

#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"
#include "test/link/memory_device.h"

namespace nut::link {
namespace {

using Numbers = std::vector<uint64_t>;

// Writes down what it is told.
class Notebook final : public ImpairmentObserver {
 public:
  void OnImpaired(Direction direction, Frame& frame, const ImpairmentDecision& decision) override {
    if (!decision.touched()) return;
    lines.push_back((direction == Direction::kReceive ? "rx " : "tx ") +
                    std::to_string(NumberIn(frame.data())) + " " + decision.ToText());
  }
  std::vector<std::string> lines;
};

class ImpairmentDeviceTest : public ::testing::Test {
 protected:
  void Send(uint64_t number, size_t size = 60) { device_.Send(MakeNumbered(pool_, number, size)); }
  void Arrive(uint64_t number, size_t size = 60) { inner_.Arrive(MakeNumbered(pool_, number, size)); }
  Numbers SentNumbers() const {
    Numbers numbers;
    for (const auto& frame : inner_.sent) numbers.push_back(NumberIn(frame.bytes));
    return numbers;
  }

  SimulatedTime time_;
  FramePool pool_;
  Statistics statistics_;
  MemoryDevice inner_{time_};
  ImpairmentDevice device_{inner_, time_.timers(), Rng("impairment"), pool_, statistics_};
  Reader reader_{device_, time_};
};

TEST_F(ImpairmentDeviceTest, WithAllOptionsOffNothingChanges) {
  inner_.capable = {.checksum = true, .tcp_segmentation = true};
  EXPECT_TRUE(device_.capabilities().checksum);
  EXPECT_TRUE(device_.capabilities().tcp_segmentation);
  FramePtr frame = MakeNumbered(pool_, 1);
  frame->checksum.state = ChecksumState::kPartial;
  frame->segmentation.segment_size = 100;
  device_.Send(std::move(frame));
  ASSERT_EQ(inner_.sent.size(), 1u);
  EXPECT_EQ(inner_.sent[0].checksum, ChecksumState::kPartial);
  EXPECT_EQ(inner_.sent[0].segment_size, 100u);
  Arrive(2);
  time_.RunAll();
  EXPECT_EQ(reader_.Numbers(), Numbers({2}));
}

TEST_F(ImpairmentDeviceTest, LossCountsWhatItTakesBothWays) {
  device_.SetOptions({.loss = 0.1});
  for (uint64_t i = 0; i < 100'000; ++i) {
    Send(i);
    Arrive(i);
    if (i % 32 == 0) time_.RunAll();
  }
  time_.RunAll();
  const size_t lost = 200'000 - inner_.sent.size() - reader_.received.size();
  EXPECT_EQ(statistics_[DropReason::kImpairLoss], lost);
  EXPECT_NEAR(lost, 20'000, 4 * std::sqrt(200'000 * 0.1 * 0.9));
  EXPECT_EQ(pool_.in_use(), 0u);
}

TEST_F(ImpairmentDeviceTest, TheDirectionIsKept) {
  device_.SetOptions({.direction = ImpairmentDirection::kReceive, .loss = 1});
  Send(1);
  Arrive(1);
  time_.RunAll();
  EXPECT_EQ(SentNumbers(), Numbers({1}));
  EXPECT_EQ(reader_.Numbers(), Numbers());
  device_.SetOptions({.direction = ImpairmentDirection::kTransmit, .loss = 1});
  Send(2);
  Arrive(2);
  time_.RunAll();
  EXPECT_EQ(SentNumbers(), Numbers({1}));
  EXPECT_EQ(reader_.Numbers(), Numbers({2}));
}

TEST_F(ImpairmentDeviceTest, DelayIsExactBothWays) {
  device_.SetOptions({.delay = 20ms});
  Send(1);
  Arrive(1);
  time_.RunFor(5ms);
  Send(2);
  Arrive(2);
  time_.RunAll();
  ASSERT_EQ(SentNumbers(), Numbers({1, 2}));
  ASSERT_EQ(reader_.Numbers(), Numbers({1, 2}));
  EXPECT_EQ(inner_.sent[0].time, Instant(20ms));
  EXPECT_EQ(inner_.sent[1].time, Instant(25ms));
  EXPECT_EQ(reader_.received[0].time, Instant(20ms));
  EXPECT_EQ(reader_.received[1].time, Instant(25ms));
  EXPECT_EQ(reader_.received[1].stamp, Instant(25ms)) << "the stack sees the frame when it comes";
}

TEST_F(ImpairmentDeviceTest, JitterAloneKeepsTheOrder) {
  device_.SetOptions({.delay = 20ms, .jitter = 20ms});
  Numbers all;
  for (uint64_t i = 0; i < 2000; ++i) {
    Send(i);
    Arrive(i);
    all.push_back(i);
    time_.RunFor(100us);
  }
  time_.RunAll();
  EXPECT_EQ(SentNumbers(), all);
  EXPECT_EQ(reader_.Numbers(), all);
}

TEST_F(ImpairmentDeviceTest, JitterOfFramesFarApartIsSpreadEvenly) {
  device_.SetOptions({.direction = ImpairmentDirection::kTransmit, .delay = 20ms, .jitter = 5ms});
  double sum = 0;
  Duration least = 1s, most{};
  for (uint64_t i = 0; i < 10'000; ++i) {
    const Instant start = time_.Now();
    Send(i);
    time_.RunFor(50ms);
    const Duration took = inner_.sent.back().time - start;
    sum += static_cast<double>(took.count());
    least = std::min(least, took);
    most = std::max(most, took);
  }
  EXPECT_NEAR(sum / 10'000, 20e6, 4 * 10e6 / std::sqrt(12.0) / 100);
  EXPECT_GE(least, 15ms);
  EXPECT_LT(least, 15'010us);
  EXPECT_LE(most, 25ms);
  EXPECT_GT(most, 24'990us);
}

TEST_F(ImpairmentDeviceTest, ReorderedFramesAreOvertakenAndNoneIsLost) {
  device_.SetOptions({.reorder = 0.1, .reorder_hold = 2500us});
  constexpr uint64_t kFrames = 20'000;
  for (uint64_t i = 0; i < kFrames; ++i) {
    Send(i);
    Arrive(i);
    time_.RunFor(1ms);
  }
  time_.RunAll();
  for (const Numbers& numbers : {SentNumbers(), reader_.Numbers()}) {
    ASSERT_EQ(numbers.size(), kFrames);
    std::vector<bool> seen(kFrames);
    size_t overtaken = 0;
    uint64_t highest = 0;
    for (const uint64_t number : numbers) {
      ASSERT_FALSE(seen[number]);
      seen[number] = true;
      if (number < highest) ++overtaken;
      highest = std::max(highest, number);
    }
    // Not overtaken is a held frame when the two behind it are held as well, one case in a hundred.
    EXPECT_NEAR(overtaken, kFrames * 0.1 * 0.99, 4 * std::sqrt(kFrames * 0.1 * 0.9));
  }
  EXPECT_NEAR(statistics_[Counter::kImpairReordered], 2 * kFrames * 0.1,
              4 * std::sqrt(2 * kFrames * 0.1 * 0.9));
}

TEST_F(ImpairmentDeviceTest, TheDuplicateComesRightBehind) {
  device_.SetOptions({.duplicate = 1, .delay = 1ms});
  Send(1);
  Send(2);
  Arrive(3);
  Arrive(4);
  time_.RunAll();
  EXPECT_EQ(SentNumbers(), Numbers({1, 1, 2, 2}));
  EXPECT_EQ(reader_.Numbers(), Numbers({3, 3, 4, 4}));
  EXPECT_EQ(inner_.sent[0].bytes, inner_.sent[1].bytes);
  EXPECT_EQ(statistics_[Counter::kImpairDuplicated], 4u);
}

TEST_F(ImpairmentDeviceTest, WithoutMemoryForTheDuplicateTheFrameStillPasses) {
  device_.SetOptions({.duplicate = 1});
  FramePtr frame = MakeNumbered(pool_, 1);
  pool_.FailAt(1);
  device_.Send(std::move(frame));
  EXPECT_EQ(SentNumbers(), Numbers({1}));
  EXPECT_EQ(statistics_[DropReason::kFramePoolEmpty], 1u);
}

TEST_F(ImpairmentDeviceTest, CorruptionTurnsExactlyOneBit) {
  device_.SetOptions({.corrupt = 1});
  for (uint64_t i = 0; i < 1000; ++i) {
    FramePtr frame = MakeNumbered(pool_, i, 100);
    const Bytes before = Copy(frame->data());
    device_.Send(std::move(frame));
    int bits = 0;
    const Bytes& after = inner_.sent.back().bytes;
    ASSERT_EQ(after.size(), before.size());
    for (size_t b = 0; b < after.size(); ++b)
      bits += std::popcount(static_cast<uint8_t>(after[b] ^ before[b]));
    EXPECT_EQ(bits, 1);
  }
  EXPECT_EQ(statistics_[Counter::kImpairCorrupted], 1000u);
}

TEST_F(ImpairmentDeviceTest, NobodyVouchesForACorruptedFrame) {
  device_.SetOptions({.corrupt = 1});
  FramePtr frame = MakeNumbered(pool_, 1);
  frame->checksum.state = ChecksumState::kVerified;
  inner_.Arrive(std::move(frame));
  time_.RunAll();
  ASSERT_EQ(reader_.received.size(), 1u);
  EXPECT_EQ(reader_.received[0].checksum, ChecksumState::kAbsent);
}

TEST_F(ImpairmentDeviceTest, TheRateIsExact) {
  device_.SetOptions({.direction = ImpairmentDirection::kTransmit,
                      .bits_per_second = 1'000'000,
                      .rate_queue_bytes = 1'000'000});
  for (uint64_t i = 0; i < 100; ++i) Send(i, 1250);  // 10 ms each
  time_.RunAll();
  ASSERT_EQ(inner_.sent.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(inner_.sent[i].time, Instant((i + 1) * 10ms)) << i;
}

TEST_F(ImpairmentDeviceTest, TheRatesQueueIsBounded) {
  device_.SetOptions({.bits_per_second = 8'000, .rate_queue_bytes = 1000});  // 1000 bytes a second
  for (uint64_t i = 0; i < 5; ++i) {
    Send(i, 400);
    Arrive(i, 400);
  }
  time_.RunAll();
  EXPECT_EQ(SentNumbers(), Numbers({0, 1}));
  EXPECT_EQ(reader_.Numbers(), Numbers({0, 1}));
  EXPECT_EQ(statistics_[DropReason::kImpairQueueFull], 6u);
  Send(9, 1500);
  time_.RunAll();
  EXPECT_EQ(SentNumbers().back(), 9u) << "an empty line takes a frame of any size";
}

TEST_F(ImpairmentDeviceTest, TheNumberOfHeldFramesIsBounded) {
  device_.SetOptions({.delay = 1s, .held_frames = 3});
  for (uint64_t i = 0; i < 5; ++i) Send(i);
  time_.RunAll();
  EXPECT_EQ(SentNumbers(), Numbers({0, 1, 2}));
  EXPECT_EQ(statistics_[DropReason::kImpairQueueFull], 2u);
}

TEST_F(ImpairmentDeviceTest, SwitchingOffLetsWaitingFramesKeepTheirTimeAndPlace) {
  device_.SetOptions({.delay = 20ms});
  Send(1);
  Arrive(1);
  time_.RunFor(5ms);
  device_.SetOptions({});
  EXPECT_EQ(device_.capabilities().checksum, inner_.capable.checksum);
  Send(2);
  Arrive(2);
  time_.RunAll();
  EXPECT_EQ(SentNumbers(), Numbers({1, 2}));
  EXPECT_EQ(reader_.Numbers(), Numbers({1, 2}));
  EXPECT_EQ(inner_.sent[1].time, Instant(20ms));
  Send(3);
  EXPECT_EQ(SentNumbers(), Numbers({1, 2, 3})) << "nothing waits any more: at once";
}

TEST_F(ImpairmentDeviceTest, AFloodThatIsAllLostIsReadInPortions) {
  device_.SetOptions({.loss = 1, .receive_pull = 64});
  for (uint64_t i = 0; i < 1000; ++i) Arrive(i);
  FramePtr batch[8];
  EXPECT_EQ(device_.Receive(batch), 0u);
  EXPECT_EQ(inner_.arriving(), 1000u - 64u);
  time_.RunAll();
  EXPECT_EQ(inner_.arriving(), 0u) << "the listener is told again until the inner device is drained";
  EXPECT_EQ(statistics_[DropReason::kImpairLoss], 1000u);
}

TEST_F(ImpairmentDeviceTest, WhileActiveNoOffloadIsOfferedAndLeftWorkIsDone) {
  inner_.capable = {.checksum = true, .tcp_segmentation = true};
  device_.SetOptions({.delay = 1ms});
  EXPECT_FALSE(device_.capabilities().checksum);
  EXPECT_FALSE(device_.capabilities().tcp_segmentation);

  // A super-segment of three packets, from a caller that asked before, and from the wire.
  const wire::Ipv4Address source(198, 19, 0, 10), destination(198, 19, 0, 1);
  const auto super = [&] {
    Bytes bytes(14 + 20 + 20 + 250);
    wire::Emit(MutableByteView(bytes), wire::EthernetFields{});
    wire::Emit(MutableByteView(bytes).subspan(14), wire::Ipv4Fields{.source = source,
                                                                    .destination = destination,
                                                                    .protocol = wire::IpProtocol::kTcp,
                                                                    .payload_size = 270});
    wire::Emit(MutableByteView(bytes).subspan(34), wire::TcpFields{.flags = wire::TcpFlags::kAck});
    FramePtr frame = MakeFrame(pool_, bytes);
    wire::OffloadTcpChecksum(frame->mutable_data().subspan(34),
                             {.source = source, .destination = destination});
    frame->checksum = {.state = ChecksumState::kPartial, .start = 34, .offset = 16};
    frame->segmentation = {.segment_size = 100, .header_size = 54};
    return frame;
  };
  device_.Send(super());
  inner_.Arrive(super());
  time_.RunAll();
  ASSERT_EQ(inner_.sent.size(), 3u);
  ASSERT_EQ(reader_.received.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    for (const Bytes& bytes : {inner_.sent[i].bytes, reader_.received[i].bytes}) {
      const auto ip = wire::Ipv4View::Parse(ByteView(bytes).subspan(14));
      ASSERT_TRUE(ip);
      const auto tcp = wire::TcpView::Parse(ip->payload());
      ASSERT_TRUE(tcp);
      EXPECT_TRUE(tcp->ChecksumOk({.source = source, .destination = destination}));
      EXPECT_EQ(tcp->sequence().number(), 100u * i);
    }
  }
}

TEST_F(ImpairmentDeviceTest, EachDecisionIsToldByNameAndDraw) {
  Notebook notebook;
  device_.SetObserver(&notebook);
  device_.SetOptions({.direction = ImpairmentDirection::kTransmit, .loss = 1});
  Send(7);
  device_.SetOptions({.direction = ImpairmentDirection::kTransmit, .burst = {.enter = 1, .recover = 0}});
  Send(8);
  device_.SetOptions({.direction = ImpairmentDirection::kReceive, .duplicate = 1});
  Arrive(9);
  time_.RunAll();
  device_.SetOptions({.direction = ImpairmentDirection::kTransmit, .delay = 1ms, .held_frames = 0});
  Send(10);
  EXPECT_EQ(notebook.lines, (std::vector<std::string>{
                                "tx 7 impair: loss, draw 1",
                                "tx 8 impair: burst loss, draw 2",
                                "rx 9 impair: duplicate, draw 1",
                                "rx 9 impair: duplicate, draw 1",
                                "tx 10 impair: queue full, draw 3",
                            }));
}

TEST_F(ImpairmentDeviceTest, DropsOfTheStackArePassedOn) {
  const FramePtr frame = MakeNumbered(pool_, 1);
  device_.OnDropped(*frame, DropReason::kIpBadChecksum);
  EXPECT_EQ(inner_.dropped, std::vector{DropReason::kIpBadChecksum});
}

// Everything at once, and the fate of every frame as text.
std::vector<std::string> FatesOf(std::string_view seed) {
  SimulatedTime time;
  FramePool pool;
  Statistics statistics;
  MemoryDevice inner(time);
  ImpairmentDevice device(inner, time.timers(), Rng(seed), pool, statistics,
                          {.loss = 0.05,
                           .burst = {.enter = 0.01, .recover = 0.3},
                           .duplicate = 0.05,
                           .corrupt = 0.05,
                           .reorder = 0.05,
                           .delay = 3ms,
                           .jitter = 1ms,
                           .bits_per_second = 10'000'000});
  Reader reader(device, time);
  for (uint64_t i = 0; i < 2000; ++i) {
    device.Send(MakeNumbered(pool, i));
    inner.Arrive(MakeNumbered(pool, i));
    time.RunFor(200us);
  }
  time.RunAll();
  EXPECT_EQ(pool.in_use(), 0u);
  std::vector<std::string> fates;
  const auto note = [&fates](Instant when, const Bytes& bytes) {
    fates.push_back(std::to_string(when.time_since_epoch().count()) +
                    std::string(bytes.begin(), bytes.end()));
  };
  for (const auto& frame : inner.sent) note(frame.time, frame.bytes);
  for (const auto& frame : reader.received) note(frame.time, frame.bytes);
  return fates;
}

TEST(ImpairmentDeterminism, EqualSeedsGiveEqualRuns) {
  const auto fates = FatesOf("4711");
  EXPECT_EQ(FatesOf("4711"), fates);
  EXPECT_NE(FatesOf("4712"), fates);
}

}  // namespace
}  // namespace nut::link
