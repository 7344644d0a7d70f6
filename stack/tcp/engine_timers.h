// EngineTimers: the records that want to be called at some time, the earliest first: one entry per
// connection, in a 4-ary heap, or, in TIME-WAIT, in a line. Deadlines that move later cost nothing (the entry
// stays, and is put right when it comes up); that is what most do, with every ACK. Owned by the machine;
// state-machine thread and Send/Receive only.
#pragma once

#include <cstddef>
#include <vector>

#include "stack/base/time.h"
#include "stack/tcp/engine_record.h"
#include "stack/tcp/timer_line.h"

namespace nut::tcp {

class EngineTimers {
 public:
  // Not later than the earliest deadline: a lower bound. kNever when empty.
  Instant next() const { return std::min(heap_next(), line_.next()); }
  size_t size() const { return heap_.size() + line_.size(); }

  // When the record's entry comes up; kNever without one.
  Instant WhenOf(const ConnectionRecord& record) const {
    if (record.timer_position == ConnectionRecord::kNoTimer) return kNever;
    return InLine(record) ? line_.at(NumberOf(record)).when : heap_[record.timer_position].when;
  }

  // Makes sure that the record comes up at `deadline` or earlier. kNever does nothing.
  void ArmBy(ConnectionRecord& record, Instant deadline);
  void Remove(ConnectionRecord& record);

  // Takes off a record whose entry is not after `now`, the earliest; null when there is none. The caller
  // looks whether it is really due and arms it again.
  ConnectionRecord* PopDue(Instant now);

 private:
  // A position from here on is a place in the line.
  static constexpr uint32_t kLine = uint32_t{1} << 31;
  static_assert(kLine + TimerLine::kNumbers - 1 < ConnectionRecord::kNoTimer);

  struct Entry {
    Instant when;
    ConnectionRecord* record;
  };

  // Not for a record without entry.
  static bool InLine(const ConnectionRecord& record) { return record.timer_position >= kLine; }
  static uint32_t NumberOf(const ConnectionRecord& record) { return record.timer_position - kLine; }

  Instant heap_next() const { return heap_.empty() ? kNever : heap_.front().when; }
  void Place(size_t position, const Entry& entry) {
    heap_[position] = entry;
    entry.record->timer_position = static_cast<uint32_t>(position);
  }
  void PutIntoHeap(ConnectionRecord& record, Instant deadline);
  void RemoveFromHeap(size_t position);
  void SiftUp(size_t position, const Entry& entry);
  void SiftDown(size_t position, const Entry& entry);

  std::vector<Entry> heap_;
  TimerLine line_;
};

}  // namespace nut::tcp
