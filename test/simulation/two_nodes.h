// TwoNodes: two whole nodes, "a" and "b", on one Ethernet segment in memory, under one executor and virtual
// time. Each has a bad network of its own in front of it, whose options a test may change at any time. Equal
// seeds, equal runs.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "stack/base/clock.h"
#include "stack/link/hub.h"
#include "stack/link/hub_port.h"
#include "stack/link/impairment_device.h"
#include "stack/link/trace_hash.h"
#include "stack/node/node.h"
#include "stack/os/executor.h"
#include "test/simulation/audit.h"

namespace nut::simulation {

inline constexpr wire::Ipv4Address kAddressA(198, 19, 0, 10);
inline constexpr wire::Ipv4Address kAddressB(198, 19, 0, 20);

// One node with all that belongs to it.
class Host {
 public:
  Host(os::Executor& executor, link::Hub& hub, Log& log, const node::NodeOptions& options,
       const link::HubPortOptions& port, bool audit)
      : port_(hub, options.name, frames_, statistics_, port),
        wire_(port_, executor.timers(), Rng(options.seed).Split(options.name + " wire"), frames_,
              statistics_),
        audit_(audit ? std::make_unique<Audit>(wire_, executor.timers(), options.address.address())
                     : nullptr),
        node_({executor, audit_ ? audit_->device() : static_cast<link::Device&>(wire_), frames_, statistics_,
               log},
              options) {
    if (audit_) wire_.SetObserver(&audit_->device());
  }

  node::Node& node() { return node_; }
  tcp::Engine& tcp() { return node_.tcp(); }
  Statistics& statistics() { return statistics_; }
  link::ImpairmentDevice& wire() { return wire_; }
  link::HubPort& port() { return port_; }
  link::FramePool& frames() { return frames_; }
  // What an auditor has against all that this node has sent; "" if nothing. Ends the recording.
  std::string Finding() { return audit_ ? audit_->Finish() : ""; }

 private:
  Statistics statistics_;
  link::FramePool frames_;
  link::HubPort port_;
  link::ImpairmentDevice wire_;
  std::unique_ptr<Audit> audit_;
  node::Node node_;
};

struct TwoNodesOptions {
  std::string seed = "1";
  tcp::Parameters tcp;
  tcp::EngineOptions engine;
  link::HubPortOptions cable{.latency = 1ms};  // each way; an idle round trip takes twice that
  os::Scheduler* scheduler = nullptr;          // outlives the nodes; null: first come, first served
  bool audit = false;  // tools/tracecheck reads along, and what it finds fails the test
};

class TwoNodes {
 public:
  explicit TwoNodes(const TwoNodesOptions& options)
      : executor_(clock_, {}, options.scheduler),
        hub_(executor_.timers()),
        a_(executor_, hub_, log_, NodeOptionsOf("a", kAddressA, options), options.cable, options.audit),
        b_(executor_, hub_, log_, NodeOptionsOf("b", kAddressB, options), options.cable, options.audit) {
    hub_.SetObserver(&trace_);
    Spawn("start", [this] {
      NUT_INVARIANT(a_.node().Start().has_value() && b_.node().Start().has_value(), "a node does not start");
    });
    RunFor(0s);
  }
  // Ends the nodes. Threads of the test have ended, or end when their connections do.
  ~TwoNodes() {
    Spawn("end", [this] {
      a_.node().Shutdown(0s);
      b_.node().Shutdown(0s);
    });
    RunFor(60s);
    NUT_INVARIANT(a_.tcp().connection_count() == 0 && b_.tcp().connection_count() == 0,
                  "a connection has leaked");
    EXPECT_EQ(a_.Finding(), "") << "at node a";
    EXPECT_EQ(b_.Finding(), "") << "at node b";
  }

  Host& a() { return a_; }
  Host& b() { return b_; }
  VirtualClock& clock() { return clock_; }
  os::Executor& executor() { return executor_; }
  const link::TraceHash& trace() const { return trace_; }
  Duration elapsed() const { return clock_.Now().time_since_epoch(); }

  void Spawn(std::string_view name, std::function<void()> body, uint8_t priority = os::kDefaultPriority) {
    NUT_INVARIANT(executor_.Create(name, std::move(body), 0, priority).has_value(), "no thread for a test");
  }
  os::RunResult RunFor(Duration length) { return executor_.RunUntil(After(clock_.Now(), length)); }

  // Both networks get these from the next frame on. On the way out only, so that they are what a frame
  // suffers once: two turned bits can escape the Internet checksum, one cannot.
  void Impair(link::ImpairmentOptions options) {
    options.direction = link::ImpairmentDirection::kTransmit;
    a_.wire().SetOptions(options);
    b_.wire().SetOptions(options);
  }

 private:
  static node::NodeOptions NodeOptionsOf(std::string name, wire::Ipv4Address address,
                                         const TwoNodesOptions& options) {
    node::NodeOptions node;
    node.name = std::move(name);
    node.address = wire::Ipv4Prefix(address, 24);
    node.seed = options.seed;
    node.tcp = options.tcp;
    node.engine = options.engine;
    return node;
  }

  VirtualClock clock_;
  NullLog log_;
  os::Executor executor_;
  link::Hub hub_;
  link::TraceHash trace_;
  Host a_;
  Host b_;
};

}  // namespace nut::simulation
