#include "stack/os/executor.h"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <utility>

#include "stack/base/invariant.h"
#include "stack/os/executor_switch.h"

namespace nut::os {
namespace {

// Thrown in a thread that ends, so that its destructors run; caught at the bottom of its stack and nowhere
// else. The one exception under stack/: it is how a fiber is unwound, and never an error.
struct Unwinding {};

// So many posts and the like may a killed thread make between two waits; then it is taken to do nothing else.
constexpr uint32_t kReprieves = 1000;

VirtualClock* AsVirtual(Clock& clock) {
  if (!clock.is_virtual()) return nullptr;
  auto* const result = dynamic_cast<VirtualClock*>(&clock);
  NUT_INVARIANT(result != nullptr, "a virtual clock that the executor cannot move");
  return result;
}

}  // namespace

Executor::Executor(Clock& clock, ExecutorOptions options, Scheduler* scheduler, IdleHook* idle_hook)
    : clock_(clock),
      virtual_clock_(AsVirtual(clock)),
      options_(options),
      scheduler_(scheduler),
      idle_hook_(idle_hook),
      timers_(clock),
      heap_(options.heap_budget),
      own_stacks_(options.stack_pool_limit),
      stacks_(options.stacks != nullptr ? *options.stacks : own_stacks_) {}

Executor::~Executor() {
  NUT_INVARIANT(!running_, "an executor is destroyed while it runs");
  KillAll();
}

Result<ThreadHandle> Executor::Create(std::string_view name, std::function<void()> body, size_t stack_size,
                                      uint8_t priority) {
  if (threads_.size() >= options_.maximum_threads) return Fail(Error::kNoBuffers);
  const auto stack =
      stacks_.Acquire(std::min(std::max(stack_size, options_.minimum_stack), options_.maximum_stack));
  if (!stack) return Fail(stack.error());
  // In Nut/OS a stack is a block of the heap, and too many threads exhaust it.
  if (!heap_.Reserve(stack->size)) {
    stacks_.Release(*stack);
    return Fail(Error::kNoBuffers);
  }
  Thread& thread = threads_.Add(std::make_unique<Thread>(*this, name, std::move(body)));
  const ThreadHandle handle = thread.handle;
  thread.stack = *stack;
  thread.priority = std::min(priority, kLowestPriority);
  thread.context.Prepare(thread.stack, &Executor::Start, &thread);
  MakeReady(thread);
  if (current_ != nullptr && thread.priority < current_->priority && MaySwitch(WhenKilled::kReturn)) {
    // The creator gives way to higher right without losing its place among its equals.
    Thread& self = *current_;
    self.state = ThreadState::kReady;
    ready_.PushFront(self, self.priority);
    Reschedule(self, AttentionNeeded());
  }
  return handle;
}

void Executor::Yield() {
  if (!MaySwitch(WhenKilled::kEnd)) return;
  Thread& self = *current_;
  GiveWay();
  EndIfKilled(self);
}

void Executor::GiveWay() {
  if (!MaySwitch(WhenKilled::kReturn)) return;
  Thread& self = *current_;
  const bool attention = AttentionNeeded();
  // Who stands at a named point (under an exploring scheduler) can go on instead.
  if (attention || ready_.best() <= self.priority || !held_.empty()) Requeue(self, attention);
}

void Executor::Sleep(Duration length) {
  if (length <= Duration::zero()) return Yield();
  Suspend(nullptr, length, "sleep");
}

uint8_t Executor::SetPriority(uint8_t level) {
  if (level == kEndThread) Exit();
  const bool may_switch = MaySwitch(WhenKilled::kEnd);
  Thread& self = *current_;
  const uint8_t old = std::exchange(self.priority, level);
  if (may_switch) Requeue(self, AttentionNeeded());
  EndIfKilled(self);
  return old;
}

void Executor::Exit() {
  if (MaySwitch(WhenKilled::kReturn)) {
    current_->unwinding = true;
    ++restrictions_;
  }
  throw Unwinding();
}

bool Executor::Kill(ThreadHandle handle) {
  Thread* const thread = threads_.Find(handle);
  if (thread == nullptr) return false;
  if (thread == current_) Exit();
  NUT_INVARIANT(no_switch_reason_ == nullptr, "a thread is killed where no other may run");
  NUT_INVARIANT(thread->state != ThreadState::kRunning, "a thread is killed by one that it kills");
  if (!running_) host_ = HostThread();
  Detach(*thread);
  Unwind(*thread);
  return true;
}

void Executor::KillAll() {
  NUT_INVARIANT(!in_thread(), "a thread kills all, itself included");
  // First take everybody out of the queues they wait in: a queue may lie on the stack of a thread that goes
  // earlier.
  threads_.ForEach([this](Thread& thread) { Detach(thread); });
  while (Thread* const thread = threads_.First()) Kill(thread->handle);
}

// Takes it out of the queue and off the timer on which it waits, or out of those that can run.
void Executor::Detach(Thread& thread) {
  thread.timeout.Stop();
  if (!thread.is_linked()) return;
  if (thread.state == ThreadState::kReady)
    ready_.Remove(thread, thread.priority);
  else
    thread.unlink();
}

// Runs a detached thread to its end on the spot.
void Executor::Unwind(Thread& thread) {
  Thread* const killer = current_;
  Context& here = killer != nullptr ? killer->context : home_;
  const uint32_t restrictions = std::exchange(restrictions_, 1);
  thread.unwinding = true;
  thread.return_to = &here;
  Enter(here, thread);
  current_ = killer;
  restrictions_ = restrictions;
  Retire(thread);
}

Context& Executor::Start(void* thread) {
  Thread& self = *static_cast<Thread*>(thread);
  return self.executor.RunBody(self);
}

Context& Executor::RunBody(Thread& self) {
  const auto fail = [&self](const char* what) {
    InvariantBroken("no exception leaves a thread", __FILE__, __LINE__,
                    fmt::format("thread '{}' ended by an exception: {}", self.name, what));
  };
  try {
    const std::function<void()> body = std::move(self.body);  // destroyed on this stack
    if (!self.unwinding) body();
  } catch (const Unwinding&) {
  } catch (const std::exception& exception) {
    fail(exception.what());
  } catch (...) {
    fail("of unknown type");
  }
  self.state = ThreadState::kTerminated;
  current_ = nullptr;
  restrictions_ = 1;
  if (self.return_to != nullptr) return *self.return_to;
  ended_ = &self;
  return home_;
}

void Executor::Retire(Thread& thread) {
  heap_.Release(thread.stack.size);
  stacks_.Release(thread.stack);
  threads_.Remove(thread);
}

bool Executor::MaySwitchRestricted(WhenKilled when_killed) {
  NUT_INVARIANT(current_ != nullptr, "a scheduling point outside of every thread (in a timer callback?)");
  if (no_switch_reason_ != nullptr) {
    InvariantBroken(
        "no scheduling point in a NoSwitchScope", __FILE__, __LINE__,
        fmt::format("thread '{}' passes a scheduling point in: {}", current_->name, no_switch_reason_));
  }
  // It is being ended. If no exception is on its way, it was spared so far, or somebody swallowed the
  // exception.
  const bool on_its_way = std::uncaught_exceptions() != 0;
  const bool spared = when_killed == WhenKilled::kReturn && ++current_->reprieves <= kReprieves;
  if (!on_its_way && !spared) throw Unwinding();
  return false;
}

void Executor::EndIfKilled(const Thread& self) {
  if (self.unwinding && std::uncaught_exceptions() == 0) throw Unwinding();
}

bool Executor::Suspend(ThreadQueue* queue, Duration timeout, std::string_view label) {
  if (!MaySwitch(WhenKilled::kEnd)) return false;
  Thread& self = *current_;
  self.state = ThreadState::kSleeping;
  self.waiting_on = label;
  self.posted = false;
  if (timeout != kForever) self.timeout.StartAfter(timeout);
  if (queue != nullptr) {
    // Behind the last one of equal or higher right; mostly at the end.
    auto position = queue->end();
    while (position != queue->begin() && Thread::Of(*std::prev(position)).priority > self.priority)
      --position;
    queue->insert(position, self);
  }
  Reschedule(self, AttentionNeeded());
  self.waiting_on = {};
  if (!self.posted) EndIfKilled(self);
  return self.posted;
}

void Executor::OnTimeout(Thread& thread) {
  if (thread.is_linked()) thread.unlink();
  MakeReady(thread);
}

Thread& Executor::TakeByStrategy() {
  candidates_.clear();
  AddCandidates(kLowestPriority);
  return Take(candidates_[Ask(ChoiceKind::kThread)]);
}

}  // namespace nut::os
