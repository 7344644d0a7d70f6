// Simulation: a storm between two nodes in this process, under virtual time: seeded, and the same every time.
// Everything that must be so at the end is checked: the books balance, both tables are empty, no frame is in
// use, no thread is left, and the heap has not grown. A value; Run is called once.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "apps/storm/client.h"
#include "apps/storm/plan.h"
#include "apps/storm/server.h"
#include "stack/link/impairment_options.h"
#include "tools/storm/heap_watch.h"
#include "tools/storm/result.h"
#include "tools/storm/two_hosts.h"
#include "tools/storm/watcher.h"

namespace nut::storm {

// Null: Server.
using ServerMaker =
    std::function<std::unique_ptr<AnyServer>(tcp::Engine&, Vanisher&, const ServerOptions&)>;

struct SimulationOptions {
  std::string seed = "1";
  Mix mix = Mix::Default();
  SizeRange sizes;
  uint64_t first = 0;  // number of the first connection
  uint64_t connections = 1;
  unsigned threads = 32;  // connections under way at the same time
  Duration latency = 50us;  // from node to node
  // 2 MSL; absent: longer than frames are delayed, and no longer than it need be.
  std::optional<Duration> time_wait;
  uint64_t check_every = 100'000;  // connections between two looks at the engines' invariants
  link::ImpairmentOptions impairment;
  ServerMaker make_server;
};

class Simulation {
 public:
  explicit Simulation(const SimulationOptions& options);

  // `watcher` may be null.
  StormResult Run(Watcher* watcher);

 private:
  bool Start();
  void RunClients(Watcher* watcher);
  void Drain();
  void ShutDown();
  void CheckEnd(StormResult& result);
  void CheckInvariants();
  StormSnapshot Snapshot();
  bool RunFor(Duration length);
  void Fault(std::string text) { faults_.push_back(std::move(text)); }

  const SimulationOptions options_;
  const Planner planner_;
  TwoHosts hosts_;
  Client client_;
  const std::unique_ptr<AnyServer> server_;
  HeapWatch heap_;
  uint64_t next_check_;
  std::vector<std::string> faults_;
};

}  // namespace nut::storm
