// WorkerPool: the threads of a server. They are made when needed and reused: one that has nothing to do
// rests, and the one that rested last, whose stack is still in the cache, is woken first. Before a worker
// begins something that may wait, it sees to it that another one is there. Owned by the server, on the node's
// executor, which outlives it. Called by any thread of it, and from outside while it does not run.
#pragma once

#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <string>
#include <vector>

#include "stack/base/log.h"
#include "stack/base/result.h"
#include "stack/base/statistics.h"
#include "stack/os/event_queue.h"
#include "stack/os/executor.h"

namespace nut::pro {

struct WorkerOptions {
  size_t maximum_workers = 10240;  // at it, what could be done waits for one of them
  // So many rest for ever: with one that serves and one for what comes meanwhile, no thread is made or ended
  // in a server whose clients do not keep it waiting. Further ones end after a time without work.
  size_t kept_workers = 2;
  Duration spare_lifetime = 10s;
  unsigned jobs_per_yield = 64;   // one after another, before the network gets its turn to send and receive
  size_t stack_size = 64 * 1024;  // bytes
};

// What the workers do.
class WorkSource {
 public:
  virtual bool HasWork() = 0;
  // One job. May wait; calls WorkerPool::Wake before it does when there is more.
  virtual void DoJob() = 0;

 protected:
  ~WorkSource() = default;
};

class WorkerPool {
 public:
  WorkerPool(os::Executor& executor, Log& log, Statistics& statistics, std::string name, WorkSource& source,
             WorkerOptions options);
  // Ends the threads that are left.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // Makes the first worker. As Executor::Create.
  Result<void> Start();

  // There is work: wakes a worker, unless one is awake that will look for it anyway. Never switches.
  void Wake();

  // No worker begins another job. (switches) Waits until all have ended, and after `limit` ends them; from
  // outside of threads at once.
  void Stop(Duration limit);

  size_t size() const { return count_; }

 private:
  struct Worker;  // one thread's entry in the books
  using WorkerHook =
      boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

  Result<void> Add();
  void Run(Worker& me);
  bool Rest(Worker& me);
  void KeepOneSpare();
  void EndAll();

  os::Executor& executor_;
  Log& log_;
  Statistics& statistics_;
  const std::string name_;
  WorkSource& source_;
  const WorkerOptions options_;

  std::vector<os::ThreadHandle> threads_;  // may name some that have ended
  boost::intrusive::list<WorkerHook, boost::intrusive::constant_time_size<false>> resting_;  // the last first
  size_t resting_count_ = 0;
  size_t count_ = 0;
  size_t looking_ = 0;  // workers that are awake and in no job
  bool stopping_ = false;
  os::EventQueue worker_gone_;
};

}  // namespace nut::pro
