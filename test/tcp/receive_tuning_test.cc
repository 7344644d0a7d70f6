// The window that grows with what is read (receive_tuning.h): when it does, and when it does not.
#include "stack/tcp/receive_tuning.h"

#include <gtest/gtest.h>

#include <string>

#include "test/tcp/connection_pair.h"

namespace nut::tcp {
namespace {

constexpr size_t kWindow = 100000;
const wire::SequenceNumber kBegin(0xffff'ff00);  // wraps on the way

TEST(ReceiveTuning, MoreThanHalfAWindowInARoundTripAsksForMore) {
  ReceiveTuning tuning;
  tuning.Start(kBegin, Instant(1s));
  EXPECT_FALSE(tuning.OnRead(kBegin + 60000, 100ms, kWindow, Instant(1050ms)));
  EXPECT_TRUE(tuning.OnRead(kBegin + 60001, 100ms, kWindow, Instant(1100ms)));
}

TEST(ReceiveTuning, HalfAWindowIsEnough) {
  ReceiveTuning tuning;
  tuning.Start(kBegin, Instant(1s));
  EXPECT_FALSE(tuning.OnRead(kBegin + 50000, 100ms, kWindow, Instant(1100ms)));
  // And the next round counts for itself.
  EXPECT_FALSE(tuning.OnRead(kBegin + 100000, 100ms, kWindow, Instant(1200ms)));
  EXPECT_TRUE(tuning.OnRead(kBegin + 150001, 100ms, kWindow, Instant(1300ms)));
}

TEST(ReceiveTuning, WhoStaysAwayForTwoRoundTripsIsNotHeldBackByTheWindow) {
  ReceiveTuning tuning;
  tuning.Start(kBegin, Instant(1s));
  EXPECT_FALSE(tuning.OnRead(kBegin + 90000, 100ms, kWindow, Instant(1200ms)));
  EXPECT_TRUE(tuning.OnRead(kBegin + 180000, 100ms, kWindow, Instant(1399ms)));
}

TEST(ReceiveTuning, TheClockMayTurnOver) {
  ReceiveTuning tuning;
  const Instant late{std::chrono::microseconds(0xffff'ff00)};
  tuning.Start(kBegin, late);
  EXPECT_FALSE(tuning.OnRead(kBegin + 60000, 100ms, kWindow, late + 99ms));
  EXPECT_TRUE(tuning.OnRead(kBegin + 60001, 100ms, kWindow, late + 100ms));
}

TEST(ReceiveTuning, ARoundIsAMicrosecondAtLeast) {
  ReceiveTuning tuning;
  tuning.Start(kBegin, Instant(1s));
  EXPECT_FALSE(tuning.OnRead(kBegin + 60000, 0ns, kWindow, Instant(1s)));
  EXPECT_TRUE(tuning.OnRead(kBegin + 60001, 0ns, kWindow, Instant(1s) + 1us))
      << "that was no round of its own";
}

TEST(ReceiveTuning, TheEdgesOfARound) {
  const auto asks = [](uint32_t read, Duration after) {
    ReceiveTuning tuning;
    tuning.Start(kBegin, Instant(1s));
    return tuning.OnRead(kBegin + read, 100ms, kWindow, Instant(1s) + after);
  };
  EXPECT_FALSE(asks(50001, 100ms - 1us));
  EXPECT_TRUE(asks(50001, 100ms));
  EXPECT_FALSE(asks(50000, 100ms));
  EXPECT_TRUE(asks(50001, 200ms - 1us));
  EXPECT_FALSE(asks(50001, 200ms));
}

// Six seconds of a client that sends what it can over a path of 100 ms, to a server that reads `at_once`.
struct Outcome {
  uint64_t received = 0;
  uint32_t window = 0;
  uint64_t widened = 0;
};

Outcome Flood(const PairOptions& options, size_t at_once, Duration pause = {}) {
  ConnectionPair pair(options);
  const std::string text(4 << 20, 'x');
  std::string room(at_once, '\0');
  Outcome outcome;
  Instant next_read{};
  pair.application = [&](Instant now) {
    (void)pair.client().Send({reinterpret_cast<const uint8_t*>(text.data()), text.size()}, now);
    if (!pair.has_server() || now < next_read) return;
    const auto got = pair.server()->Receive({reinterpret_cast<uint8_t*>(room.data()), room.size()}, now);
    if (!got) return;
    outcome.received += *got;
    next_read = now + pause;
  };
  pair.RunFor(6s);
  outcome.window = pair.server()->Info(pair.now()).rcv_wnd;
  outcome.widened = pair.statistics()[Counter::kTcpWindowsWidened];
  return outcome;
}

PairOptions LongPath() {
  PairOptions options;
  options.delay = 50ms;
  options.client.largest_send_buffer = 16 << 20;
  // Else all of a flight arrives at once here, and gets one ACK.
  options.client.pacing = true;
  return options;
}

TEST(ReceiveTuning, ALongPathFillsAWindowThatGrows) {
  PairOptions options = LongPath();
  const Outcome tuned = Flood(options, 1 << 20);
  options.server.largest_receive_buffer = 0;
  const Outcome fixed = Flood(options, 1 << 20);
  EXPECT_EQ(fixed.widened, 0u);
  EXPECT_LE(fixed.window, 1u << 20);
  // 1, 2, 4 and 6 MiB.
  EXPECT_EQ(tuned.widened, 3u);
  EXPECT_GT(tuned.window, 5u << 20);
  EXPECT_GT(tuned.received, 2 * fixed.received);
}

TEST(ReceiveTuning, ASlowReaderKeepsItsWindow) {
  const Outcome slow = Flood(LongPath(), 50000, 20ms);
  EXPECT_EQ(slow.widened, 0u);
  EXPECT_GT(slow.received, 10u << 20);
}

TEST(ReceiveTuning, WithoutScalingNoWindowIsWiderThanTheField) {
  PairOptions options = LongPath();
  options.client.window_scaling = false;
  options.server.receive_buffer = 65535;
  const Outcome plain = Flood(options, 1 << 20);
  EXPECT_EQ(plain.widened, 0u);
  EXPECT_LE(plain.window, 65535u);
  EXPECT_GT(plain.received, 2u << 20);
}

}  // namespace
}  // namespace nut::tcp
