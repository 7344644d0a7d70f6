// World: two whole nodes, "a" and "b", on one segment in memory under virtual time, as a scenario finds them:
// started, empty, and with every choice of theirs in the hands of one scheduler. It keeps the books that no
// node can keep about itself: which bytes were given to whom, who waits, what is left at the end. Made for
// one run, on the thread of the host that runs it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "stack/os/executor.h"
#include "stack/os/scheduler.h"
#include "stack/os/thread_info.h"
#include "test/explore/fault.h"
#include "test/explore/story.h"

namespace nut::explore {

class Site;  // site.h: one node with its frames, port, engine, and what scenarios do to it

struct WorldOptions {
  std::string seed = "1";
  uint64_t fail_allocation = 0;  // as RunOptions
  StoryListener* story = nullptr;
  std::string pcapng;
};

class World {
 public:
  // The threads of a scenario have the state machine's own right unless it says otherwise: every order of the
  // two is then a choice.
  static constexpr uint8_t kMachinePriority = 32;

  World(const WorldOptions& options, os::Scheduler& scheduler);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  // --- for scenarios
  Site& a();
  Site& b();
  // A thread of `site`; it must have ended when everything has (else: a liveness fault).
  void Spawn(Site& site, std::string_view name, std::function<void()> body,
             uint8_t priority = kMachinePriority);
  // A scenario's own expectation; the first that fails is the run's fault.
  void Expect(bool condition, std::string_view what);

  // --- for the recorder (run.cc)
  os::Executor& executor();
  // Which node a thread belongs to (its machine, its receiver, its scenario threads): 'a', 'b', or 0: the
  // world's own.
  char NodeOf(os::ThreadHandle thread) const;

  // --- for runs
  // Starts the nodes, so that what follows is the scenario's; no decisions are asked for before.
  // Then, after the scenario has started: until all its threads have ended, TIME-WAIT is over and both nodes
  // are shut down. The first fault, if there was one.
  std::optional<Fault> RunToEnd();
  // After every decision: the invariants of both nodes, and the world's own books.
  void CheckStep();
  // A hash of what the nodes are in now (states, queues, waits; no times and no counters that only grow).
  uint64_t StateNow() const;
  uint64_t wire_hash() const;
  uint64_t allocations() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace nut::explore
