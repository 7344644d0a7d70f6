#include "test/hostile/node_on_a_wire.h"

#include "stack/base/invariant.h"
#include "stack/pro/services/service_registry.h"

namespace nut::hostile {
namespace {

constexpr Duration kGrace = 1s;
// A second to close in order, and what services and connections take at most to be ended after it.
constexpr Duration kLongestShutdown = 30s;

node::NodeOptions Placed(node::NodeOptions options) {
  options.name = "victim";
  options.mac = kNodeMac;
  options.address = {kNodeIp, 24};
  options.gateway = kGateway;
  if (options.seed.empty()) options.seed = "4711";
  return options;
}

}  // namespace

NodeOnAWire::NodeOnAWire(node::NodeOptions options, bool offload) {
  link::Device& device = offload ? static_cast<link::Device&>(offloading_device_) : device_;
  node_ = std::make_unique<node::Node>(node::NodeSurroundings{executor_, device, frames_, statistics_, log_},
                                       Placed(std::move(options)));
}

NodeOnAWire::~NodeOnAWire() {
  device_.on_sent = nullptr;
  executor_.KillAll();
  node_.reset();
  device_.Drain();
}

void NodeOnAWire::Start() {
  bool started = false;
  OnThread("start", [&] {
    started = node_->Start().has_value();
    for (const pro::ServiceEntry& service : pro::ServiceRegistry()) {
      started = started && node_->StartService(service.name).has_value();
    }
  });
  Run();
  NUT_INVARIANT(started, "the node does not start");
}

void NodeOnAWire::RunFor(Duration length) {
  const os::RunResult result = executor_.RunUntil(clock_.Now() + length);
  NUT_INVARIANT(result == os::RunResult::kQuiescent || result == os::RunResult::kDeadline,
                "a node has threads as long as it runs");
}

void NodeOnAWire::Stop() {
  bool stopped = false;
  OnThread("stop", [&] {
    node_->Shutdown(kGrace);
    stopped = true;
  });
  static_cast<void>(executor_.RunUntil(clock_.Now() + kLongestShutdown));
  device_.Drain();
  NUT_INVARIANT(stopped, "the node does not stop");
  NUT_INVARIANT(executor_.thread_count() == 0, "a thread outlives its node");
  NUT_INVARIANT(node_->tcp().connection_count() == 0, "a connection outlives its node");
  node_.reset();
  NUT_INVARIANT(frames_.in_use() == 0, "a frame is lost");
  NUT_INVARIANT(statistics_[DropReason::kOffloadMalformed] == 0, "the node asked its device for nonsense");
}

void NodeOnAWire::OnThread(std::string_view name, std::function<void()> body) {
  const auto thread = executor_.Create(name, std::move(body));
  NUT_INVARIANT(thread.has_value(), "no thread for a test");
}

}  // namespace nut::hostile
