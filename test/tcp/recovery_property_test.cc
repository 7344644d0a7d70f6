// What holds for every loss, order and repetition that a network can come up with, over thousands of seeds:
// with SACK the content arrives, the sender never rests without a timer, leaves alone what it knows to have
// arrived, and keeps within its window; and it is worth the trouble.

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "test/tcp/connection_pair.h"

namespace nut::tcp {
namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr int kSeeds = 200;
#else
constexpr int kSeeds = 2000;
#endif

// Bytes from the client to the server, watched.
class Watched {
 public:
  Watched(const PairOptions& options, size_t size)
      : pair_(options),
        outgoing_(size),
        remembers_all_(options.client.maximum_sacked_ranges >= Parameters{}.maximum_sacked_ranges) {
    Rng(options.seed).Fill(outgoing_);
    pair_.application = [this](Instant now) { Run(now); };
    pair_.landed = [this](int to, const SegmentValue& segment) { NoteLanded(to, segment); };
    pair_.filter = [this](int to, const SegmentValue& segment) { return CheckSent(to, segment); };
  }

  bool Finish(Duration limit) {
    return pair_.RunUntil([this] { return received_.size() >= outgoing_.size(); }, limit);
  }
  bool content_is_right() const { return received_ == outgoing_; }
  double seconds() { return ToSeconds(pair_.now().time_since_epoch()) - 1; }
  uint64_t count(Counter counter) { return pair_.statistics()[counter]; }

 private:
  void Run(Instant now) {
    while (sent_ < outgoing_.size()) {
      const auto taken = pair_.client().Send(ByteView(outgoing_).subspan(sent_), now);
      if (!taken) break;
      sent_ += *taken;
    }
    uint8_t buffer[8192];
    while (pair_.has_server()) {
      const auto got = pair_.server()->Receive(buffer, now);
      if (!got || *got == 0) break;
      received_.insert(received_.end(), buffer, buffer + *got);
    }
    const ConnectionInfo info = pair_.client().Info(now);
    if (info.snd_una != info.snd_nxt) {
      EXPECT_LE(pair_.client().poll_at(), now + 60s) << "nothing waits longer than the largest time-out";
    }
  }

  // What the client has heard of, until a time-out makes it forget (RFC 2018 8).
  void NoteLanded(int to, const SegmentValue& segment) {
    if (to != 0) return;
    for (const wire::SackBlock& block : segment.fields.options.sack) {
      // A D-SACK says what has arrived, too.
      heard_.push_back({block, count(Counter::kTcpRetransmissionTimeouts)});
    }
    una_ = Max(una_, segment.fields.acknowledgement);
    std::erase_if(heard_, [this](const Heard& heard) {
      return heard.block.right.AtOrBefore(una_) ||
             heard.timeouts != count(Counter::kTcpRetransmissionTimeouts);
    });
  }

  bool CheckSent(int to, const SegmentValue& segment) {
    if (to != 1 || segment.payload.empty()) return true;
    const wire::SequenceNumber begin = segment.fields.sequence;
    const wire::SequenceNumber end = begin + static_cast<uint32_t>(segment.payload.size());
    for (const Heard& heard : heard_) {
      if (!remembers_all_) break;
      if (heard.timeouts != count(Counter::kTcpRetransmissionTimeouts)) continue;
      const bool overlaps = begin.Before(heard.block.right) && heard.block.left.Before(end);
      EXPECT_FALSE(overlaps) << "what has arrived is sent again";
    }
    const ConnectionInfo info = pair_.client().Info(pair_.now());
    if (!info.sack) return true;
    EXPECT_LE(info.pipe, std::max<size_t>(info.cwnd, info.send_mss) + info.send_mss);
    return true;
  }

  struct Heard {
    wire::SackBlock block;
    uint64_t timeouts;
  };

  ConnectionPair pair_;
  std::vector<uint8_t> outgoing_;
  std::vector<uint8_t> received_;
  const bool remembers_all_;  // of what it has heard; else there is a limit, and it may be told in vain
  size_t sent_ = 0;
  std::vector<Heard> heard_;
  wire::SequenceNumber una_{0xffff'f000};
};

PairOptions Network(int seed) {
  PairOptions options;
  options.seed = "recovery" + std::to_string(seed);
  options.loss = 0.01 * (seed % 16);
  options.duplicate = seed % 5 == 0 ? 0.05 : 0;
  options.jitter = seed % 3 == 0 ? 8ms : 0ms;
  options.segmentation = seed % 4 == 1;
  options.client_isn = 0xffff'f000;
  for (Parameters* parameters : {&options.client, &options.server}) {
    parameters->timestamps = seed % 2 == 0;
    parameters->rack = seed % 7 != 0;
    parameters->congestion = seed % 11 == 0 ? CongestionAlgorithm::kNewReno : CongestionAlgorithm::kCubic;
    if (seed % 13 == 0) parameters->maximum_sent_runs = 4, parameters->maximum_sacked_ranges = 2;
    if (seed % 17 == 0) parameters->receive_buffer = parameters->largest_receive_buffer = 8000;
  }
  return options;
}

class RecoveryProperties : public testing::TestWithParam<int> {};

TEST_P(RecoveryProperties, HoldOnEveryNetwork) {
  for (int seed = GetParam() * kSeeds / 20; seed < (GetParam() + 1) * kSeeds / 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Watched watched(Network(seed), 100'000);
    ASSERT_TRUE(watched.Finish(3600s)) << "stalled after " << watched.seconds() << " s";
    ASSERT_TRUE(watched.content_is_right());
    if (HasFailure()) return;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, RecoveryProperties, testing::Range(0, 20));

// Megabits per second over 20 ms each way with random loss, the mean of some seeds.
double Goodput(double loss, bool modern) {
  double sum = 0;
  for (int seed = 0; seed < 5; ++seed) {
    PairOptions options{.seed = std::to_string(seed), .loss = loss, .delay = 20ms};
    for (Parameters* parameters : {&options.client, &options.server}) {
      parameters->sack = modern;
      parameters->congestion = modern ? CongestionAlgorithm::kCubic : CongestionAlgorithm::kNewReno;
    }
    Watched watched(options, 2'000'000);
    EXPECT_TRUE(watched.Finish(3600s));
    sum += 16 / watched.seconds();
  }
  return sum / 5;
}

TEST(RecoveryGoodput, IsHigherWithSackRackAndCubicThanWithNewRenoAlone) {
  for (const double loss : {0.01, 0.02, 0.03}) {
    const double modern = Goodput(loss, true);
    const double former = Goodput(loss, false);
    std::printf("%.0f %% lost: %.2f Mbit/s, NewReno without SACK %.2f\n", loss * 100, modern, former);
    EXPECT_GT(modern, 1.1 * former) << loss;
  }
}

// RFC 8985 1: reordering alone is no loss.
TEST(RecoveryGoodput, ReorderingAloneCostsNoRetransmissionForLong) {
  PairOptions options{.delay = 20ms, .jitter = 5ms};
  Watched watched(options, 4'000'000);
  ASSERT_TRUE(watched.Finish(600s));
  EXPECT_LE(watched.count(Counter::kTcpRetransmittedSegments), 5u);
  EXPECT_EQ(watched.count(Counter::kTcpRetransmissionTimeouts), 0u);
}

}  // namespace
}  // namespace nut::tcp
