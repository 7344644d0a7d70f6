// World: two whole nodes, "a" and "b", on one segment in memory under virtual time, as a scenario finds them:
// started, empty, and with every choice of theirs in the hands of one scheduler. It keeps the books that no
// node can keep about itself: which bytes were given to whom, who waits, what is left at the end. Made for
// one run, on the thread of the host that runs it.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "stack/os/executor.h"
#include "stack/os/scheduler.h"
#include "stack/os/thread_info.h"
#include "stack/wire/endpoint.h"
#include "test/explore/fault.h"
#include "test/explore/story.h"

namespace nut::explore {

class Site;  // site.h: one node with its frames, port, engine, and what scenarios do to it

struct WorldOptions {
  std::string seed = "1";
  // Which request for a resource is refused, counted from 1 over everything that the two nodes ask for by name:
  // frames and their copies, stacks of threads, connections, listeners, UDP endpoints, places in their queues.
  // Not counted: what the C++ library allocates (lists, names; a process without memory for those ends), ARP
  // entries and fragments, whose frames are. 0: none.
  uint64_t fail_allocation = 0;
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
  // A thread of `site`, which touches nothing of the other one (searches rely on it); it must have ended when
  // everything has (else: a liveness fault).
  void Spawn(Site& site, std::string_view name, std::function<void()> body,
             uint8_t priority = kMachinePriority);
  // A thread that has to do with both nodes.
  void SpawnOverall(std::string_view name, std::function<void()> body, uint8_t priority = kMachinePriority);
  // A scenario's own expectation; the first that fails is the run's fault.
  void Expect(bool condition, std::string_view what);
  // (switches) The calling thread sleeps.
  void Sleep(Duration length) { executor().Sleep(length); }
  // Leaves it to the scheduler which of these it is; the first is what production would be.
  size_t Choose(std::initializer_list<std::string_view> alternatives) {
    return executor().Choose(std::span(alternatives.begin(), alternatives.size()));
  }
  // The right of a scenario's thread: the machine's own, or more, or less.
  uint8_t ChoosePriority();
  // What threads of a scenario share beyond the sites; lives as long as the world.
  template <typename T, typename... Args>
  T& Make(Args&&... args) {
    const auto made = std::make_shared<T>(std::forward<Args>(args)...);
    Keep(made);
    return *made;
  }
  // Somebody else on the wire says RST to `site`, as if from its peer: with the numbers that its connection
  // of this pair would take now. Nothing without such a connection.
  void InjectReset(Site& site, const wire::EndpointPair& ends);

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
  void Spawn(char node, std::string_view name, std::function<void()> body, uint8_t priority);
  void Keep(std::shared_ptr<void> what);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace nut::explore
