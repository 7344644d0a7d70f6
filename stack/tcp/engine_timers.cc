#include "stack/tcp/engine_timers.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::tcp {
namespace {

constexpr size_t kChildren = 4;

}  // namespace

void EngineTimers::ArmBy(ConnectionRecord& record, Instant deadline) {
  if (deadline == kNever) return;
  const bool has_entry = record.timer_position != ConnectionRecord::kNoTimer;
  const bool in_line = has_entry && InLine(record);
  if (record.state == State::kTimeWait && !in_line && line_.Fits(deadline)) {
    Remove(record);  // what it waited for before is over
    record.timer_position = kLine + line_.Push({deadline, &record});
  } else if (deadline >= WhenOf(record)) {
    return;
  } else if (has_entry && !in_line) {
    SiftUp(record.timer_position, {deadline, &record});
  } else {
    Remove(record);
    PutIntoHeap(record, deadline);
  }
}

void EngineTimers::Remove(ConnectionRecord& record) {
  if (record.timer_position == ConnectionRecord::kNoTimer) return;
  if (InLine(record)) {
    NUT_INVARIANT(line_.at(NumberOf(record)).record == &record,
                  "a record's place in the line is not its own");
    line_.Remove(NumberOf(record));
  } else {
    const size_t position = record.timer_position;
    NUT_INVARIANT(position < heap_.size() && heap_[position].record == &record,
                  "a record's timer is not its own");
    RemoveFromHeap(position);
  }
  record.timer_position = ConnectionRecord::kNoTimer;
}

ConnectionRecord* EngineTimers::PopDue(Instant now) {
  if (next() > now) return nullptr;
  ConnectionRecord* record = line_.next() < heap_next() ? line_.first() : heap_.front().record;
  Remove(*record);
  return record;
}

void EngineTimers::PutIntoHeap(ConnectionRecord& record, Instant deadline) {
  heap_.push_back({deadline, &record});
  SiftUp(heap_.size() - 1, {deadline, &record});
}

void EngineTimers::RemoveFromHeap(size_t position) {
  const Entry last = heap_.back();
  heap_.pop_back();
  if (position == heap_.size()) return;
  // One of the two moves it, if anything does.
  SiftUp(position, last);
  SiftDown(last.record->timer_position, last);
}

void EngineTimers::SiftUp(size_t position, const Entry& entry) {
  while (position > 0) {
    const size_t parent = (position - 1) / kChildren;
    if (heap_[parent].when <= entry.when) break;
    Place(position, heap_[parent]);
    position = parent;
  }
  Place(position, entry);
}

void EngineTimers::SiftDown(size_t position, const Entry& entry) {
  while (true) {
    const size_t first = position * kChildren + 1;
    if (first >= heap_.size()) break;
    const size_t last = std::min(first + kChildren, heap_.size());
    size_t earliest = first;
    for (size_t child = first + 1; child < last; ++child) {
      if (heap_[child].when < heap_[earliest].when) earliest = child;
    }
    if (entry.when <= heap_[earliest].when) break;
    Place(position, heap_[earliest]);
    position = earliest;
  }
  Place(position, entry);
}

}  // namespace nut::tcp
