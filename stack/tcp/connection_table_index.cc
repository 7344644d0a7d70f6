#include "stack/tcp/connection_table_index.h"

#include "stack/base/invariant.h"

namespace nut::tcp {

void ConnectionIndex::Insert(uint32_t hash, uint32_t slot) {
  if ((size_ + 1) * 2 > entries_.size()) Grow();
  Put({hash, slot});
  ++size_;
}

void ConnectionIndex::Erase(uint32_t hash, uint32_t slot) {
  size_t hole = hash & mask();
  while (entries_[hole].slot != slot) {
    NUT_INVARIANT(entries_[hole].slot != kNone, "a connection is not in its index");
    hole = (hole + 1) & mask();
  }
  // Later entries of the run move up, unless that would put them before their own place: no tombstones are
  // left, so a search never grows longer with age.
  for (size_t next = (hole + 1) & mask(); entries_[next].slot != kNone; next = (next + 1) & mask()) {
    const size_t home = entries_[next].hash & mask();
    if (((next - home) & mask()) >= ((next - hole) & mask())) {
      entries_[hole] = entries_[next];
      hole = next;
    }
  }
  entries_[hole] = {};
  --size_;
}

void ConnectionIndex::Put(const Entry& entry) {
  size_t place = entry.hash & mask();
  while (entries_[place].slot != kNone) place = (place + 1) & mask();
  entries_[place] = entry;
}

void ConnectionIndex::Grow() {
  std::vector<Entry> old(entries_.size() * 2);
  old.swap(entries_);
  for (const Entry& entry : old) {
    if (entry.slot != kNone) Put(entry);
  }
}

}  // namespace nut::tcp
