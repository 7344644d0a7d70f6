// What the executor tells of its threads.
#include "stack/base/invariant.h"
#include "stack/os/executor.h"

namespace nut::os {

ThreadHandle Executor::current() const { return current_ != nullptr ? current_->handle : ThreadHandle{}; }

std::string_view Executor::name_of(ThreadHandle handle) const {
  const Thread* const thread = threads_.Find(handle);
  return thread != nullptr ? std::string_view(thread->name) : std::string_view();
}

uint8_t Executor::priority_of(ThreadHandle handle) const {
  const Thread* const thread = threads_.Find(handle);
  return thread != nullptr ? thread->priority : kEndThread;
}

ThreadHandle Executor::FindByName(std::string_view name) const {
  const Thread* const thread = threads_.FindByName(name);
  return thread != nullptr ? thread->handle : ThreadHandle{};
}

ThreadInfo Executor::Describe(const Thread& thread) const {
  return {.handle = thread.handle,
          .name = thread.name,
          .priority = thread.priority,
          .state = thread.state,
          .stack_size = thread.stack.size,
          .stack_used = StackPool::HighWater(thread.stack),
          .waiting_on = std::string(thread.waiting_on),
          .wakes_at = thread.timeout.deadline(),
          .switches = thread.switches};
}

std::vector<ThreadInfo> Executor::Threads() const {
  std::vector<ThreadInfo> result;
  result.reserve(threads_.size());
  threads_.ForEach([&](const Thread& thread) { result.push_back(Describe(thread)); });
  return result;
}

Result<ThreadInfo> Executor::Inspect(ThreadHandle handle) const {
  const Thread* const thread = threads_.Find(handle);
  if (thread == nullptr) return Fail(Error::kStaleHandle);
  return Describe(*thread);
}

}  // namespace nut::os
