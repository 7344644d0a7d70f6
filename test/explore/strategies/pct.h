// PCT: probabilistic concurrency testing (Burckhardt, Kothari, Musuvathi, Nagarakatti: A Randomized Scheduler
// with Probabilistic Guarantees of Finding Bugs, ASPLOS 2010). Every task has a random priority of its own
// (nothing to do with the kernel's), and at each decision the candidate of the highest one is taken. At d-1
// decisions, drawn uniformly among the k of a run, the task that would be taken falls below all others. Tasks
// are: each thread, each timer by its label, "the threads" against a timer, the passing of time, and each
// alternative of the world. Equal seeds give equal answers.
//
// The bound: a fault that shows whenever d decisions are in a certain order is hit by one run with a
// probability of at least
//
//     1 / (n k^(d-1)),
//
// n being the tasks of the run and k its decisions. Two nodes with a client, a server and a closer (n about
// 10) and 100 decisions: a fault of depth 2 within 1,000 runs on average, one of depth 3 within 100,000 at
// the worst; mostly far sooner, as many orders will do. What the bound needs, and what is different here:
// * k must not be less than a run's decisions. It is taken from production's run and a few random ones
//   (ExpectedSteps in search.h); a run that takes more has no change points in what is beyond.
// * The kernel's own priorities come first: a thread is a candidate only where it has the right to run. That
//   leaves less to choose, never more, and the faults counted are those within the model.
// * For fairness a task that was taken kPatience times in a row falls below all others too: under strict
//   priorities a thread that polls would never let go. Runs that do not poll so long are not affected.
#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "stack/base/rng.h"
#include "test/explore/strategy.h"

namespace nut::explore {

class PctStrategy final : public Strategy {
 public:
  static constexpr unsigned kPatience = 1000;

  // `depth`: the d of the bound, at least 1. `expected_steps`: its k.
  PctStrategy(uint64_t seed, unsigned depth, uint32_t expected_steps);

  size_t Choose(uint32_t step, const os::SchedulingChoice& choice) override;

 private:
  using Task = uint64_t;

  static Task TaskOf(const os::Candidate& candidate);
  uint64_t PriorityOf(Task task);
  size_t Highest(const os::SchedulingChoice& choice);

  struct ChangePoint {
    uint32_t step;
    uint64_t priority;  // what the task falls to: 1 … d-1, each once
  };

  Rng random_;
  std::vector<ChangePoint> change_points_;  // several may be at one step
  std::unordered_map<Task, uint64_t> priorities_;
  Task last_ = 0;
  unsigned in_a_row_ = 0;
};

}  // namespace nut::explore
