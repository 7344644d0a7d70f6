// Threads of the same right as the state machine, chosen at random at every scheduling point, do to one
// another's connections whatever the interface allows: close what another waits on, abort, shut down, connect
// to nobody, close the listener under its acceptors. The books are checked all along; at the end nothing is
// left.
#include <gtest/gtest.h>

#include <vector>

#include "stack/os/random_scheduler.h"
#include "stack/tcp/engine.h"
#include "test/simulation/two_nodes.h"

namespace nut::simulation {
namespace {

using tcp::ConnectionHandle;
using tcp::Interest;

constexpr wire::Port kPort(80);
constexpr uint8_t kMachinePriority = 32;

class Chaos {
 public:
  Chaos(TwoNodes& nodes, std::string_view seed) : nodes_(nodes), rng_(seed) {}

  void Start() {
    for (int i = 0; i < 3; ++i) Spawn([this] { Serve(); });
    for (int i = 0; i < 6; ++i) Spawn([this] { Connect(); });
    for (int i = 0; i < 4; ++i) Spawn([this] { Meddle(); });
    Spawn([this] { Relisten(); });
    nodes_.Spawn("check", [this] {
      while (running_ > 0) {
        nodes_.a().tcp().CheckInvariants();
        nodes_.b().tcp().CheckInvariants();
        nodes_.executor().Sleep(7ms);
      }
    });
  }
  bool over() const { return running_ == 0; }
  size_t connected() const { return connected_; }

 private:
  struct Held {
    tcp::Engine* engine;
    ConnectionHandle handle;
  };

  void Spawn(std::function<void()> body) {
    ++running_;
    nodes_.Spawn(
        "chaos",
        [this, body = std::move(body)] {
          body();
          --running_;
        },
        kMachinePriority);
  }

  Duration Moment() { return static_cast<int64_t>(rng_.Below(20)) * 1ms; }

  // Anybody may get at anything.
  void Hold(tcp::Engine& engine, ConnectionHandle handle) { held_.push_back({&engine, handle}); }
  Held Any() { return held_.empty() ? Held{&nodes_.a().tcp(), {}} : held_[rng_.Below(held_.size())]; }

  void Use(tcp::Engine& engine, ConnectionHandle handle) {
    uint8_t bytes[3000];
    for (int i = 0; i < 3; ++i) {
      switch (rng_.Below(5)) {
        case 0: static_cast<void>(engine.Send(handle, bytes)); break;
        case 1: static_cast<void>(engine.Receive(handle, bytes)); break;
        case 2: static_cast<void>(engine.Wait(handle, Interest::kReadable, Moment())); break;
        case 3: static_cast<void>(engine.Wait(handle, Interest::kWritable, Moment())); break;
        default: static_cast<void>(engine.Wait(handle, Interest::kDrained, Moment())); break;
      }
    }
  }
  void End(tcp::Engine& engine, ConnectionHandle handle) {
    switch (rng_.Below(5)) {
      case 0: static_cast<void>(engine.Reset(handle)); break;
      case 1: static_cast<void>(engine.Abort(handle)); break;
      case 2: static_cast<void>(engine.Shutdown(handle)); break;
      default: static_cast<void>(engine.Close(handle)); break;
    }
  }

  void Connect() {
    tcp::Engine& engine = nodes_.a().tcp();
    for (int i = 0; i < 25; ++i) {
      const bool dead = rng_.Chance(0.2);
      const auto handle = engine.Connect({dead ? wire::Ipv4Address(198, 19, 0, 99) : kAddressB, kPort});
      if (!handle) continue;
      Hold(engine, *handle);
      connected_ += engine.Wait(*handle, Interest::kEstablished, Moment() * 2).has_value();
      Use(engine, *handle);
      static_cast<void>(engine.Close(*handle));
    }
  }

  void Serve() {
    tcp::Engine& engine = nodes_.b().tcp();
    for (int i = 0; i < 200; ++i) {
      if (!engine.WaitAcceptable(listener_, Moment())) {
        nodes_.executor().Sleep(1ms);
        continue;
      }
      const auto handle = engine.Accept(listener_);
      if (!handle) continue;
      Hold(engine, *handle);
      Use(engine, *handle);
      static_cast<void>(engine.Close(*handle));
    }
  }

