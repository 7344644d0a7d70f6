// World: one node on a scripted wire under virtual time: where a script runs. Made and destroyed by the
// runner; used by one thread of the host.
#pragma once

#include <functional>
#include <memory>

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/base/statistics.h"
#include "stack/link/frame_pool.h"
#include "stack/node/node.h"
#include "stack/os/executor.h"
#include "tools/packets/script.h"
#include "tools/packets/wire.h"

namespace nut::packets {

class World {
 public:
  // Builds the node that the script asks for and starts it; with automatic ARP the node has settled when this
  // returns. Throws ScriptError for options that are none.
  explicit World(const Script& script);
  ~World();

  node::Node& node() { return *node_; }
  ScriptedWire& wire() { return wire_; }
  const Statistics& statistics() const { return statistics_; }

  // Of the script, which begins at 0.
  Duration Now() const { return clock_.Now() - start_; }
  void RunUntil(Duration time) { executor_.RunUntil(start_ + time); }
  // The same, but ends as soon as the node has sent something that nobody has looked at; says whether.
  bool RunToPacket(Duration limit);
  // Everything that is due now.
  void Run() { executor_.RunUntil(clock_.Now()); }
  // Of a time that the clock showed.
  Duration TimeOf(Instant instant) const { return instant - start_; }

  // Starts `body` on a thread of its own and runs the node as far as it goes now.
  void OnThread(std::function<void()> body);
  // Nobody runs any more: calls that wait are given up. What they refer to may go then.
  void EndThreads() { executor_.KillAll(); }

 private:
  VirtualClock clock_;
  NullLog log_;
  Statistics statistics_;
  link::FramePool frames_;
  ScriptedWire wire_{clock_, frames_};
  os::Executor executor_{clock_};
  std::unique_ptr<node::Node> node_;
  Instant start_{};
};

}  // namespace nut::packets
