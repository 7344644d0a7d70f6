// Runs the threads of a node: Nut/OS rules on one processor, strictly cooperative. Threads are fibers; the
// lower priority number runs first, FIFO within one priority; a thread loses the processor only at a
// scheduling point (nut-api 0.4). Owned by the node or the simulation; everything belonging to one executor
// is used by one thread of the host at a time. Clock, scheduler and idle hook outlive it.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "stack/base/clock.h"
#include "stack/base/result.h"
#include "stack/base/time.h"
#include "stack/os/context.h"
#include "stack/os/heap_budget.h"
#include "stack/os/idle_hook.h"
#include "stack/os/ready_queue.h"
#include "stack/os/scheduler.h"
#include "stack/os/scheduling_point.h"
#include "stack/os/stack_pool.h"
#include "stack/os/thread_info.h"
#include "stack/os/thread_queue.h"
#include "stack/os/thread_table.h"
#include "stack/os/timer_queue.h"

namespace nut::os {

struct ExecutorOptions {
  size_t minimum_stack = 64 * 1024;         // bytes; programs for small targets ask for 256
  size_t maximum_stack = 64 * 1024 * 1024;  // bytes; a larger request is cut to this
  size_t maximum_threads = 20000;
  size_t stack_pool_limit = 16 * 1024 * 1024;           // bytes of unused stacks kept for new threads
  size_t heap_budget = size_t{2} * 1024 * 1024 * 1024;  // bytes; stacks are charged to it in full
  // Where stacks come from, for executors that are made by the million; outlives them. Null: a pool of its
  // own.
  StackPool* stacks = nullptr;
  Duration poll_interval = 100us;  // on the yield path devices are polled this often, …
  uint32_t poll_switches = 1000;   // … or this often where time stands still (virtual clock)
  uint32_t spin_limit =
      1000;  // virtual clock: so many yields with nothing else happening move time to the next timer
};

enum class RunResult : uint8_t {
  kStopped,    // Stop() was called
  kFinished,   // no thread is left
  kQuiescent,  // nobody can ever run again: all wait, no timer is armed, no device can wake them
  kDeadline,   // the deadline was reached
};

class Executor {
 public:
  // A null scheduler is Fifo; a null idle hook means that only timers wake threads.
  explicit Executor(Clock& clock, ExecutorOptions options = {}, Scheduler* scheduler = nullptr,
                    IdleHook* idle_hook = nullptr);
  // Ends the threads that are left (KillAll).
  ~Executor();
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;

  // A new thread, queued behind those of equal priority; `body` returning ends it, and is destroyed on its
  // stack. From a thread of lower right (a higher number) this is a scheduling point: the new one runs first.
  // `name` is kept whole. `stack_size` in bytes is a hint. kNoBuffers: limit of threads, or the host has no
  // memory.
  Result<ThreadHandle> Create(std::string_view name, std::function<void()> body, size_t stack_size = 0,
                              uint8_t priority = kDefaultPriority);

  // Runs threads and timers; called from outside of any thread. May be called again after it returned.
  RunResult Run() { return RunUntil(kNever); }
  // Same, but no longer than to `deadline`. What is due at the deadline still runs. A virtual clock stands at
  // `deadline` afterwards unless the result is kStopped or kFinished.
  RunResult RunUntil(Instant deadline);
  // Run returns at the next scheduling point. From threads and callbacks; from a signal handler, where a few
  // more scheduling points may pass.
  void Stop();

  // From threads only; scheduling points.

  // Lets threads of equal or higher right run; the caller queues behind its equals. Never runs one of lower
  // right.
  void Yield();
  // At least `length`; zero or less is Yield.
  void Sleep(Duration length);
  // Changes the caller's priority, queues it behind its equals and runs who now precedes it. Returns the old
  // one. kEndThread is Exit.
  uint8_t SetPriority(uint8_t level);
  // Ends the caller: its stack is unwound, so that destructors run.
  [[noreturn]] void Exit();

