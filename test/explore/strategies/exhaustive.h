// Exhaustive: every schedule within bounds, depth first. The program is run anew for each (it cannot be
// copied in the middle); between two runs the last decision that has an untried alternative is changed. Made
// once for a search; Next prepares each further run.
//
// What the bounds count:
// * A preemption (Musuvathi and Qadeer 2007) is another thread that runs although the one before it stands at
//   a named point and could go on; or a thread that yields, or posts, and goes on although others of equal
//   right are ready. Which of the others is next then, or when a thread waits or ends, is an order, and so is
//   letting a thread go on that was stopped at a point.
// * An order is free, or counts where it is not production's, the first in the queue. If it counts, that is
//   delay bounding (Emmi, Qadeer, Rakamaric 2011): a space that can be walked also where many threads are
//   ready at once. Queues depend on the order of steps that commute, so that nothing is reduced then.
// * A disorder is anything else that production would not do: a timer, or the threads, before a timer that
//   was started earlier for the same time; frames out of turn; time that passes while a thread stands at a
//   point and could go on.
//
// Of runs that differ only in the order of neighbouring steps which commute (footprint.h), not all are made.
// The reduction is by sleep sets (Godefroid 1996): when the candidate u of a decision has been seen to its
// end, it sleeps while its sibling t and what follows are explored, until a step is made that does not
// commute with it; a run in which a sleeping thread would be next is redundant. In a space without bounds
// that loses no state. With bounds it could: the runs with u first, which are to stand for those pruned,
// might cost more and lie outside (Coons, Musuvathi, McKinley 2013). Therefore u sleeps beside t only if
//
//     cost(u) + [1 preemption if u's step ended at a named point] <= cost(t),                        (1)
//
// t was still a candidate after u's step, and u woke nobody of better right; and u wakes up when a step ends
// by yielding. Then for every run t … x u w in the space, the run u t … x w, which ends in the same state, is
// in it as well. Its cost differs in three places. At the front, cost(u) + cost(t after u) stands for
// cost(t), and cost(t after u) is what (1) adds: going away from u is a preemption exactly if it stands at a
// point. In the middle nothing changes, as a step's cost depends on the step before it only. At the end w
// follows x and not u. If x ended at a point, going on with w costs one preemption at most, and going from x
// to u, which is not done any more, has cost one; if x waited or ended, w costs none; x did not yield. Since
// u t … x w comes before t … x u w in the order of the search, the argument repeated ends at a run that is
// not pruned.
#pragma once

#include <climits>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "stack/os/scheduler.h"
#include "test/explore/explored.h"
#include "test/explore/strategies/footprint.h"
#include "test/explore/strategy.h"

namespace nut::explore {

struct ExplorationCost {
  unsigned preemptions = 0;
  unsigned disorders = 0;
  unsigned orders = 0;

  ExplorationCost operator+(const ExplorationCost& other) const {
    return {preemptions + other.preemptions, disorders + other.disorders, orders + other.orders};
  }
  friend bool operator==(const ExplorationCost&, const ExplorationCost&) = default;
  bool Within(const ExplorationCost& bound) const {
    return preemptions <= bound.preemptions && disorders <= bound.disorders && orders <= bound.orders;
  }
};

struct ExhaustiveOptions {
  // As an `orders`: free.
  static constexpr unsigned kFree = UINT_MAX;
  // Then (1) is not asked for: no run lies outside.
  static constexpr ExplorationCost kUnbounded{UINT_MAX, UINT_MAX, kFree};

  ExplorationCost bound{2, 1, kFree};
  bool reduce = true;  // not done unless orders are free
  // The tree of runs is cut at its first two deviations into `shards` parts that share no counted run. Runs
  // with fewer are made by all and counted by one. Less is known of siblings in other parts, so that the sum
  // of the parts may be more than the whole, never less.
  uint32_t shard = 0;
  uint32_t shards = 1;
};

class ExhaustiveStrategy final : public Strategy {
 public:
  explicit ExhaustiveStrategy(const ExhaustiveOptions& options) : options_(options) {}

  void Begin(const Explored& explored) override;
  size_t Choose(uint32_t step, const os::SchedulingChoice& choice) override;
  void OnOnlyCandidate(const os::SchedulingChoice& choice) override;
  void End(uint32_t steps) override;

  // After a run: prepares the next one. False: that was the last.
  bool Next();
  // The last run was given up (and went on as production does), as what it would have shown was shown before.
  bool redundant() const { return redundant_; }
  // The last run is counted by another part.
  bool foreign() const;

 private:
  // A candidate of a decision.
  struct Option {
    os::Candidate::Kind kind{};
    os::ThreadHandle thread;
    ExplorationCost cost;
    bool done = false;  // everything that begins with it was run
    // What its step was, once it was made.
    bool seen = false;
    Footprint footprint;
    bool ended_at_point = false;
    bool woke_better = false;
    std::vector<os::ThreadHandle> candidates_after;
  };
  struct Decision {
    std::vector<Option> options;
    size_t chosen = 0;
    std::vector<Footprint> asleep;
    ExplorationCost spent;    // before this decision
    unsigned deviations = 0;  // before this decision
    uint64_t path = 0;        // a hash of them
  };

  ExplorationCost CostOf(const os::SchedulingChoice& choice, size_t index) const;
  Decision MakeDecision(const os::SchedulingChoice& choice) const;
  bool MayTake(const Decision& decision, size_t index, uint32_t step) const;
  bool Mine(const Decision& decision, size_t index, uint32_t step) const;
  bool Sleeps(os::ThreadHandle thread) const;
  size_t Take(size_t index, const os::SchedulingChoice& choice);
  void EndStep(const os::SchedulingChoice* next_event);
  void PutToSleep(const Decision& decision);

  const ExhaustiveOptions options_;
  std::vector<Decision> decisions_;  // of this run, by step; the next run repeats them up to the last
  size_t repeated_ = 0;              // how many of them this run has passed

  const Explored* explored_ = nullptr;
  std::vector<Footprint> asleep_;
  FootprintTaker footprint_;
  Option* taken_ = nullptr;  // whose step is being made; null: not one that was decided
  bool in_step_ = false;
  bool redundant_ = false;
  ExplorationCost spent_;
  unsigned deviations_ = 0;
  uint64_t path_ = 0;
};

}  // namespace nut::explore
