#include "stack/tcp/connection_table.h"

#include "stack/base/invariant.h"
#include "stack/os/executor.h"
#include "stack/tcp/mutants.h"
#include "stack/tcp/pair_hash.h"

namespace nut::tcp {

ConnectionTable::ConnectionTable(os::Executor& executor, Statistics& statistics, size_t limit, Rng rng)
    : executor_(executor), statistics_(statistics), limit_(limit), hash_(rng) {}

ConnectionTable::~ConnectionTable() = default;

uint32_t ConnectionTable::HashOf(const wire::EndpointPair& ends) const {
  return static_cast<uint32_t>(HashPair(hash_, ends));
}

ConnectionRecord* ConnectionTable::Insert(const SharedParameters& parameters, const ConnectionSetup& setup) {
  if (full() || !executor_.heap().Grants()) return nullptr;
  const uint32_t hash = HashOf(setup.ends);
  NUT_INVARIANT(Find(setup.ends, hash) == nullptr, "two connections of one pair of endpoints");
  const uint32_t slot = records_.Make(parameters, setup, statistics_);
  ConnectionRecord& record = records_.at(slot);
  record.handle = {slot, records_.generation(slot)};
  record.pair_hash = hash;
  index_.Insert(hash, slot);
  record.indexed = true;
  ++size_;
  return &record;
}

ConnectionRecord* ConnectionTable::Find(ConnectionHandle handle) const {
  if (!handle.valid() || !records_.in_use(handle.slot)) return nullptr;
  // R13: a stream kept its socket's place, whoever had moved in there.
  if (records_.generation(handle.slot) != handle.generation && !Mutated(Mutant::kR13StaleStream))
    return nullptr;
  return &records_.at(handle.slot);
}

ConnectionRecord* ConnectionTable::Find(const wire::EndpointPair& ends, uint32_t hash) const {
  const uint32_t slot = index_.Find(
      hash, [&](uint32_t candidate) { return SamePair(records_.at(candidate).connection.ends(), ends); });
  return slot != ConnectionIndex::kNone ? &records_.at(slot) : nullptr;
}

void ConnectionTable::Unindex(ConnectionRecord& record) {
  if (!record.indexed) return;
  index_.Erase(record.pair_hash, record.handle.slot);
  record.indexed = false;
}

void ConnectionTable::Erase(ConnectionRecord& record) {
  NUT_INVARIANT((record.pins == 0 && !record.has_waiters()) || FreesWhatIsInUse(),
                "a connection is freed while a thread uses it");
  NUT_INVARIANT(record.timer_position == ConnectionRecord::kNoTimer,
                "a connection is freed with its timer armed");
  NUT_INVARIANT(Find(record.handle) == &record, "a connection is freed that the table does not own");
  Unindex(record);
  records_.Free(record.handle.slot);
  --size_;
}

}  // namespace nut::tcp
