#include "stack/tcp/connection_table.h"

#include "stack/base/invariant.h"
#include "stack/os/executor.h"
#include "stack/tcp/mutants.h"

namespace nut::tcp {

ConnectionTable::ConnectionTable(os::Executor& executor, Statistics& statistics, size_t limit, Rng rng)
    : executor_(executor), statistics_(statistics), limit_(limit), index_(rng) {}

ConnectionTable::~ConnectionTable() = default;

ConnectionRecord* ConnectionTable::Insert(const Parameters& parameters, const ConnectionSetup& setup) {
  if (full() || !executor_.heap().Grants()) return nullptr;
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(slots_.size()));
    slots_.emplace_back();
  }
  const uint32_t number = free_.back();
  free_.pop_back();
  Slot& slot = slots_[number];
  slot.record = std::make_unique<ConnectionRecord>(executor_, parameters, setup, statistics_);
  slot.record->handle = {number, slot.generation};
  index_.Insert(*slot.record);
  slot.record->indexed = true;
  ++size_;
  return slot.record.get();
}

ConnectionRecord* ConnectionTable::Find(ConnectionHandle handle) const {
  if (!handle.valid() || handle.slot >= slots_.size()) return nullptr;
  const Slot& slot = slots_[handle.slot];
  // R13: a stream kept its socket's place, whoever had moved in there.
  if (Mutated(Mutant::kR13StaleStream)) return slot.record.get();
  return slot.generation == handle.generation ? slot.record.get() : nullptr;
}

void ConnectionTable::Unindex(ConnectionRecord& record) {
  if (!record.indexed) return;
  index_.Erase(record);
  record.indexed = false;
}

void ConnectionTable::Erase(ConnectionRecord& record) {
  NUT_INVARIANT((record.pins == 0 && !record.has_waiters()) || FreesWhatIsInUse(),
                "a connection is freed while a thread uses it");
  NUT_INVARIANT(record.timer_position == ConnectionRecord::kNoTimer,
                "a connection is freed with its timer armed");
  Unindex(record);
  const uint32_t number = record.handle.slot;
  Slot& slot = slots_[number];
  NUT_INVARIANT(slot.record.get() == &record, "a connection is freed that the table does not own");
  slot.record.reset();
  // 0 is never given out: a default-made handle stays stale.
  if (++slot.generation == 0) slot.generation = 1;
  free_.push_back(number);
  --size_;
}

}  // namespace nut::tcp
