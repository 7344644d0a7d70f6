#include "stack/tcp/reaper.h"

#include "stack/base/invariant.h"
#include "stack/base/mutant.h"

namespace nut::tcp {

void Reaper::Doom(ConnectionRecord& record) {
  NUT_INVARIANT(record.forgotten && record.ownership == Ownership::kNobody, "a connection in use is doomed");
  if (record.doomed) return;
  record.doomed = true;
  doomed_.push_back(record);
  has_work_ = true;
}

void Reaper::Tell(const ConnectionRecord& record, std::string_view what) const {
  if (!log_.Wants(LogLevel::kDebug, "tcp")) return;
  log_.Print(LogLevel::kDebug, "tcp", "{} {} {} {}", record.ends().local.ToText(), record.active ? '>' : '<',
             record.ends().remote.ToText(), what);
}

size_t Reaper::Run() {
  has_work_ = false;
  size_t freed = 0;
  for (auto next = doomed_.begin(); next != doomed_.end();) {
    ConnectionRecord& record = *next++;
    const bool in_use = record.pins > 0 || record.has_waiters() || !record.watches.empty();
    // 2014, R3: freed whatever was marked, whoever was inside a call on it.
    if (in_use) Tell(record, "kept: a thread is inside a call on it");
    if (in_use && !Mutated(Mutant::kReclaimByMarkOnly) && !Mutated(Mutant::kR3FreedUnderWaiter)) continue;
    // R2: took what was in DESTROY, and nothing else.
    if (Mutated(Mutant::kR2Revival) && record.state != State::kTimeWait &&
        record.connection.state() == State::kTimeWait)
      continue;
    Tell(record, "freed");
    table_.Erase(record);  // takes it off this list too
    ++freed;
  }
  statistics_.Add(Counter::kTcpReaped, freed);
  return freed;
}

}  // namespace nut::tcp
