#include "stack/net/receive_thread.h"

#include <algorithm>
#include <span>

namespace nut::net {

ReceiveThread::ReceiveThread(os::Executor& executor, link::Device& device, ReceiveHandler& handler,
                             ReceiveThreadOptions options)
    : executor_(executor),
      device_(device),
      handler_(handler),
      options_(options),
      work_(executor, "rx"),
      batch_(options.batch) {}

ReceiveThread::~ReceiveThread() { Stop(); }

Result<void> ReceiveThread::Start() {
  device_.SetListener(this);
  Result<os::ThreadHandle> thread = executor_.Create(
      "rx", [this] { Run(); }, options_.stack_size, options_.priority);
  if (!thread) {
    device_.SetListener(nullptr);
    return Fail(thread.error());
  }
  thread_ = *thread;
  return {};
}

void ReceiveThread::Stop() {
  if (!thread_.valid()) return;
  device_.SetListener(nullptr);
  executor_.Kill(thread_);
  thread_ = {};
}

void ReceiveThread::Run() {
  for (;;) {
    // The executor has looked at the clock before it came here, and a look costs as much as a switch.
    const Instant now = executor_.RecentTime();
    const bool more = RunBatch(now);
    const Instant next = handler_.OnTimer(now);
    if (more) {
      executor_.SetPriority(options_.busy_priority);
      executor_.SetPriority(options_.priority);
    } else {
      work_.Wait(next == kNever ? kForever : std::max<Duration>(next - now, Duration(1)));
    }
  }
}

bool ReceiveThread::RunBatch(Instant now) {
  bool drained = false;
  size_t bytes = 0;
  for (size_t taken = 0; taken < batch_.size() && bytes < options_.batch_bytes && !drained;) {
    // Device: 0 says that nothing is left, and that the listener will be told again.
    const size_t count = device_.Receive(std::span(batch_).first(batch_.size() - taken));
    for (size_t i = 0; i < count; ++i) {
      bytes += batch_[i]->size();
      handler_.OnFrame(std::move(batch_[i]), now);
    }
    taken += count;
    drained = count == 0;
  }
  const bool more_looped = handler_.OnLoopback(batch_.size(), now);
  return !drained || more_looped;
}

}  // namespace nut::net
