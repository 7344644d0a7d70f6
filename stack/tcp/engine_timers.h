// EngineTimers: the records that want to be called at some time, the earliest first: one entry per
// connection, in a 4-ary heap. Deadlines that move later cost nothing (the entry stays, and is put right when
// it comes up); that is what most do, with every ACK. Owned by the machine; state-machine thread and
// Send/Receive only.
#pragma once

#include <cstddef>
#include <vector>

#include "stack/base/time.h"
#include "stack/tcp/engine_record.h"

namespace nut::tcp {

class EngineTimers {
 public:
  // Not later than the earliest deadline: a lower bound. kNever when empty.
  Instant next() const { return heap_.empty() ? kNever : heap_.front().when; }
  size_t size() const { return heap_.size(); }

  // When the record's entry comes up; kNever without one.
  Instant WhenOf(const ConnectionRecord& record) const {
    return record.timer_position == ConnectionRecord::kNoTimer ? kNever : heap_[record.timer_position].when;
  }

  // Makes sure that the record comes up at `deadline` or earlier. kNever does nothing.
  void ArmBy(ConnectionRecord& record, Instant deadline);
  void Remove(ConnectionRecord& record);

  // Takes off a record whose entry is not after `now`; null when there is none. The caller looks whether it
  // is really due and arms it again.
  ConnectionRecord* PopDue(Instant now);

 private:
  struct Entry {
    Instant when;
    ConnectionRecord* record;
  };

  void Place(size_t position, const Entry& entry) {
    heap_[position] = entry;
    entry.record->timer_position = static_cast<uint32_t>(position);
  }
  void SiftUp(size_t position, const Entry& entry);
  void SiftDown(size_t position, const Entry& entry);

  std::vector<Entry> heap_;
};

}  // namespace nut::tcp
