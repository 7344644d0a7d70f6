// ConnectionIndex: which slot has the connection of a pair of endpoints: a hash table with open addressing and
// linear probing, in entries of 8 bytes, so that a search nearly always stays in one cache line. Knows hashes and
// slots, not pairs. Grows to hold what is put in; the table above it limits that.
//
// The hash is keyed with a secret and behaves like a random function (base/siphash.h), so that nobody outside can
// choose pairs that collide. At most half of the entries are in use: however pairs are chosen, a search that finds
// looks at 1.5 entries on average, one that does not at 2.5 (Knuth, TAOCP 3, 6.4), and long runs are rare: each
// entry more is a fifth less likely. The 32 bits kept of the hash say whether an entry is worth a look at its
// record; a wrong one is looked at once in 10,000 searches at most.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace nut::tcp {

class ConnectionIndex {
 public:
  static constexpr uint32_t kNone = UINT32_MAX;

  ConnectionIndex() : entries_(64) {}

  // The slot under `hash` for which `is_it(slot)`; kNone when there is none.
  template <typename IsIt>
  uint32_t Find(uint32_t hash, IsIt is_it) const {
    for (size_t place = hash & mask(); entries_[place].slot != kNone; place = (place + 1) & mask()) {
      if (entries_[place].hash == hash && is_it(entries_[place].slot)) return entries_[place].slot;
    }
    return kNone;
  }

  // `slot` is not in the index yet.
  void Insert(uint32_t hash, uint32_t slot);
  // It is (an invariant), under this hash.
  void Erase(uint32_t hash, uint32_t slot);

  size_t size() const { return size_; }

 private:
  struct Entry {
    uint32_t hash = 0;
    uint32_t slot = kNone;
  };

  size_t mask() const { return entries_.size() - 1; }
  void Put(const Entry& entry);
  void Grow();

  std::vector<Entry> entries_;  // a power of two, at most half full
  size_t size_ = 0;
};

}  // namespace nut::tcp
