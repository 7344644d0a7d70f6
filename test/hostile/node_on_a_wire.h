// NodeOnAWire: one complete node with all its services under virtual time, on a device that belongs to the
// test: the world of the whole-stack fuzzer and of the hostile tests. One object is one life of a node:
// Start, frames and time, Stop.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/base/statistics.h"
#include "stack/link/segmenting_device.h"
#include "stack/node/node.h"
#include "test/hostile/wire_device.h"

namespace nut::hostile {

inline constexpr wire::Ipv4Address kNodeIp(198, 19, 0, 10);
inline constexpr wire::MacAddress kNodeMac({2, 0, 0, 0, 0, 0x10});
inline constexpr wire::Ipv4Address kGateway(198, 19, 0, 1);

class NodeOnAWire {
 public:
  // Address, MAC and gateway are set here whatever `options` say. `offload`: the node leaves checksums and the cutting of
  // segments to the device, which does both in software before the wire sees anything.
  explicit NodeOnAWire(node::NodeOptions options = {}, bool offload = false);
  // Ends a node that was not stopped, without ceremony.
  ~NodeOnAWire();

  // The node and the services echo, discard, chargen, daytime, httpd and telnetd, at their usual ports.
  void Start();

  // Everything that is due now.
  void Run() { RunFor(Duration::zero()); }
  void RunFor(Duration length);
  // Brings one frame, and runs.
  void Receive(ByteView frame) {
    device_.Bring(frame);
    Run();
  }

  // Orderly shut-down. Then nothing may be left: no thread, no connection, no frame, or an invariant is
  // broken.
  void Stop();

  // Runs `body` on a thread of its own.
  void OnThread(std::string_view name, std::function<void()> body);

  WireDevice& device() { return device_; }
  node::Node& node() { return *node_; }
  os::Executor& executor() { return executor_; }
  link::FramePool& frames() { return frames_; }
  const Statistics& statistics() const { return statistics_; }
  Instant now() const { return clock_.Now(); }

 private:
  VirtualClock clock_;
  NullLog log_;
  Statistics statistics_;
  link::FramePool frames_;
  WireDevice device_{frames_};
  link::SegmentingDevice offloading_device_{device_, frames_, statistics_};
  os::Executor executor_{clock_};
  std::unique_ptr<node::Node> node_;
};

}  // namespace nut::hostile
