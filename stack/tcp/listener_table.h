// ListenerTable: owns the listeners of a node and finds them by handle (threads) and by local endpoint
// (SYNs). Owned by the engine; any thread of the node, never across a scheduling point.
#pragma once

#include <cstddef>
#include <memory>
#include <unordered_map>
#include <vector>

#include "stack/base/result.h"
#include "stack/tcp/listener.h"

namespace nut::tcp {

class ListenerTable {
 public:
  ListenerTable(os::Executor& executor, size_t limit) : executor_(executor), limit_(limit) {}
  ListenerTable(const ListenerTable&) = delete;
  ListenerTable& operator=(const ListenerTable&) = delete;

  // kAddressInUse when an open listener has the same address and port ("every address" is an address of its
  // own here: the more exact one gets the SYN); kNoBuffers at the limit.
  Result<Listener*> Insert(const wire::Endpoint& local, size_t backlog,
                           const SharedParameters& parameters);

  // Null for a handle that is stale. Finds closed ones that are not freed yet.
  Listener* Find(ListenerHandle handle) const;
  // Who takes a SYN for `local`: the listener of that address, else the one of every address; never a closed
  // one.
  Listener* FindFor(const wire::Endpoint& local) const;
  // An open listener on `port`, of whatever address.
  bool HasPort(wire::Port port) const;

  // No SYN and no new listener minds it any more. Harmless when done already.
  void Close(Listener& listener);
  // Frees closed listeners whose queues are empty and whom nobody waits for. For the state machine, outside
  // every iteration.
  void Sweep();

  size_t size() const { return size_; }

  // As ConnectionTable::ForEach.
  template <typename Visit>
  void ForEach(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.listener) visit(*slot.listener);
    }
  }

 private:
  struct Slot {
    std::unique_ptr<Listener> listener;
    uint32_t generation = 1;
  };

  os::Executor& executor_;
  const size_t limit_;
  std::vector<Slot> slots_;
  // Open listeners by port: nearly always one.
  std::unordered_map<uint16_t, std::vector<Listener*>> by_port_;
  size_t size_ = 0;
  bool closed_any_ = false;
};

}  // namespace nut::tcp