  // Yield for what may be called in destructors, such as posting: never ends a caller that is being killed.
  // (One that does nothing else any more is ended all the same, after a thousand.)
  void GiveWay();

  // Ends a thread (the caller's own: Exit). Its stack is unwound from where it waits or yields, before this
  // returns and without other threads running. An event that it was given already is not lost: it takes it,
  // and ends at its next wait. While it is being unwound it may post; what would wait returns at once as if
  // timed out. (As with every exception: one that leaves a destructor ends the process, so destructors should
  // post, not wait.) False: the handle is stale. From threads, callbacks, and outside.
  bool Kill(ThreadHandle handle);
  // Kills every thread, in any order; from outside of threads. The owner of executor and sockets calls it
  // before it destroys what threads may wait in.
  void KillAll();

  // A named scheduling point (scheduling_point.h), passed on behalf of `subject` (a connection's handle; 0:
  // nobody's). Without a scheduler, and outside of threads, nothing happens here.
  void Pass(SchedulingPoint point, uint64_t subject = 0) {
    if (scheduler_ != nullptr) [[unlikely]]
      PassExploring(point, subject);
  }
  // Leaves a question of a simulation to the scheduler; without one the first alternative is the answer. At
  // least one alternative. Never switches.
  size_t Choose(std::span<const std::string_view> alternatives);
  bool exploring() const { return scheduler_ != nullptr; }

  Clock& clock() const { return clock_; }
  Instant Now() const { return virtual_clock_ != nullptr ? virtual_clock_->Now() : clock_.Now(); }
  // As the executor last read it, a few scheduling points ago: for what may be a little early. Reading a clock costs
  // as much as a switch.
  Instant RecentTime() const { return virtual_clock_ != nullptr ? virtual_clock_->Now() : last_look_; }
  // `timeout` from now, for a wait; without a look at the clock where it is for ever.
  Instant DeadlineOf(Duration timeout) const { return timeout == kForever ? kNever : After(Now(), timeout); }
  // What is left until `deadline`, kForever until kNever.
  Duration Until(Instant deadline) const { return deadline == kNever ? kForever : deadline - Now(); }
  TimerQueue& timers() { return timers_; }
  const TimerQueue& timers() const { return timers_; }
  HeapBudget& heap() { return heap_; }
  const HeapBudget& heap() const { return heap_; }
  const ExecutorOptions& options() const { return options_; }

  bool in_thread() const { return current_ != nullptr; }
  ThreadHandle current() const;  // stale when not in a thread
  bool alive(ThreadHandle handle) const { return threads_.Find(handle) != nullptr; }
  std::string_view name_of(ThreadHandle handle) const;   // "" when stale; valid as long as the thread
  uint8_t priority_of(ThreadHandle handle) const;        // kEndThread when stale
  ThreadHandle FindByName(std::string_view name) const;  // the oldest of that name; stale when there is none
  size_t thread_count() const { return threads_.size(); }
  uint64_t switches() const { return switches_; }  // how often a thread was given the processor
  // A hash over which thread was given the processor, in order: equal for equal runs.
  uint64_t trace_hash() const { return trace_; }

  // What tests look at after every step: `visit(const ThreadGlance&)` for each thread, by slot.
  template <typename Visit>
  void VisitThreads(Visit visit) const {
    threads_.ForEach([&](const Thread& thread) {
      visit(ThreadGlance{thread.handle, thread.name, thread.waiting_on, thread.priority, thread.state,
                         thread.timeout.deadline()});
    });
  }
  // A snapshot of all threads, by slot. Measures stacks: for people, not for the packet path.
  std::vector<ThreadInfo> Threads() const;
  Result<ThreadInfo> Inspect(ThreadHandle handle) const;

 private:
  friend class EventQueue;
  friend class NoSwitchScope;
  friend class StackOverflowReporter;
  friend struct Thread;

