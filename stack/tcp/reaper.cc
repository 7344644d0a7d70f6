#include "stack/tcp/reaper.h"

#include "stack/base/invariant.h"

namespace nut::tcp {

void Reaper::Doom(ConnectionRecord& record) {
  NUT_INVARIANT(record.forgotten && record.ownership == Ownership::kNobody, "a connection in use is doomed");
  if (record.doomed_hook.is_linked()) return;
  doomed_.push_back(record);
  has_work_ = true;
}

size_t Reaper::Run() {
  has_work_ = false;
  size_t freed = 0;
  for (auto next = doomed_.begin(); next != doomed_.end();) {
    ConnectionRecord& record = *next++;
    if (record.pins > 0 || record.has_waiters() || !record.watches.empty()) continue;
    table_.Erase(record);  // takes it off this list too
    ++freed;
  }
  statistics_.Add(Counter::kTcpReaped, freed);
  return freed;
}

}  // namespace nut::tcp
