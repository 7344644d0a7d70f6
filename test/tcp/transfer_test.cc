// Two Connections and a bad network between them: everything arrives, unchanged, and both reach the end.

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "test/tcp/connection_pair.h"

namespace nut::tcp {
namespace {

std::vector<uint8_t> RandomBytes(std::string_view seed, size_t size) {
  std::vector<uint8_t> bytes(size);
  Rng(seed).Fill(bytes);
  return bytes;
}

// Sends `outgoing` and closes its half; reads everything, in pieces of odd sizes.
class Application {
 public:
  Application(std::vector<uint8_t> outgoing, size_t piece) : outgoing_(std::move(outgoing)), piece_(piece) {}

  void Run(Connection& connection, Instant now) {
    while (sent_ < outgoing_.size()) {
      const size_t size = std::min(piece_, outgoing_.size() - sent_);
      const auto taken = connection.Send(ByteView(outgoing_).subspan(sent_, size), now);
      if (!taken) break;
      sent_ += *taken;
    }
    if (sent_ == outgoing_.size() && !closed_ && connection.is_established_or_later()) {
      closed_ = connection.Shutdown(now).has_value();
    }
    std::vector<uint8_t> buffer(piece_);
    while (!ended_) {
      const auto got = connection.Receive(buffer, now);
      if (!got) break;
      if (*got == 0) ended_ = true;
      received_.insert(received_.end(), buffer.begin(), buffer.begin() + static_cast<ptrdiff_t>(*got));
    }
  }

  bool finished() const { return closed_ && ended_; }
  const std::vector<uint8_t>& received() const { return received_; }

 private:
  std::vector<uint8_t> outgoing_;
  std::vector<uint8_t> received_;
  size_t piece_;
  size_t sent_ = 0;
  bool closed_ = false;
  bool ended_ = false;
};

bool IsOver(State state) { return state == State::kClosed || state == State::kTimeWait; }

// Moves `up` bytes to the server and `down` bytes back at once.
void Transfer(const PairOptions& options, size_t up, size_t down, Duration limit) {
  SCOPED_TRACE("seed " + options.seed);
  const auto upwards = RandomBytes(options.seed + "up", up);
  const auto downwards = RandomBytes(options.seed + "down", down);
  Application client(upwards, 4001);
  Application server(downwards, 2999);
  ConnectionPair pair(options);
  pair.application = [&](Instant now) {
    client.Run(pair.client(), now);
    if (pair.has_server()) server.Run(*pair.server(), now);
  };
  const bool done = pair.RunUntil(
      [&] {
        return client.finished() && server.finished() && IsOver(pair.client().state()) &&
               IsOver(pair.server()->state());
      },
      limit);
  EXPECT_TRUE(done) << "stalled at " << ToSeconds(pair.now().time_since_epoch()) << " s, client "
                    << NameOf(pair.client().state()) << ", " << pair.segments() << " segments";
  EXPECT_EQ(server.received().size(), up);
  EXPECT_TRUE(server.received() == upwards) << "the bytes to the server changed";
  EXPECT_TRUE(client.received() == downwards) << "the bytes to the client changed";
  EXPECT_FALSE(pair.client().error().has_value());
  EXPECT_FALSE(pair.server()->error().has_value());
}

TEST(Transfer, ReachesTheEndOnAPerfectPath) { Transfer({}, 1 << 20, 1 << 20, 60s); }

TEST(Transfer, ReachesTheEndWithSuperSegments) { Transfer({.segmentation = true}, 1 << 20, 1 << 20, 60s); }

TEST(Transfer, NeedsNoRetransmissionWithoutLoss) {
  ConnectionPair pair({});
  Application client(RandomBytes("x", 1 << 20), 4096);
  Application server({}, 4096);
  pair.application = [&](Instant now) {
    client.Run(pair.client(), now);
    if (pair.has_server()) server.Run(*pair.server(), now);
  };
  ASSERT_TRUE(pair.RunUntil([&] { return client.finished() && server.finished(); }, 60s));
  EXPECT_EQ(pair.statistics()[Counter::kTcpRetransmittedSegments], 0u);
  EXPECT_EQ(server.received().size(), size_t{1} << 20);
}

// Two hundred seeds: loss 0–20 %, duplicates, reordering; timestamps, scaling and Nagle on and off; small
// buffers, so that windows close; every sequence space wraps.
class BadNetwork : public testing::TestWithParam<int> {};

TEST_P(BadNetwork, DeliversOneMegabyte) {
  const int seed = GetParam();
  PairOptions options;
  options.seed = std::to_string(seed);
  options.loss = 0.01 * (seed % 21);
  options.duplicate = 0.02 * (seed % 6);
  options.jitter = seed % 3 == 0 ? 12ms : Duration::zero();
  options.segmentation = seed % 4 == 1;
  for (Parameters* parameters : {&options.client, &options.server}) {
    parameters->timestamps = seed % 2 == 0;
    parameters->window_scaling = seed % 5 != 0;
    parameters->nagle = seed % 7 != 0;
    parameters->receive_buffer = seed % 8 == 3 ? 5000 : seed % 8 == 5 ? 1000 : 256 * 1024;
    parameters->largest_receive_buffer = 0;
    parameters->send_buffer = parameters->largest_send_buffer = seed % 9 == 4 ? 3000 : 128 * 1024;
  }
  options.client_isn = 0u - 1000u * static_cast<uint32_t>(seed);
  options.server_isn = 0x8000'0000u - 777u * static_cast<uint32_t>(seed);
  Transfer(options, 1 << 20, seed % 2 == 0 ? 100'000 : 0, 24h);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BadNetwork, testing::Range(0, 200));

}  // namespace
}  // namespace nut::tcp
