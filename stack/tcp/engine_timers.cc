#include "stack/tcp/engine_timers.h"

#include <algorithm>

#include "stack/base/invariant.h"

namespace nut::tcp {
namespace {

constexpr size_t kChildren = 4;

}  // namespace

void EngineTimers::ArmBy(ConnectionRecord& record, Instant deadline) {
  if (deadline == kNever) return;
  if (record.timer_position == ConnectionRecord::kNoTimer) {
    heap_.push_back({deadline, &record});
    SiftUp(heap_.size() - 1, {deadline, &record});
  } else if (deadline < heap_[record.timer_position].when) {
    SiftUp(record.timer_position, {deadline, &record});
  }
}

void EngineTimers::Remove(ConnectionRecord& record) {
  if (record.timer_position == ConnectionRecord::kNoTimer) return;
  const size_t position = record.timer_position;
  NUT_INVARIANT(position < heap_.size() && heap_[position].record == &record,
                "a record's timer is not its own");
  record.timer_position = ConnectionRecord::kNoTimer;
  const Entry last = heap_.back();
  heap_.pop_back();
  if (position == heap_.size()) return;
  // One of the two moves it, if anything does.
  SiftUp(position, last);
  SiftDown(last.record->timer_position, last);
}

ConnectionRecord* EngineTimers::PopDue(Instant now) {
  if (heap_.empty() || heap_.front().when > now) return nullptr;
  ConnectionRecord* record = heap_.front().record;
  Remove(*record);
  return record;
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
