#include "tools/tracecheck/neighbours.h"

#include <algorithm>

namespace nut::tracecheck {

void Neighbours::Hear(const NeighbourNotice& notice, Time now) {
  // Whoever speaks to a host tells it its address, be it by a question.
  for (Wait& wait : waits_[notice.target]) {
    if (wait.target != notice.sender || wait.answered || wait.end < now) continue;
    wait.answered = true;
    wait.end = now;
  }
  if (!notice.request) return;
  std::deque<Wait>& asked = waits_[notice.sender];
  const auto open = std::find_if(asked.begin(), asked.end(), [&](const Wait& wait) {
    return wait.target == notice.target && !wait.answered && wait.end >= now;
  });
  if (open != asked.end()) {
    open->end = now + kPatience;
    return;
  }
  if (asked.size() == kMostWaits) asked.pop_front();
  asked.push_back({.target = notice.target, .begin = now, .end = now + kPatience});
}

bool Neighbours::Waited(const Address& host, Time since, Time until) const {
  const auto at = waits_.find(host);
  return at != waits_.end() && std::any_of(at->second.begin(), at->second.end(), [&](const Wait& wait) {
           return wait.begin <= until && wait.end >= since;
         });
}

}  // namespace nut::tracecheck
