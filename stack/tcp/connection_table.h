// ConnectionTable: owns every connection of a node. Two ways in: by handle (threads) and by pair of endpoints
// (segments). Owned by the engine; any thread of the node, never across a scheduling point. Only the reaper
// erases.
#pragma once

#include <cstddef>

#include "stack/base/rng.h"
#include "stack/base/siphash.h"
#include "stack/tcp/connection_table_index.h"
#include "stack/tcp/engine_record.h"
#include "stack/tcp/slab.h"

namespace nut::tcp {

class ConnectionTable {
 public:
  ConnectionTable(os::Executor& executor, Statistics& statistics, size_t limit, Rng rng);
  ~ConnectionTable();
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  // A new record under a new handle, found by its pair from now on, which nobody else has (an invariant).
  // Null at the limit.
  ConnectionRecord* Insert(const SharedParameters& parameters, const ConnectionSetup& setup);

  // Null for a handle that is stale; never a record of another connection.
  ConnectionRecord* Find(ConnectionHandle handle) const;
  // Null when no connection has this pair, or only one that has ended.
  ConnectionRecord* Find(const wire::EndpointPair& ends) const { return Find(ends, HashOf(ends)); }

  // The pair is free again; the record lives on for those who hold its handle. Harmless when done already.
  void Unindex(ConnectionRecord& record);

  // The reaper's: ends the record's life and makes its handle stale.
  void Erase(ConnectionRecord& record);

  size_t size() const { return size_; }
  // Those that segments find.
  size_t indexed() const { return index_.size(); }
  bool full() const { return size_ >= limit_; }

  // Calls `visit(ConnectionRecord&)` for each, in the order of slots. `visit` does not insert or erase.
  template <typename Visit>
  void ForEach(Visit visit) const {
    records_.ForEach([&](uint32_t /*slot*/, ConnectionRecord& record) { visit(record); });
  }

 private:
  uint32_t HashOf(const wire::EndpointPair& ends) const;
  ConnectionRecord* Find(const wire::EndpointPair& ends, uint32_t hash) const;

  os::Executor& executor_;
  Statistics& statistics_;
  const size_t limit_;
  const TableHash hash_;
  ConnectionIndex index_;
  Slab<ConnectionRecord> records_;
  size_t size_ = 0;
};

}  // namespace nut::tcp
