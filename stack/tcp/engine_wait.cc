// How threads wait for connections and listeners, and are told what has become of them.
#include <optional>

#include "stack/tcp/engine.h"

namespace nut::tcp {
namespace {

bool IsLeaving(const ConnectionRecord& record) { return record.ownership == Ownership::kNobody; }
bool IsLeaving(const Listener& listener) { return listener.closed; }

// A thread inside a wait: as long as this lives nobody frees the record. Undone when the thread is killed
// too.
template <typename Record>
class Pin {
 public:
  Pin(Record& record, Machine& machine) : record_(record), machine_(machine) { ++record_.pins; }
  ~Pin() {
    if (--record_.pins == 0 && IsLeaving(record_)) machine_.Wake();  // we were the last to wait for
  }
  Pin(const Pin&) = delete;
  Pin& operator=(const Pin&) = delete;

 private:
  Record& record_;
  Machine& machine_;
};

}  // namespace

Result<void> Engine::Wait(ConnectionHandle handle, Interest interest, Duration timeout) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  const Instant deadline = around_.executor.DeadlineOf(timeout);
  Pin pin(*record, machine_);
  std::optional<Waiter> waiter;
  while (Owned(handle) != nullptr) {
    if (tcp::IsReady(*record, interest)) {
      if (interest == Interest::kEstablished && !record->connection.is_established_or_later()) {
        return Fail(record->connection.error().value_or(Error::kConnectionAborted));
      }
      return {};
    }
    const Duration left = around_.executor.Until(deadline);
    if (left <= Duration::zero()) {
      // 2014, R1: the thread whose connect timed out aborted the connection itself.
      if constexpr (kHasMutants) {
        if (Mutated(Mutant::kReclaimByMarkOnly) || Mutated(Mutant::kR1BorrowedSegment))
          MutantAccess::AbortInCaller(machine_, *record, interest);
      }
      return Fail(Error::kTimedOut);
    }
    if (!waiter) waiter.emplace(around_.executor, record->waiters, interest);
    waiter->Wait(left);
  }
  // R2: so did one whose connection had been closed meanwhile, which revived it.
  if constexpr (kHasMutants) {
    if (Mutated(Mutant::kR2Revival)) MutantAccess::AbortInCaller(machine_, *record, interest);
  }
  return Gone();
}

Result<void> Engine::WaitAcceptable(ListenerHandle handle, Duration timeout) {
  Listener* listener = Open(handle);
  if (listener == nullptr) return Gone();
  const Instant deadline = around_.executor.DeadlineOf(timeout);
  Pin pin(*listener, machine_);
  while (Open(handle) != nullptr) {
    if (!listener->accept_queue.empty()) return {};
    // R7: or what has not finished its handshake.
    if (Mutated(Mutant::kR7HalfOpenAccept) && !listener->syn_queue.empty()) return {};
    const Duration left = around_.executor.Until(deadline);
    if (left <= Duration::zero()) return Fail(Error::kTimedOut);
    listener->acceptable.Wait(left);
  }
  return Gone();
}

bool Engine::IsReady(ConnectionHandle handle, Interest interest) const {
  const ConnectionRecord* record = Owned(handle);
  return record == nullptr || tcp::IsReady(*record, interest);
}

bool Engine::IsAcceptable(ListenerHandle handle) const {
  const Listener* listener = Open(handle);
  return listener == nullptr || !listener->accept_queue.empty();
}

void Engine::Watch(ConnectionHandle handle, ReadinessWatch& watch) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return watch.OnReadiness();
  record->watches.Add(watch);
}

void Engine::Watch(ListenerHandle handle, ReadinessWatch& watch) {
  Listener* listener = Open(handle);
  if (listener == nullptr) return watch.OnReadiness();
  listener->watches.Add(watch);
}

}  // namespace nut::tcp
