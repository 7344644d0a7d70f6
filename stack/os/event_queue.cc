#include "stack/os/event_queue.h"

#include "stack/base/invariant.h"
#include "stack/os/executor_switch.h"

namespace nut::os {

EventQueue::~EventQueue() {
  NUT_INVARIANT(!has_waiters(), "an event queue is destroyed while threads wait in it");
}

bool EventQueue::Wait(Duration timeout) {
  if (TryWait()) return true;
  return executor_.Suspend(&waiters_, timeout, label_);
}

bool EventQueue::WaitNext(Duration timeout) {
  signalled_ = false;
  return executor_.Suspend(&waiters_, timeout, label_);
}

bool EventQueue::Consume() {
  signalled_ = false;
  executor_.GiveWay();
  return true;
}

int EventQueue::Post() {
  const int woken = PostAsync();
  executor_.GiveWay();
  return woken;
}

int EventQueue::WakeAll() {
  int woken = 0;
  for (; !waiters_.empty(); ++woken) WakeFirst();
  return woken;
}

int EventQueue::Broadcast() {
  const int woken = BroadcastAsync();
  executor_.GiveWay();
  return woken;
}

void EventQueue::Reset(bool signalled) {
  NUT_INVARIANT(!has_waiters(), "an event queue is reset while threads wait in it");
  signalled_ = signalled;
}

int EventQueue::WakeFirst() {
  Thread& thread = Thread::Of(waiters_.front());
  waiters_.pop_front();
  if (thread.timeout.armed()) thread.timeout.Stop();
  thread.posted = true;
  executor_.MakeReady(thread);
  return 1;
}

}  // namespace nut::os
