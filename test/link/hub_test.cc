#include "stack/link/hub.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "stack/base/rng.h"
#include "stack/link/hub_port.h"
#include "stack/link/trace_hash.h"
#include "test/link/memory_device.h"

namespace nut::link {
namespace {

using Numbers = std::vector<uint64_t>;

// A node's end of the segment: its own pool and counters.
struct Station {
  Station(Hub& hub, SimulatedTime& time, std::string_view name, HubPortOptions options = {})
      : port(hub, name, pool, statistics, options), reader(port, time) {}

  FramePool pool;
  Statistics statistics;
  HubPort port;
  Reader reader;
};

class HubTest : public ::testing::Test {
 protected:
  std::unique_ptr<Station> Add(HubPortOptions options = {}) {
    return std::make_unique<Station>(hub_, time_, "port", options);
  }

  SimulatedTime time_;
  Hub hub_{time_.timers()};
};

TEST_F(HubTest, EveryOtherPortHearsAFrameAndTheSenderDoesNot) {
  const auto a = Add(), b = Add(), c = Add();
  a->port.Send(MakeNumbered(a->pool, 1));
  c->port.Send(MakeNumbered(c->pool, 2));
  time_.RunAll();
  EXPECT_EQ(a->reader.Numbers(), Numbers({2}));
  EXPECT_EQ(b->reader.Numbers(), Numbers({1, 2}));
  EXPECT_EQ(c->reader.Numbers(), Numbers({1}));
  EXPECT_EQ(hub_.frames(), 2u);
}

TEST_F(HubTest, AFrameOnItsWayLiesInTheReceiversPool) {
  const auto a = Add();
  const auto b = Add({.latency = 1ms});
  a->port.Send(MakeNumbered(a->pool, 1));
  EXPECT_EQ(a->pool.in_use(), 0u);
  EXPECT_EQ(b->pool.in_use(), 1u);
}

TEST_F(HubTest, PortsThatShareAPoolPassTheFrameItself) {
  FramePool pool;
  Statistics statistics;
  HubPort a(hub_, "a", pool, statistics), b(hub_, "b", pool, statistics);
  FramePtr frame = MakeNumbered(pool, 1);
  const Frame* const before = frame.get();
  frame->capture_ticket = 7;
  frame->checksum.state = ChecksumState::kVerified;
  a.Send(std::move(frame));
  FramePtr batch[2];
  ASSERT_EQ(b.Receive(batch), 1u);
  EXPECT_EQ(batch[0].get(), before);
  EXPECT_EQ(batch[0]->capture_ticket, 0u) << "the sender's notes stay with the sender";
  EXPECT_EQ(batch[0]->checksum.state, ChecksumState::kAbsent);
  batch[0].reset();

  HubPort c(hub_, "c", pool, statistics);
  a.Send(MakeNumbered(pool, 2));
  EXPECT_EQ(pool.in_use(), 2u) << "one for each receiver, none besides";
}

TEST_F(HubTest, LatencyIsThatOfTheReceiver) {
  const auto a = Add({.latency = 7ms});
  const auto b = Add({.latency = 20ms});
  a->port.Send(MakeNumbered(a->pool, 1));
  b->port.Send(MakeNumbered(b->pool, 2));
  time_.RunAll();
  ASSERT_EQ(a->reader.received.size(), 1u);
  ASSERT_EQ(b->reader.received.size(), 1u);
  EXPECT_EQ(a->reader.received[0].time, Instant(7ms));
  EXPECT_EQ(b->reader.received[0].time, Instant(20ms));
  EXPECT_EQ(b->reader.received[0].stamp, Instant(20ms));
}

TEST_F(HubTest, RateSpacesFramesExactly) {
  const auto a = Add();
  const auto b = Add({.latency = 1ms, .bits_per_second = 8'000'000});  // a byte in a microsecond
  for (uint64_t i = 0; i < 10; ++i) a->port.Send(MakeNumbered(a->pool, i, 1000));
  time_.RunAll();
  ASSERT_EQ(b->reader.received.size(), 10u);
  for (int i = 0; i < 10; ++i) EXPECT_EQ(b->reader.received[i].time, Instant((i + 1) * 1ms + 1ms)) << i;
}

TEST_F(HubTest, AFullQueueDropsAndCounts) {
  const auto a = Add();
  const auto b = Add({.latency = 1ms, .queue_frames = 3});
  for (uint64_t i = 0; i < 5; ++i) a->port.Send(MakeNumbered(a->pool, i));
  time_.RunAll();
  EXPECT_EQ(b->reader.Numbers(), Numbers({0, 1, 2}));
  EXPECT_EQ(b->statistics[DropReason::kDeviceQueueFull], 2u);
  a->port.Send(MakeNumbered(a->pool, 9));
  time_.RunAll();
  EXPECT_EQ(b->reader.Numbers(), Numbers({0, 1, 2, 9}));
}

TEST_F(HubTest, AReceiverWithoutMemoryLosesOnlyItsOwnCopy) {
  const auto a = Add(), b = Add(), c = Add();
  b->pool.FailAt(1);
  a->port.Send(MakeNumbered(a->pool, 1));
  time_.RunAll();
  EXPECT_EQ(b->reader.Numbers(), Numbers());
  EXPECT_EQ(b->statistics[DropReason::kFramePoolEmpty], 1u);
  EXPECT_EQ(c->reader.Numbers(), Numbers({1}));
}

TEST_F(HubTest, TooLongFramesAreDroppedWhereTheyDoNotFit) {
  const auto a = Add({.mtu = 1500}), b = Add({.mtu = 1500}), c = Add({.mtu = 576});
  a->port.Send(MakeNumbered(a->pool, 1, 1515));
  a->port.Send(MakeNumbered(a->pool, 2, 1514));
  time_.RunAll();
  EXPECT_EQ(a->statistics[DropReason::kFrameTooLong], 1u);
  EXPECT_EQ(b->reader.Numbers(), Numbers({2}));
  EXPECT_EQ(c->reader.Numbers(), Numbers());
  EXPECT_EQ(c->statistics[DropReason::kFrameTooLong], 1u);
}

TEST_F(HubTest, APulledCableCarriesNothing) {
  const auto a = Add();
  const auto b = Add({.latency = 1ms});
  a->port.Send(MakeNumbered(a->pool, 1));
  b->port.SetConnected(false);
  a->port.Send(MakeNumbered(a->pool, 2));
  b->port.Send(MakeNumbered(b->pool, 3));
  time_.RunAll();
  EXPECT_EQ(b->statistics[DropReason::kDeviceDown], 2u) << "the one on its way, and its own";
  b->port.SetConnected(true);
  a->port.Send(MakeNumbered(a->pool, 4));
  time_.RunAll();
  EXPECT_EQ(b->reader.Numbers(), Numbers({4}));
  EXPECT_EQ(a->reader.Numbers(), Numbers());
}

TEST_F(HubTest, APortMayGoWhileFramesAreOnTheirWay) {
  const auto a = Add();
  auto b = Add({.latency = 1ms});
  a->port.Send(MakeNumbered(a->pool, 1));
  b.reset();
  a->port.Send(MakeNumbered(a->pool, 2));
  time_.RunAll();
  EXPECT_EQ(hub_.port_count(), 1u);
  const auto c = Add();
  EXPECT_EQ(c->port.number(), 2u) << "numbers are not given twice";
}

TEST_F(HubTest, TheListenerIsToldOncePerBurst) {
  const auto a = Add(), b = Add();
  for (uint64_t i = 0; i < 100; ++i) a->port.Send(MakeNumbered(a->pool, i));
  time_.RunAll();
  EXPECT_EQ(b->reader.received.size(), 100u);
  EXPECT_EQ(b->reader.told, 1);
}

TEST_F(HubTest, AListenerThatHasNotReadYetIsNotToldAgain) {
  class Sleeper final : public DeviceListener {
   public:
    void OnReceivable() override { ++told; }
    int told = 0;
  };
  FramePool pool;
  Statistics statistics;
  Sleeper sleeper;
  HubPort a(hub_, "a", pool, statistics), b(hub_, "b", pool, statistics);
  b.SetListener(&sleeper);
  for (uint64_t i = 0; i < 5; ++i) {
    a.Send(MakeNumbered(pool, i));
    time_.RunFor(1ms);
  }
  EXPECT_EQ(sleeper.told, 1);
  FramePtr batch[8];
  EXPECT_EQ(b.Receive(batch), 5u);
  a.Send(MakeNumbered(pool, 5));
  time_.RunFor(1ms);
  EXPECT_EQ(sleeper.told, 2);
}

TEST_F(HubTest, ALateListenerIsToldOfWhatWaits) {
  FramePool pool;
  Statistics statistics;
  HubPort a(hub_, "a", pool, statistics), b(hub_, "b", pool, statistics);
  a.Send(MakeNumbered(pool, 1));
  time_.RunAll();
  Reader reader(b, time_);
  time_.RunAll();
  EXPECT_EQ(reader.Numbers(), Numbers({1}));
}

using HubDeathTest = HubTest;

TEST_F(HubDeathTest, WorkLeftToADeviceWithoutOffloadIsAFaultOfOurs) {
  const auto a = Add();
  FramePtr frame = MakeNumbered(a->pool, 1);
  frame->checksum.state = ChecksumState::kPartial;
  EXPECT_DEATH(a->port.Send(std::move(frame)), "without offload");
}

TEST_F(HubDeathTest, PortsOfAHubAgreeAboutOffload) {
  const auto a = Add(HubPortOptions{.offload = true});
  const auto b = Add();
  FramePtr frame = MakeNumbered(a->pool, 1);
  frame->checksum.state = ChecksumState::kPartial;
  EXPECT_DEATH(a->port.Send(std::move(frame)), "without offload");
}

TEST_F(HubTest, OffloadVouchesForWhatTheSenderLeftUnfinished) {
  FramePool pool;
  Statistics statistics;
  HubPort a(hub_, "a", pool, statistics, {.offload = true}),
      b(hub_, "b", pool, statistics, {.offload = true});
  EXPECT_TRUE(b.capabilities().checksum);
  EXPECT_TRUE(b.capabilities().tcp_segmentation);
  FramePtr unfinished = MakeNumbered(pool, 1);
  unfinished->checksum = {.state = ChecksumState::kPartial, .start = 34, .offset = 16};
  a.Send(std::move(unfinished));
  a.Send(MakeNumbered(pool, 2));
  FramePtr batch[2];
  ASSERT_EQ(b.Receive(batch), 2u);
  EXPECT_EQ(batch[0]->checksum.state, ChecksumState::kVerified);
  EXPECT_EQ(batch[1]->checksum.state, ChecksumState::kAbsent);
}

TEST_F(HubTest, OffloadCarriesSuperSegmentsOfPacketsThatFit) {
  FramePool pool;
  Statistics statistics;
  HubPort a(hub_, "a", pool, statistics, {.offload = true}),
      b(hub_, "b", pool, statistics, {.offload = true});
  for (const uint16_t segment_size : {1446, 1447}) {  // 68 + 1446 = 14 + 1500
    FramePtr frame = pool.Allocate(5000);
    frame->Append(5000);
    frame->segmentation = {.segment_size = segment_size, .header_size = 68};
    a.Send(std::move(frame));
  }
  FramePtr batch[2];
  ASSERT_EQ(b.Receive(batch), 1u);
  EXPECT_EQ(batch[0]->size(), 5000u);
  EXPECT_EQ(batch[0]->segmentation.segment_size, 0u);
  EXPECT_EQ(statistics[DropReason::kFrameTooLong], 1u);
}

// A storm of random frames between random stations: what the hash sees of it.
uint64_t HashOfRun(std::string_view seed, bool flip_one_bit = false, Duration late = {}) {
  SimulatedTime time;
  Hub hub(time.timers());
  TraceHash trace;
  hub.SetObserver(&trace);
  std::vector<std::unique_ptr<Station>> stations;
  for (int i = 0; i < 4; ++i) {
    stations.push_back(std::make_unique<Station>(hub, time, "s", HubPortOptions{.latency = i * 1ms}));
  }
  Rng rng(seed);
  for (uint64_t i = 0; i < 1000; ++i) {
    Station& from = *stations[rng.Below(stations.size())];
    FramePtr frame = MakeNumbered(from.pool, rng.Next64(), 60 + rng.Below(1000));
    if (flip_one_bit && i == 500) frame->mutable_data()[40] ^= 1;
    from.port.Send(std::move(frame));
    time.RunFor(Duration(rng.Below(1'000'000)) + (i == 500 ? late : Duration(0)));
  }
  EXPECT_EQ(trace.frames(), 1000u);
  return trace.value();
}

TEST(TraceHash, IsEqualForEqualRunsAndForNoOther) {
  const uint64_t hash = HashOfRun("1");
  EXPECT_EQ(HashOfRun("1"), hash);
  EXPECT_NE(HashOfRun("2"), hash);
  EXPECT_NE(HashOfRun("1", true), hash) << "one bit differs";
  EXPECT_NE(HashOfRun("1", false, 1ns), hash) << "one nanosecond differs";
}

TEST(TraceHash, TellsWhoSentAFrame) {
  const auto hash_of_port = [](size_t sender) {
    SimulatedTime time;
    Hub hub(time.timers());
    TraceHash trace;
    hub.SetObserver(&trace);
    FramePool pool;
    Statistics statistics;
    HubPort a(hub, "a", pool, statistics), b(hub, "b", pool, statistics);
    (sender == 0 ? a : b).Send(MakeNumbered(pool, 1));
    return trace.value();
  };
  EXPECT_NE(hash_of_port(0), hash_of_port(1));
}

TEST(TraceHash, TellsFramesOfAnySizeApart) {
  std::set<uint64_t> seen;
  for (size_t size = 22; size <= 100; ++size) {
    for (size_t changed = 0; changed <= size; ++changed) {  // the last one: nothing is
      FramePool pool;
      FramePtr frame = MakeNumbered(pool, 0, size);
      if (changed < size) frame->mutable_data()[changed] ^= 0x80;
      TraceHash trace;
      trace.OnFrame(Instant{}, 0, *frame);
      EXPECT_TRUE(seen.insert(trace.value()).second) << size << " octets, octet " << changed;
    }
  }
}

}  // namespace
}  // namespace nut::link
