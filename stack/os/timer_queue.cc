#include "stack/os/timer_queue.h"

#include <algorithm>
#include <utility>

#include "stack/base/invariant.h"
#include "stack/os/timer.h"

namespace nut::os {
namespace {

constexpr size_t kFanout = 4;

}  // namespace

TimerQueue::~TimerQueue() { NUT_INVARIANT(heap_.empty(), "a timer outlives its queue"); }

size_t TimerQueue::RunDue(Instant now, TimerOrder* order) noexcept {
  if (next_deadline() > now) return 0;
  boost::intrusive::list<Timer, boost::intrusive::constant_time_size<false>,
                         boost::intrusive::member_hook<Timer, decltype(Timer::due_link_), &Timer::due_link_>>
      due;
  while (next_deadline() <= now) {
    Timer& timer = *heap_.front().timer;
    RemoveAt(0);
    timer.position_ = Timer::kDue;
    due.push_back(timer);
  }
  size_t fired = 0;
  std::vector<std::string_view> labels;
  for (; !due.empty(); ++fired) {
    auto next = due.begin();
    if (order != nullptr) {
      labels.clear();
      for (const Timer& timer : due) labels.push_back(timer.label());
      std::advance(next, order->Next(labels));
      if (next == due.end()) break;
    }
    Timer& timer = *next;
    due.erase(next);
    Fire(timer, now);
  }
  while (!due.empty()) {
    Timer& timer = due.front();
    due.pop_front();
    PutBack(timer);
  }
  return fired;
}

// As if it had never been taken off the heap.
void TimerQueue::PutBack(Timer& timer) {
  heap_.push_back(EntryOf(timer));
  SiftUp(heap_.size() - 1, EntryOf(timer));
}

void TimerQueue::Fire(Timer& timer, Instant now) {
  timer.position_ = Timer::kIdle;
  if (timer.period_ > Duration::zero()) {
    const auto missed = (now - timer.deadline_) / timer.period_;
    Arm(timer, After(timer.deadline_, timer.period_ * (missed + 1)));
  }
  // Off the timer while it runs: the callback may destroy the timer, and itself with it.
  firing_ = &timer;
  auto callback = std::exchange(timer.callback_, nullptr);
  callback();
  if (firing_ == &timer) timer.callback_ = std::move(callback);
  firing_ = nullptr;
}

TimerQueue::Entry TimerQueue::EntryOf(Timer& timer) { return {timer.deadline_, timer.order_, &timer}; }

void TimerQueue::Arm(Timer& timer, Instant deadline) {
  if (timer.position_ == Timer::kDue) Disarm(timer);
  timer.deadline_ = deadline;
  timer.order_ = ++starts_;
  const Entry entry = EntryOf(timer);
  if (timer.position_ == Timer::kIdle) {
    heap_.push_back(entry);
    SiftUp(heap_.size() - 1, entry);
  } else if (entry < heap_[timer.position_]) {
    SiftUp(timer.position_, entry);
  } else {
    PutTopRight();
  }
}

void TimerQueue::Disarm(Timer& timer) {
  if (timer.position_ == Timer::kDue)
    timer.due_link_.unlink();
  else
    RemoveAt(timer.position_);
  timer.position_ = Timer::kIdle;
}

void TimerQueue::RemoveAt(size_t position) {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (position != heap_.size()) {
    if (last < heap_[position])
      SiftUp(position, last);
    else
      SiftDown(position, last);
  }
  PutTopRight();
}

void TimerQueue::PutTopRight() {
  while (!heap_.empty() && heap_.front().order != heap_.front().timer->order_)
    SiftDown(0, EntryOf(*heap_.front().timer));
}

void TimerQueue::Place(size_t position, const Entry& entry) {
  heap_[position] = entry;
  entry.timer->position_ = static_cast<uint32_t>(position);
}

// Moves the hole at `position` towards the root until `entry` may stand in it.
void TimerQueue::SiftUp(size_t position, const Entry& entry) {
  while (position > 0) {
    const size_t parent = (position - 1) / kFanout;
    if (!(entry < heap_[parent])) break;
    Place(position, heap_[parent]);
    position = parent;
  }
  Place(position, entry);
}

// Moves the hole at `position` towards the leaves until `entry` may stand in it.
void TimerQueue::SiftDown(size_t position, const Entry& entry) {
  for (;;) {
    const size_t first = position * kFanout + 1;
    if (first >= heap_.size()) break;
    const size_t end = std::min(first + kFanout, heap_.size());
    size_t least = first;
    for (size_t child = first + 1; child < end; ++child)
      if (heap_[child] < heap_[least]) least = child;
    if (!(heap_[least] < entry)) break;
    Place(position, heap_[least]);
    position = least;
  }
  Place(position, entry);
}

std::vector<TimerInfo> TimerQueue::Snapshot() const {
  std::vector<Entry> sorted;
  sorted.reserve(heap_.size());
  for (const Entry& entry : heap_) sorted.push_back(EntryOf(*entry.timer));
  std::sort(sorted.begin(), sorted.end());
  std::vector<TimerInfo> result;
  result.reserve(sorted.size());
  for (const Entry& entry : sorted)
    result.push_back({entry.timer->label(), entry.deadline, entry.timer->period()});
  return result;
}

}  // namespace nut::os
