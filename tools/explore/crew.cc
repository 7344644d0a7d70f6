#include "tools/explore/crew.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "tools/explore/child.h"

namespace nut::explorer {
namespace {

using std::chrono::steady_clock;

constexpr int kLookMilliseconds = 100;

// A job, and when it was last seen to move.
struct Worker {
  Child child;
  Slot& slot;
  std::pair<uint64_t, uint32_t> position{};
  WallTime moved = steady_clock::now();
  bool reported = false;
  std::optional<uint64_t> runs;  // as it said in the end

  bool StandsStill(Duration patience) {
    const std::pair<uint64_t, uint32_t> now{slot.progress.runs_done, slot.progress.step};
    if (now != position) {
      position = now;
      moved = steady_clock::now();
    }
    return slot.progress.running && steady_clock::now() - moved > patience;
  }
};

class Crew {
 public:
  Crew(const Case& what, const Options& options, const CrewOptions& crew)
      : what_(what), options_(options), crew_(crew), slots_(options.jobs) {}

  tl::expected<void, std::string> Start() {
    workers_.reserve(options_.jobs);
    for (uint32_t job = 0; job < options_.jobs; ++job) {
      Slot& slot = slots_.all()[job];
      const Part part{crew_.share.number * options_.jobs + job, crew_.share.parts * options_.jobs};
      auto child =
          Child::Start([&](int output) { WriteAll(output, DoJob(what_, options_, part, slot).ToLine()); });
      if (!child) return tl::unexpected(child.error());
      workers_.push_back({*std::move(child), slot});
    }
    return {};
  }

  CrewReport Watch() {
    report_.complete = true;
    for (std::vector<Child*> busy; busy = Busy(), !busy.empty();) {
      Child::Wait(busy, kLookMilliseconds);
      for (Worker& worker : workers_) LookAt(worker);
      LookAtTheClock();
    }
    Total();
    return std::move(report_);
  }

 private:
  std::vector<Child*> Busy() {
    std::vector<Child*> busy;
    for (Worker& worker : workers_) {
      if (!worker.child.ended()) busy.push_back(&worker.child);
    }
    return busy;
  }

  void LookAt(Worker& worker) {
    if (worker.reported) return;
    if (worker.child.Pump()) {
      if (worker.StandsStill(options_.patience)) worker.child.Kill();
      return;
    }
    worker.reported = true;
    if (ended_) return;  // by us, after another's finding
    const std::string& output = worker.child.output();
    if (const auto result = JobResult::FromLine(output)) {
      worker.runs = result->runs;
      report_.complete &= result->complete;
      report_.redundant += result->redundant;
      report_.foreign += result->foreign;
      report_.allocations = std::max(report_.allocations, result->allocations);
      if (result->finding) {
        const auto& found = *result->finding;
        Found({{found.fault, std::string(NameOf(found.fault.kind)), ""},
               found.schedule,
               false,
               found.run,
               found.fail_allocation});
      }
    } else {
      const auto& progress = worker.slot.progress;
      Found({Examine(worker.child), progress.CurrentSchedule(), progress.truncated(), progress.run,
             worker.slot.fail_allocation});
    }
  }

  void Found(CrewFinding finding) {
    report_.finding = std::move(finding);
    report_.complete = false;
    ended_ = true;
    for (Worker& worker : workers_) worker.child.Kill();
  }

  void LookAtTheClock() {
    const bool over = steady_clock::now() > crew_.deadline || (crew_.interrupted && crew_.interrupted());
    if (over) {
      for (Worker& worker : workers_) worker.slot.stop = true;
    }
    if (crew_.on_progress) {
      Total();
      crew_.on_progress({report_.schedules, report_.steps, *coverage_, Front()});
    }
  }

  uint32_t Front() {
    uint32_t front = 0;
    for (const Worker& worker : workers_) {
      const auto& progress = worker.slot.progress;
      if (!worker.child.ended() && progress.deviation_count > 0)
        front = std::max(front, progress.deviations[0].step);
    }
    return front;
  }

  void Total() {
    *coverage_ = {};
    report_.schedules = report_.steps = 0;
    for (Worker& worker : workers_) {
      coverage_->Merge(worker.slot.progress.coverage);
      // Who has come to its end knows better: runs made to measure others are none of the search.
      report_.schedules += worker.runs.value_or(worker.slot.progress.runs_done);
      report_.steps += worker.slot.progress.steps_done;
      // A run that ended its process was one, too.
      if (worker.child.ended() && worker.slot.progress.running) {
        ++report_.schedules;
        report_.steps += worker.slot.progress.step;
      }
    }
    report_.states = coverage_->states.Count();
    report_.pairs = coverage_->pairs.count;
    report_.seconds = std::chrono::duration<double>(steady_clock::now() - started_).count();
  }

  const Case& what_;
  const Options& options_;
  const CrewOptions& crew_;
  const WallTime started_ = steady_clock::now();
  SharedSlots slots_;
  std::vector<Worker> workers_;
  std::unique_ptr<explore::Coverage> coverage_ = std::make_unique<explore::Coverage>();
  CrewReport report_;
  bool ended_ = false;
};

}  // namespace

tl::expected<CrewReport, std::string> RunCrew(const Case& what, const Options& options,
                                              const CrewOptions& crew) {
  Crew all(what, options, crew);
  if (auto started = all.Start(); !started) return tl::unexpected(started.error());
  return all.Watch();
}

}  // namespace nut::explorer