  // What a scheduling point consists of (executor.cc).
  enum class WhenKilled { kEnd, kReturn };
  bool MaySwitch(WhenKilled when_killed) { return restrictions_ == 0 || MaySwitchRestricted(when_killed); }
  bool MaySwitchRestricted(WhenKilled when_killed);
  bool Suspend(ThreadQueue* queue, Duration timeout, std::string_view label);
  void MakeReady(Thread& thread);
  void Requeue(Thread& self, bool attention);
  static void EndIfKilled(const Thread& self);
  void Reschedule(Thread& self, bool attention);
  Thread& TakeNext();
  Thread& TakeByStrategy();

  // Choices that only an exploring scheduler has (executor_explore.cc).
  void PassExploring(SchedulingPoint point, uint64_t subject);
  void AddCandidates(unsigned lowest_right);
  bool TimeMayPass(Instant limit) const;
  size_t Ask(ChoiceKind kind, SchedulingPoint point = {}, uint64_t subject = 0);
  Thread& Take(const Candidate& candidate);
  void ResumeHeldOrPassTime();
  void RunTimersByChoice(Instant now);
  void Enter(Context& from, Thread& next);
  void OnTimeout(Thread& thread);

  // A thread's life (executor.cc).
  static Context& Start(void* thread);
  Context& RunBody(Thread& self);
  void Detach(Thread& thread);
  void Unwind(Thread& thread);
  void Retire(Thread& thread);
  ThreadInfo Describe(const Thread& thread) const;

  // The loop outside of threads (executor_run.cc).
  RunResult Loop();
  void Attend();
  void RunNext() { Run(TakeNext()); }
  void Run(Thread& next);
  std::optional<RunResult> PassTime();
  std::optional<RunResult> JumpToNextTimer();
  std::optional<RunResult> WaitForNextTimer();
  bool AttentionNeeded();
  bool LookAtVirtualTime();
  bool LookAround();
  bool PollDue(Instant now) const;
  bool Overdue(Instant now) const;
  bool Spinning() const { return virtual_clock_ != nullptr && quiet_points_ > options_.spin_limit; }

  Clock& clock_;
  VirtualClock* const virtual_clock_;  // null: time passes by itself
  const ExecutorOptions options_;
  Scheduler* const scheduler_;
  IdleHook* const idle_hook_;
  TimerQueue timers_;
  HeapBudget heap_;
  StackPool own_stacks_;
  StackPool& stacks_;
  ThreadTable threads_;
  ReadyQueue ready_;

  HostThread host_;  // that runs us, or ran us last
  Context home_;     // of who calls Run
  Thread* current_ = nullptr;
  Thread* ended_ = nullptr;  // its stack is left; to be retired
  ThreadHandle previous_;    // who was given the processor last
  // 0: scheduling points switch. Counts being outside of threads, NoSwitchScopes, and being unwound.
  uint32_t restrictions_ = 1;
  const char* no_switch_reason_ = nullptr;
  uint64_t switches_ = 0;
  uint64_t trace_ = 0;

  // For exploring only.
  ThreadQueue held_;                   // stand at a named point and can go on at any time
  uint32_t strict_scopes_ = 0;         // NoSwitchScopes that allow no named points either
  bool time_chosen_ = false;           // a choice was that time passes
  std::vector<Candidate> candidates_;  // of the choice being made; here only to reuse its memory

  // When scheduling points look at the clock and the devices: where time is virtual each one does. Counts are
  // of scheduling points.
  std::atomic<int> until_look_ = 0;  // atomic only for Stop in a signal handler
  int look_interval_ = 1;
  uint32_t quiet_points_ = 0;  // since a thread was woken
  uint32_t points_since_poll_ = 0;
  Instant last_look_{};
  Instant last_poll_{};
  bool waited_ = false;  // the idle hook has just waited, which looks at the devices too

  bool running_ = false;
  Instant run_deadline_ = kNever;
  std::atomic<bool> stop_ = false;
};

}  // namespace nut::os
