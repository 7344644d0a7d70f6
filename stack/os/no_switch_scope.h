// Says, and checks, that no scheduling point is passed while it lives: put one around loops over connections
// and wherever a reference must not go stale. Costs a few stores; a scheduling point inside ends the process
// with `why`.
#pragma once

#include <utility>

#include "stack/os/executor.h"

namespace nut::os {

class NoSwitchScope {
 public:
  // `why` is a literal: "loop over connections".
  NoSwitchScope(Executor& executor, const char* why)
      : executor_(executor), outer_(std::exchange(executor.no_switch_reason_, why)) {
    ++executor_.restrictions_;
  }
  ~NoSwitchScope() {
    --executor_.restrictions_;
    executor_.no_switch_reason_ = outer_;
  }
  NoSwitchScope(const NoSwitchScope&) = delete;
  NoSwitchScope& operator=(const NoSwitchScope&) = delete;

 private:
  Executor& executor_;
  const char* const outer_;
};

}  // namespace nut::os
