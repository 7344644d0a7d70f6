// ConnectionIndex: finds the record of a pair of endpoints: a hash table with open addressing, keyed with a
// secret so that nobody outside can choose pairs that collide. Points at records, owns none. Grows to hold
// what is put in; the table above it limits that.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "stack/base/siphash.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

struct ConnectionRecord;

class ConnectionIndex {
 public:
  explicit ConnectionIndex(Rng rng);

  ConnectionRecord* Find(const wire::EndpointPair& ends) const;
  // The pair of `record` is not in the index yet (an invariant).
  void Insert(ConnectionRecord& record);
  // It is (an invariant).
  void Erase(const ConnectionRecord& record);

  size_t size() const { return size_; }

 private:
  struct Entry {
    ConnectionRecord* record = nullptr;
    uint32_t hash = 0;
  };

  uint32_t HashOf(const wire::EndpointPair& ends) const;
  size_t mask() const { return entries_.size() - 1; }
  void Put(const Entry& entry);
  void Grow();

  SipHash hash_;
  std::vector<Entry> entries_;  // a power of two, at most half full
  size_t size_ = 0;
};

// The bytes of a pair for a keyed hash: the same pair, the same bytes.
class PairBytes {
 public:
  explicit PairBytes(const wire::EndpointPair& ends);
  ByteView bytes() const { return {bytes_.data(), size_}; }

 private:
  void Add(const wire::Endpoint& end);

  std::array<uint8_t, 38> bytes_;
  size_t size_ = 0;
};

}  // namespace nut::tcp
