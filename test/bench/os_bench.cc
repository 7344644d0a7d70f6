// What the kernel costs: a thread switch, an event from post to wake-up, a timer among 100,000 others.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>
#include <vector>

#include "stack/base/clock.h"
#include "stack/base/rng.h"
#include "stack/os/event_queue.h"
#include "stack/os/executor.h"
#include "stack/os/mutex.h"
#include "stack/os/timer.h"

namespace nut::os {
namespace {

// range(0) threads yield in turn: one iteration is one switch.
template <typename ClockType>
void BM_YieldSwitch(benchmark::State& state) {
  ClockType clock;
  Executor executor(clock);
  bool stop = false;
  for (int i = 1; i < state.range(0); ++i) {
    (void)executor.Create("other", [&] {
      while (!stop) executor.Yield();
    });
  }
  (void)executor.Create("measured", [&] {
    const uint64_t before = executor.switches();
    for (auto _ : state) executor.Yield();
    state.SetItemsProcessed(static_cast<int64_t>(executor.switches() - before));
    stop = true;
  });
  executor.Run();
}
BENCHMARK_TEMPLATE(BM_YieldSwitch, MonotonicClock)->Arg(2)->Arg(16)->Arg(1000)->Arg(10000);
BENCHMARK_TEMPLATE(BM_YieldSwitch, VirtualClock)->Arg(2);

// Nobody else can run: the price of asking.
void BM_YieldAlone(benchmark::State& state) {
  MonotonicClock clock;
  Executor executor(clock);
  (void)executor.Create("alone", [&] {
    for (auto _ : state) executor.Yield();
  });
  executor.Run();
}
BENCHMARK(BM_YieldAlone);

// One iteration: post to a waiting thread, which runs and waits again. Two switches.
void BM_EventPostAndWake(benchmark::State& state) {
  MonotonicClock clock;
  Executor executor(clock);
  EventQueue queue(executor);
  bool stop = false;
  (void)executor.Create("waiter", [&] {
    while (!stop) queue.Wait();
  });
  (void)executor.Create("poster", [&] {
    for (auto _ : state) queue.Post();
    stop = true;
    queue.Post();
  });
  executor.Run();
}
BENCHMARK(BM_EventPostAndWake);

// Same, and the waiter has a time limit: a timer is started and stopped each time.
void BM_EventPostAndWakeWithTimeout(benchmark::State& state) {
  MonotonicClock clock;
  Executor executor(clock);
  EventQueue queue(executor);
  bool stop = false;
  (void)executor.Create("waiter", [&] {
    while (!stop) queue.Wait(10s);
  });
  (void)executor.Create("poster", [&] {
    for (auto _ : state) queue.Post();
    stop = true;
    queue.Post();
  });
  executor.Run();
}
BENCHMARK(BM_EventPostAndWakeWithTimeout);

void BM_MutexLockUnlockContended(benchmark::State& state) {
  MonotonicClock clock;
  Executor executor(clock);
  Mutex mutex(executor);
  bool stop = false;
  const auto lock_and_yield = [&] {
    const MutexLock lock(mutex);
    executor.Yield();
  };
  (void)executor.Create("other", [&] {
    while (!stop) lock_and_yield();
  });
  (void)executor.Create("measured", [&] {
    for (auto _ : state) lock_and_yield();
    stop = true;
  });
  executor.Run();
}
BENCHMARK(BM_MutexLockUnlockContended);

void BM_ThreadCreateRunEnd(benchmark::State& state) {
  MonotonicClock clock;
  Executor executor(clock);
  (void)executor.Create("creator", [&] {
    for (auto _ : state) {
      (void)executor.Create("short", [] {});
      executor.Yield();
    }
  });
  executor.Run();
}
BENCHMARK(BM_ThreadCreateRunEnd);

// range(0) timers are armed; each iteration starts one of them anew (as an ACK does with a retransmission
// timer).
void BM_TimerRestart(benchmark::State& state) {
  VirtualClock clock;
  TimerQueue queue(clock);
  Rng rng("timer bench");
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < state.range(0); ++i) {
    timers.push_back(std::make_unique<Timer>(queue, [] {}));
    timers.back()->StartAfter(Duration(rng.Below(1000000000)));
  }
  size_t at = 0;
  for (auto _ : state) {
    clock.Advance(1us);
    at = (at + 7919) % timers.size();
    timers[at]->StartAfter(200ms);
  }
}
BENCHMARK(BM_TimerRestart)->Arg(100)->Arg(10000)->Arg(100000);

void BM_TimerStartStop(benchmark::State& state) {
  VirtualClock clock;
  TimerQueue queue(clock);
  Rng rng("timer bench");
  std::vector<std::unique_ptr<Timer>> timers;
  for (int i = 0; i < state.range(0); ++i) {
    timers.push_back(std::make_unique<Timer>(queue, [] {}));
    timers.back()->StartAfter(Duration(rng.Below(1000000000)));
  }
  std::vector<Duration> delays(4096);
  for (Duration& delay : delays) delay = Duration(rng.Below(1000000000));
  Timer timer(queue, [] {});
  size_t at = 0;
  for (auto _ : state) {
    timer.StartAfter(delays[++at % delays.size()]);
    timer.Stop();
  }
}
BENCHMARK(BM_TimerStartStop)->Arg(100)->Arg(10000)->Arg(100000);

// One iteration: time moves to the next of range(0) timers, which fires and is started again.
void BM_TimerFire(benchmark::State& state) {
  VirtualClock clock;
  TimerQueue queue(clock);
  Rng rng("timer bench");
  std::vector<std::unique_ptr<Timer>> timers;
  timers.reserve(static_cast<size_t>(state.range(0)));
  for (int i = 0; i < state.range(0); ++i) {
    timers.push_back(std::make_unique<Timer>(queue, [] {}));
    timers.back()->StartPeriodic(1ms + Duration(rng.Below(1000000000)));
  }
  for (auto _ : state) {
    clock.AdvanceTo(queue.next_deadline());
    queue.RunDue(clock.Now());
  }
}
BENCHMARK(BM_TimerFire)->Arg(100)->Arg(100000);

}  // namespace
}  // namespace nut::os
