#include "stack/pro/server/worker_pool.h"

#include <algorithm>
#include <memory>
#include <utility>

namespace nut::pro {

// Made before the thread, destroyed with it, however it ends: the books are right even when a thread is
// killed.
struct WorkerPool::Worker : WorkerHook {
  enum class Doing : uint8_t { kLooking, kJob, kResting };

  explicit Worker(WorkerPool& p) : pool(p), woken(p.executor_, "server rest") {
    ++pool.count_;
    ++pool.looking_;
  }
  ~Worker() {
    Become(Doing::kJob);
    --pool.count_;
    pool.worker_gone_.PostAsync();
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void Become(Doing next) {
    const auto count = [&](int step) {
      if (doing == Doing::kLooking) pool.looking_ += static_cast<size_t>(step);
      if (doing == Doing::kResting) pool.resting_count_ += static_cast<size_t>(step);
    };
    count(-1);
    if (doing == Doing::kResting) unlink();
    doing = next;
    if (doing == Doing::kResting) pool.resting_.push_front(*this);
    count(+1);
  }

  WorkerPool& pool;
  Doing doing = Doing::kLooking;
  os::EventQueue woken;
};

WorkerPool::WorkerPool(os::Executor& executor, Log& log, Statistics& statistics, std::string name,
                       WorkSource& source, WorkerOptions options)
    : executor_(executor),
      log_(log),
      statistics_(statistics),
      name_(std::move(name)),
      source_(source),
      options_(options),
      worker_gone_(executor, "server stop") {}

WorkerPool::~WorkerPool() { EndAll(); }

Result<void> WorkerPool::Start() { return Add(); }

Result<void> WorkerPool::Add() {
  // Amortised: the list is at most twice as long as the number of threads.
  if (threads_.size() > 2 * count_ + 16) {
    std::erase_if(threads_, [&](os::ThreadHandle thread) { return !executor_.alive(thread); });
  }
  auto worker = std::make_shared<Worker>(*this);
  auto thread = executor_.Create(
      name_, [this, worker] { Run(*worker); }, options_.stack_size);
  if (!thread) return Fail(thread.error());
  threads_.push_back(*thread);
  return {};
}

void WorkerPool::Wake() {
  if (looking_ > 0 || resting_.empty()) return;
  Worker& worker = static_cast<Worker&>(resting_.front());
  worker.Become(Worker::Doing::kLooking);
  worker.woken.PostAsync();
}

void WorkerPool::KeepOneSpare() {
  if (resting_count_ + looking_ > 0) return;
  if (count_ >= options_.maximum_workers) {
    statistics_.Add(Counter::kServerLimitReached);
    log_.Print(LogLevel::kDebug, "server", "{}: all {} threads are busy", name_, count_);
    return;
  }
  if (auto added = Add(); !added) {
    statistics_.Add(Counter::kServerLimitReached);
    log_.Print(LogLevel::kWarning, "server", "{}: no further thread: {}", name_, Describe(added.error()));
  }
}

void WorkerPool::Run(Worker& me) {
  unsigned jobs = 0;
  while (!stopping_) {
    if (!source_.HasWork()) {
      if (!Rest(me)) return;
      jobs = 0;
      continue;
    }
    if (jobs++ == options_.jobs_per_yield) {
      executor_.Yield();
      jobs = 0;
      continue;
    }
    me.Become(Worker::Doing::kJob);
    KeepOneSpare();
    source_.DoJob();
    me.Become(Worker::Doing::kLooking);
  }
}

// False: there was nothing to do for so long that the worker may end.
bool WorkerPool::Rest(Worker& me) {
  me.Become(Worker::Doing::kResting);
  me.woken.Wait(resting_count_ > options_.kept_workers ? options_.spare_lifetime : kForever);
  if (me.doing == Worker::Doing::kLooking) return true;
  // Nobody has woken it. The ones below it rest for ever; others may have begun to work meanwhile.
  const bool needed = resting_count_ <= options_.kept_workers;
  me.Become(Worker::Doing::kLooking);
  return needed;
}

void WorkerPool::Stop(Duration limit) {
  stopping_ = true;
  if (!executor_.in_thread()) return EndAll();
  while (!resting_.empty()) {
    Worker& worker = static_cast<Worker&>(resting_.front());
    worker.Become(Worker::Doing::kLooking);
    worker.woken.PostAsync();
  }
  const Instant deadline = After(executor_.Now(), limit);
  while (count_ > 0 && executor_.Now() < deadline) worker_gone_.Wait(deadline - executor_.Now());
  EndAll();
}

void WorkerPool::EndAll() {
  stopping_ = true;
  // Killing unwinds the thread, which closes its stream; its handle stays, stale.
  const std::vector<os::ThreadHandle> threads = std::exchange(threads_, {});
  for (const os::ThreadHandle thread : threads) executor_.Kill(thread);
}

}  // namespace nut::pro
