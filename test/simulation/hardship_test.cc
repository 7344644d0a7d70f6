// Two nodes through what networks and people do to connections: pulled cables, hosts that vanish, zero
// windows, floods of short connections. Every test ends with both tables empty (TwoNodes sees to that).
#include <gtest/gtest.h>

#include <vector>

#include "stack/socket/tcp_listener.h"
#include "stack/socket/tcp_stream.h"
#include "test/simulation/transfer.h"

namespace nut::simulation {
namespace {

using socket::TcpListener;
using socket::TcpStream;

constexpr wire::Port kPort(80);

// A server that answers one line per connection, and clients that come and go.
class Hardship : public ::testing::Test {
 protected:
  void Serve(TwoNodes& nodes, size_t backlog = 0) {
    nodes.Spawn("server", [&nodes, backlog] {
      auto listener = TcpListener::Listen(nodes.b().tcp(), {{}, kPort}, backlog);
      while (auto stream = listener->Accept()) {
        nodes.Spawn("session", [held = std::make_shared<TcpStream>(std::move(*stream))] {
          uint8_t bytes[100];
          while (held->Receive(bytes, 120s).value_or(0) > 0) {
            if (!held->SendAll(AsBytes("answer"), 120s)) return;
          }
        });
      }
    });
  }
};

TEST_F(Hardship, APulledCableOfMinutesIsSurvived) {
  TwoNodes nodes({.audit = true});
  Transfer transfer(nodes, 3'000'000, 2000s);
  nodes.Impair({.delay = 5ms, .bits_per_second = 1'000'000});
  nodes.RunFor(5s);
  ASSERT_FALSE(transfer.done());
  nodes.b().port().SetConnected(false);
  nodes.RunFor(300s);
  nodes.b().port().SetConnected(true);
  nodes.RunFor(1000s);
  EXPECT_EQ(transfer.failure(), "");
  EXPECT_TRUE(transfer.done());
}

TEST_F(Hardship, AHostThatVanishesIsGivenUpInTheEnd) {
  TwoNodes nodes({.audit = true});
  Serve(nodes);
  std::optional<Error> error;
  nodes.Spawn("client", [&] {
    auto stream = TcpStream::Connect(nodes.a().tcp(), {kAddressB, kPort}).value();
    nodes.b().port().SetConnected(false);
    EXPECT_TRUE(stream.SendAll(AsBytes("?")));
    uint8_t bytes[10];
    const auto answer = stream.Receive(bytes);
    error = answer ? std::nullopt : std::optional(answer.error());
  });
  nodes.RunFor(90s);
  EXPECT_FALSE(error) << "RFC 9293 SHLD-11: not before 100 s";
  nodes.RunFor(2000s);
  EXPECT_TRUE(error == Error::kTimedOut || error == Error::kHostUnreachable || error == Error::kHostDown);
}

// RFC 9293 MUST-37: as long as its probes are answered.
TEST_F(Hardship, AWindowThatStaysShutForADayKeepsTheConnection) {
  TwoNodes nodes({.audit = true});
  size_t received = 0;
  nodes.Spawn("server", [&] {
    auto listener = TcpListener::Listen(nodes.b().tcp(), {{}, kPort});
    auto stream = listener->Accept().value();
    nodes.executor().Sleep(std::chrono::hours(24));
    std::vector<uint8_t> bytes(65536);
    while (const size_t count = stream.Receive(bytes).value_or(0)) received += count;
  });
  nodes.Spawn("client", [&] {
    auto stream = TcpStream::Connect(nodes.a().tcp(), {kAddressB, kPort}).value();
    const std::string much(3'000'000, 'x');
    EXPECT_TRUE(stream.SendAll(AsBytes(much)));
  });
  nodes.RunFor(std::chrono::hours(25));
  EXPECT_EQ(received, 3'000'000u);
  EXPECT_LT(nodes.trace().frames(), 20000u) << "probes come once a minute at most";
}

TEST_F(Hardship, ALostWindowUpdateDoesNotStall) {
  for (int seed = 0; seed < 20; ++seed) {
    TwoNodes nodes({.seed = std::to_string(seed), .audit = true});
    nodes.Impair({.loss = 0.3});
    size_t received = 0;
    nodes.Spawn("server", [&] {
      tcp::Parameters small = nodes.b().tcp().parameters();
      small.receive_buffer = small.largest_receive_buffer = 4096;
      auto listener = TcpListener::Listen(nodes.b().tcp(), {{}, kPort}, 1, small);
      auto stream = listener->Accept().value();
      uint8_t bytes[1000];
      while (const size_t count = stream.Receive(bytes).value_or(0)) {
        received += count;
        nodes.executor().Sleep(50ms);
      }
    });
    nodes.Spawn("client", [&] {
      auto stream = TcpStream::Connect(nodes.a().tcp(), {kAddressB, kPort}).value();
      EXPECT_TRUE(stream.SendAll(AsBytes(std::string(50000, 'x'))));
      EXPECT_TRUE(stream.Shutdown());
      uint8_t bytes[1];
      static_cast<void>(stream.Receive(bytes));  // stays, so that the connection is no orphan with its limits
    });
    nodes.RunFor(20000s);
    EXPECT_EQ(received, 50000u) << "seed " << seed;
  }
}

TEST_F(Hardship, TenThousandShortConnectionsOverABadNetwork) {
  TwoNodes nodes({.seed = "short", .audit = true});
  nodes.Impair({.loss = 0.02, .duplicate = 0.02, .corrupt = 0.01, .reorder = 0.05});
  Serve(nodes, 256);
  size_t answered = 0;
  size_t gave_up = 0;
  size_t threads = 0;
  for (int thread = 0; thread < 50; ++thread) {
    nodes.Spawn(
        "client",
        [&, rng = Rng("client").Split(std::to_string(thread))]() mutable {
          for (int i = 0; i < 200; ++i) {
            // Some are impatient, some hang up without a word, some say something and go.
            const Duration patience = rng.Chance(0.1) ? 3ms : 100s;
            auto stream = TcpStream::Connect(nodes.a().tcp(), {kAddressB, kPort}, {.timeout = patience});
            if (!stream) {
              ++gave_up;
              continue;
            }
            if (rng.Chance(0.1)) continue;
            if (!stream->SendAll(AsBytes("?"))) continue;
            if (rng.Chance(0.1)) {
              stream->Abort();
              continue;
            }
            uint8_t bytes[10];
            if (stream->Receive(bytes, 100s)) ++answered;
          }
          ++threads;
        },
        static_cast<uint8_t>(thread % 3 == 0 ? 20 : 64));
  }
  nodes.RunFor(3600s);
  EXPECT_EQ(threads, 50u);
  EXPECT_GT(answered, 7000u);
  EXPECT_GT(gave_up, 0u);
  EXPECT_LT(gave_up, 1500u);
  // After TIME-WAIT and the last retransmissions nothing is left but the listener.
  nodes.RunFor(1000s);
  EXPECT_EQ(nodes.a().tcp().connection_count(), 0u);
  EXPECT_EQ(nodes.b().tcp().connection_count(), 0u);
  EXPECT_EQ(nodes.a().frames().in_use(), 0u);
  EXPECT_EQ(nodes.b().frames().in_use(), 0u);
}

TEST_F(Hardship, ANodeTalksToItself) {
  TwoNodes nodes({.audit = true});
  Serve(nodes);
  size_t received = 0;
  nodes.Spawn("client", [&] {
    for (int i = 0; i < 100; ++i) {
      auto stream = TcpStream::Connect(nodes.b().tcp(), {kAddressB, kPort}, {.timeout = 10s});
      ASSERT_TRUE(stream.has_value());
      EXPECT_TRUE(stream->SendAll(AsBytes("?")));
      uint8_t bytes[10];
      received += stream->Receive(bytes, 10s).value_or(0);
    }
  });
  nodes.RunFor(30s);
  EXPECT_EQ(received, 600u);
}

TEST_F(Hardship, BothSidesSendAtOnce) {
  TwoNodes nodes({.seed = "both", .audit = true});
  nodes.Impair({.loss = 0.02, .reorder = 0.02});
  size_t received = 0;
  const auto talk = [&](TcpStream& stream) {
    bool sent = false;
    nodes.Spawn("sender", [&] {
      EXPECT_TRUE(stream.SendAll(AsBytes(std::string(2'000'000, 'x'))));
      EXPECT_TRUE(stream.Shutdown());
      sent = true;
    });
    uint8_t bytes[10000];
    while (const size_t count = stream.Receive(bytes).value_or(0)) received += count;
    while (!sent) nodes.executor().Sleep(100ms);
  };
  nodes.Spawn("server", [&] {
    auto listener = TcpListener::Listen(nodes.b().tcp(), {{}, kPort});
    auto stream = listener->Accept().value();
    talk(stream);
  });
  nodes.Spawn("client", [&] {
    auto stream = TcpStream::Connect(nodes.a().tcp(), {kAddressB, kPort}).value();
    talk(stream);
  });
  nodes.RunFor(2000s);
  EXPECT_EQ(received, 4'000'000u);
}

}  // namespace
}  // namespace nut::simulation
