// TimerLine: records whose deadlines come in order, because they all wait for the same time: the first in is
// the first due. Beside the heap of EngineTimers, which owns it, for TIME-WAIT: there are many of those, and
// nothing happens to most of them until their time has passed. Entering, leaving and coming up cost the same
// however many there are.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/base/ring_queue.h"
#include "stack/base/time.h"

namespace nut::tcp {

struct ConnectionRecord;

class TimerLine {
 public:
  // Names an entry as long as it is there: among so many there are no two of one number.
  static constexpr uint32_t kNumbers = uint32_t{1} << 30;

  struct Entry {
    Instant when{};
    ConnectionRecord* record = nullptr;  // null: it has left
  };

  size_t size() const { return size_; }
  // The deadline of the first; kNever when there is none.
  Instant next() const { return size_ == 0 ? kNever : entries_[0].when; }
  // Not when empty.
  ConnectionRecord* first() const { return entries_[0].record; }
  // Whether somebody with this deadline may go behind the last.
  bool Fits(Instant when) const { return size_ == 0 || when >= entries_[entries_.size() - 1].when; }

  // The number of the new entry, which fits.
  uint32_t Push(const Entry& entry) {
    entries_.Push(entry);
    ++size_;
    return static_cast<uint32_t>(front_ + entries_.size() - 1) % kNumbers;
  }
  const Entry& at(uint32_t number) const { return entries_[PlaceOf(number)]; }
  void Remove(uint32_t number) {
    entries_[PlaceOf(number)].record = nullptr;
    --size_;
    while (!entries_.empty() && entries_[0].record == nullptr) {
      entries_.Pop();
      front_ = (front_ + 1) % kNumbers;
    }
  }

 private:
  size_t PlaceOf(uint32_t number) const { return (number - front_) % kNumbers; }

  RingQueue<Entry> entries_;  // the first one has not left
  uint32_t front_ = 0;        // its number
  size_t size_ = 0;           // without those that have left
};

}  // namespace nut::tcp
