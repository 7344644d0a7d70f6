#include "stack/tcp/connection_table_index.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/tcp/engine_record.h"

namespace nut::tcp {

PairBytes::PairBytes(const wire::EndpointPair& ends) {
  Add(ends.local);
  Add(ends.remote);
}

void PairBytes::Add(const wire::Endpoint& end) {
  // The family goes in with the length of the address: 4 bytes are hashed where 16 are not needed.
  const size_t length = end.address.is_ipv4() ? 4 : 16;
  bytes_[size_++] = static_cast<uint8_t>(end.address.family());
  std::copy_n(end.address.bytes().begin(), length, bytes_.begin() + static_cast<ptrdiff_t>(size_));
  size_ += length;
  bytes_[size_++] = static_cast<uint8_t>(end.port.number() >> 8);
  bytes_[size_++] = static_cast<uint8_t>(end.port.number());
}

ConnectionIndex::ConnectionIndex(Rng rng) : hash_(rng), entries_(64) {}

uint32_t ConnectionIndex::HashOf(const wire::EndpointPair& ends) const {
  return static_cast<uint32_t>(hash_(PairBytes(ends).bytes()));
}

ConnectionRecord* ConnectionIndex::Find(const wire::EndpointPair& ends) const {
  const uint32_t hash = HashOf(ends);
  for (size_t place = hash & mask(); entries_[place].record != nullptr; place = (place + 1) & mask()) {
    if (entries_[place].hash == hash && entries_[place].record->ends == ends) return entries_[place].record;
  }
  return nullptr;
}

void ConnectionIndex::Insert(ConnectionRecord& record) {
  NUT_INVARIANT(Find(record.ends) == nullptr, "two connections of one pair of endpoints");
  if ((size_ + 1) * 2 > entries_.size()) Grow();
  Put({&record, HashOf(record.ends)});
  ++size_;
}

void ConnectionIndex::Erase(const ConnectionRecord& record) {
  size_t hole = HashOf(record.ends) & mask();
  while (entries_[hole].record != &record) {
    NUT_INVARIANT(entries_[hole].record != nullptr, "a connection is not in its index");
    hole = (hole + 1) & mask();
  }
  // Later entries of the run move up, unless that would put them before their own place: no tombstones are
  // left, so a search never grows longer with age.
  for (size_t next = (hole + 1) & mask(); entries_[next].record != nullptr; next = (next + 1) & mask()) {
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
  while (entries_[place].record != nullptr) place = (place + 1) & mask();
  entries_[place] = entry;
}

void ConnectionIndex::Grow() {
  std::vector<Entry> old(entries_.size() * 2);
  old.swap(entries_);
  for (const Entry& entry : old) {
    if (entry.record != nullptr) Put(entry);
  }
}

}  // namespace nut::tcp
