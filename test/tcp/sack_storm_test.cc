// A peer that says anything at all about what has arrived: true, false, small, inverted, forgotten again. The
// invariants hold after every step, what is queued is still there, and time brings it to an end.

#include <gtest/gtest.h>

#include "stack/base/rng.h"
#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kSeeds = 50;
#else
constexpr int kSeeds = 400;
#endif

class Storm {
 public:
  explicit Storm(int seed) : rng_("storm" + std::to_string(seed)) {
    h.parameters.timestamps = false;
    h.parameters.rack = seed % 3 != 0;
    h.parameters.congestion = seed % 2 == 0 ? CongestionAlgorithm::kCubic : CongestionAlgorithm::kNewReno;
    if (seed % 5 == 0) h.parameters.maximum_sent_runs = 3, h.parameters.maximum_sacked_ranges = 2;
    h.OpenActive();
    h.Advance(20ms);
    h.Inject({.flags = "S.", .seq = 0, .ack = 1, .options = {.mss = 1000, .sack_permitted = true}});
  }

  void Run(int steps) {
    for (int step = 0; step < steps && !testing::Test::HasFailure(); ++step) {
      switch (rng_.Below(8)) {
        case 0: h.Send(1 + rng_.Below(5000)); break;
        case 1: h.Advance(Duration(static_cast<int64_t>(rng_.Below(30'000'000)))); break;
        case 2:
          if (rng_.Below(20) == 0) h.Advance(2s);
          break;
        case 3:
          if (rng_.Below(50) == 0) h->OnPathMtu(600 + rng_.Below(900), Sequence(Una()), h.now()), h.Pump();
          break;
        default: Ack(); break;
      }
      h.Drain();
    }
  }

  // An honest peer from here on: everything is acknowledged as it comes.
  void Finish() {
    const ConnectionInfo before = h->Info(h.now());
    if (before.state != State::kEstablished) return;
    for (int i = 0; i < 2000 && h->Info(h.now()).send_queue > 0; ++i) {
      h.Inject({.flags = ".", .seq = 1, .ack = Nxt(), .win = 65535});
      h.Advance(100ms);
    }
    EXPECT_EQ(h->Info(h.now()).send_queue, 0u);
  }

 private:
  uint32_t Una() { return h->Info(h.now()).snd_una - h.iss; }
  uint32_t Nxt() { return h->Info(h.now()).snd_nxt - h.iss; }
  wire::SequenceNumber Sequence(uint32_t relative) const { return wire::SequenceNumber(h.iss + relative); }
  // Mostly within what is outstanding.
  uint32_t Somewhere() {
    const uint32_t una = Una();
    const uint32_t size = Nxt() - una;
    if (rng_.Below(30) == 0) return una + static_cast<uint32_t>(rng_.Below(1u << 31));
    const auto place = static_cast<uint32_t>(rng_.Below(size + 1));
    return una + (rng_.Below(2) == 0 ? place : place / 1000 * 1000);
  }
  void Ack() {
    Packet packet{.flags = ".", .seq = 1, .ack = rng_.Below(4) == 0 ? Somewhere() : Una()};
    packet.win = rng_.Below(40) == 0 ? static_cast<uint16_t>(rng_.Below(3) * 700) : uint16_t{65535};
    for (uint64_t i = rng_.Below(5); i > 0; --i) {
      packet.options.sack.Add({Sequence(Somewhere()), Sequence(Somewhere())});
    }
    h.Inject(packet);
  }

  Rng rng_;

 public:
  ConnectionHarness h;
};

class SackStorm : public testing::TestWithParam<int> {};

TEST_P(SackStorm, SackRobust_1_WhateverIsToldTheInvariantsHoldAndAllArrives) {
  uint64_t told = 0;
  uint64_t recoveries = 0;
  for (int seed = GetParam() * kSeeds / 8; seed < (GetParam() + 1) * kSeeds / 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Storm storm(seed);
    storm.Run(500);
    storm.Finish();
    if (HasFailure()) return;
    told += storm.h.statistics()[Counter::kTcpSackBlocksIn];
    recoveries += storm.h.statistics()[Counter::kTcpFastRetransmits];
  }
  EXPECT_GT(told, kSeeds / 8 * 20u) << "nothing was tested";
  EXPECT_GT(recoveries, kSeeds / 8 * 2u);
}

INSTANTIATE_TEST_SUITE_P(Seeds, SackStorm, testing::Range(0, 8));

}  // namespace
}  // namespace nut::tcp
