// TwoNodes: two complete nodes, "a" at 198.19.0.10 and "b" at 198.19.0.11, on an in-memory segment under
// virtual time: the smallest world in which everything happens. Owned by a test; Run executes a script on a
// thread of its own and then shuts both nodes down.
#pragma once

#include <gtest/gtest.h>

#include <functional>

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/link/hub.h"
#include "stack/link/hub_port.h"
#include "stack/link/trace_hash.h"
#include "stack/node/node.h"
#include "stack/os/executor.h"

namespace nut::node {

class TwoNodes {
 public:
  // Changes the options of both nodes before they are made.
  using Change = std::function<void(NodeOptions&)>;

  explicit TwoNodes(const std::string& seed = "4711", link::HubPortOptions cable = {.latency = 100us},
                    const Change& change = {})
      : executor_(clock_),
        hub_(executor_.timers()),
        port_a_(hub_, "hub-a", frames_, statistics_a_, cable),
        port_b_(hub_, "hub-b", frames_, statistics_b_, cable),
        a_({executor_, port_a_, frames_, statistics_a_, log_}, OptionsOf("a", 10, seed, change)),
        b_({executor_, port_b_, frames_, statistics_b_, log_}, OptionsOf("b", 11, seed, change)) {
    hub_.SetObserver(&trace_);
  }

  // Starts both nodes, runs `script` on a thread, shuts down. The world must come to rest by itself within
  // `limit`.
  void Run(std::function<void()> script, Duration limit = 3600s) {
    bool done = false;
    const auto thread = executor_.Create("script", [&] {
      ASSERT_TRUE(a_.Start());
      ASSERT_TRUE(b_.Start());
      script();
      a_.Shutdown(5s);
      b_.Shutdown(5s);
      done = true;
    });
    ASSERT_TRUE(thread);
    const os::RunResult result = executor_.RunUntil(Instant{} + limit);
    EXPECT_TRUE(done) << "the script did not come to its end";
    EXPECT_TRUE(result == os::RunResult::kFinished || result == os::RunResult::kQuiescent ||
                result == os::RunResult::kDeadline);
    EXPECT_EQ(executor_.thread_count(), 0u) << "threads are left after the shut-down";
  }

  Node& a() { return a_; }
  Node& b() { return b_; }
  os::Executor& executor() { return executor_; }
  link::FramePool& frames() { return frames_; }
  link::HubPort& port_b() { return port_b_; }
  uint64_t trace() const { return trace_.value(); }
  uint64_t frame_count() const { return trace_.frames(); }
  static wire::IpAddress address_a() { return wire::Ipv4Address(198, 19, 0, 10); }
  static wire::IpAddress address_b() { return wire::Ipv4Address(198, 19, 0, 11); }

 private:
  static NodeOptions OptionsOf(const std::string& name, uint8_t last, const std::string& seed,
                               const Change& change) {
    NodeOptions options;
    options.name = name;
    options.address = {wire::Ipv4Address(198, 19, 0, last), 24};
    options.seed = seed;
    if (change) change(options);
    return options;
  }

  VirtualClock clock_;
  NullLog log_;
  Statistics statistics_a_;
  Statistics statistics_b_;
  link::FramePool frames_;
  os::Executor executor_;
  link::TraceHash trace_;
  link::Hub hub_;
  link::HubPort port_a_;
  link::HubPort port_b_;
  Node a_;
  Node b_;
};

}  // namespace nut::node
