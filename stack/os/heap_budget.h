// Accounting of the node's heap: how many bytes are in use, against a limit, so that a node behaves as one
// with little memory and "heap available" means something. It hands out no memory itself. Owned by the
// executor.
#pragma once

#include <algorithm>
#include <cstddef>

#include "stack/base/failure_plan.h"
#include "stack/base/invariant.h"

namespace nut::os {

class HeapBudget {
 public:
  explicit HeapBudget(size_t limit) : limit_(limit) {}

  // False, and nothing changed, when the limit does not allow `bytes` more.
  [[nodiscard]] bool Reserve(size_t bytes) {
    if (bytes > available() || !Grants()) {
      ++refusals_;
      return false;
    }
    used_ += bytes;
    high_water_ = std::max(high_water_, used_);
    return true;
  }

  void Release(size_t bytes) {
    NUT_INVARIANT(bytes <= used_, "more heap given back than was taken");
    used_ -= bytes;
  }

  // The same for what is counted and not weighed (records, places in queues): false only where a test says
  // so.
  [[nodiscard]] bool Grants() { return plan_ == nullptr || !plan_->Refuses(); }
  // For tests; null: everything is granted within the limit.
  void SetFailurePlan(FailurePlan* plan) { plan_ = plan; }

  size_t limit() const { return limit_; }
  size_t used() const { return used_; }
  size_t available() const { return limit_ - used_; }
  size_t high_water() const { return high_water_; }  // the most bytes ever in use
  size_t refusals() const { return refusals_; }      // how often the limit was reached

 private:
  const size_t limit_;
  size_t used_ = 0;
  size_t high_water_ = 0;
  size_t refusals_ = 0;
  FailurePlan* plan_ = nullptr;
};

}  // namespace nut::os
