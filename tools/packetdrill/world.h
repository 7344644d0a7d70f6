// World: one node under virtual time, as packetdrill sees it: calls that may wait, packets in and out, and a
// clock that moves when somebody asks. Calls come on two threads of the host, one of which may stay in a call
// while the other injects packets: one lock around everything, let go of while a call waits.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/node/node.h"
#include "stack/os/executor.h"
#include "tools/packetdrill/raw_ip_wire.h"

namespace nut::packetdrill {

class World {
 public:
  explicit World(const node::NodeOptions& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // Ends calls that still wait, with EINTR, and takes no more. Returns when nobody is inside.
  void End();

  // Runs `body` on a thread of the node; returns what it returned, when it has. For any thread of the host.
  int64_t Call(std::function<int64_t()> body);

  // For any thread of the host, too.
  bool Bring(ByteView packet);
  // The next packet that the node sends, with the time in between passing; nothing when it has none to send.
  std::optional<SentPacket> NextPacket();
  void Pass(Duration length);
  // Since 1970.
  Duration UnixTime() const;
  Duration UnixTimeOf(Instant instant) const { return clock_.UnixTime(instant); }

  // For `body` of Call.
  node::Node& node() { return *node_; }
  os::Executor& executor() { return executor_; }

 private:
  void RunUntil(Instant time);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool ending_ = false;
  unsigned callers_ = 0;  // threads of the host inside Call
  VirtualClock clock_;
  NullLog log_;
  Statistics statistics_;
  link::FramePool frames_;
  RawIpWire wire_;
  os::Executor executor_{clock_};
  std::unique_ptr<node::Node> node_;
};

}  // namespace nut::packetdrill