  void Meddle() {
    for (int i = 0; i < 200; ++i) {
      const Held any = Any();
      if (rng_.Chance(0.5)) {
        Use(*any.engine, any.handle);
      } else {
        End(*any.engine, any.handle);
      }
      nodes_.executor().Sleep(Moment() / 4);
    }
  }

  void Relisten() {
    tcp::Engine& engine = nodes_.b().tcp();
    for (int i = 0; i < 30; ++i) {
      const auto listener = engine.Listen({{}, kPort}, 1 + rng_.Below(3));
      if (listener) listener_ = *listener;
      nodes_.executor().Sleep(Moment() * 4);
      static_cast<void>(engine.CloseListener(listener_));
    }
  }

  TwoNodes& nodes_;
  Rng rng_;
  std::vector<Held> held_;
  tcp::ListenerHandle listener_;
  int running_ = 0;
  size_t connected_ = 0;
};

TEST(Interleaving, ChaosLeavesNothingBehind) {
  size_t connected = 0;
  for (int seed = 0; seed < 100; ++seed) {
    const std::string name = std::to_string(seed);
    os::RandomScheduler scheduler{Rng(name)};
    TwoNodes nodes({.seed = name, .scheduler = &scheduler, .audit = true});
    nodes.Impair({.loss = seed % 2 == 0 ? 0.0 : 0.05, .reorder = 0.05});
    Chaos chaos(nodes, name);
    chaos.Start();
    nodes.RunFor(600s);
    ASSERT_TRUE(chaos.over()) << "seed " << seed << ": a thread hangs";
    nodes.RunFor(2000s);
    ASSERT_EQ(nodes.a().tcp().connection_count(), 0u) << "seed " << seed;
    ASSERT_EQ(nodes.b().tcp().connection_count(), 0u) << "seed " << seed;
    ASSERT_EQ(nodes.a().frames().in_use() + nodes.b().frames().in_use(), 0u) << "seed " << seed;
    connected += chaos.connected();
  }
  EXPECT_GT(connected, 1000u) << "the test has become idle";
}

TEST(Interleaving, SegmentsThatComeAfterShutdownAreLetGo) {
  TwoNodes nodes({});
  nodes.Spawn("shutdown", [&] { nodes.a().tcp().Shutdown(0s); });
  nodes.RunFor(1s);
  nodes.Spawn("client", [&] {
    tcp::Engine& engine = nodes.b().tcp();
    const auto handle = engine.Connect({kAddressA, kPort});
    ASSERT_TRUE(handle.has_value());
    EXPECT_FALSE(engine.Wait(*handle, Interest::kEstablished, 5s).has_value());
    EXPECT_TRUE(engine.Close(*handle).has_value());
  });
  nodes.RunFor(10s);
  // They were kept in the queue of a machine that had ended, until the engine was destroyed.
  EXPECT_EQ(nodes.a().frames().in_use(), 0u);
}

TEST(Interleaving, ShutdownInTheMiddleOfChaos) {
  for (int seed = 0; seed < 100; ++seed) {
    const std::string name = std::to_string(seed);
    os::RandomScheduler scheduler{Rng(name)};
    TwoNodes nodes({.seed = name, .scheduler = &scheduler, .audit = true});
    Chaos chaos(nodes, name);
    chaos.Start();
    nodes.RunFor(static_cast<int64_t>(Rng(name).Below(500)) * 1ms);
    bool over = false;
    nodes.Spawn(
        "shutdown",
        [&] {
          nodes.a().tcp().Shutdown(seed % 3 * 1s);
          nodes.b().tcp().Shutdown(0s);
          over = true;
        },
        kMachinePriority);
    nodes.RunFor(60s);
    ASSERT_TRUE(over) << "seed " << seed;
    ASSERT_TRUE(chaos.over()) << "seed " << seed;
  }
}

}  // namespace
}  // namespace nut::simulation
