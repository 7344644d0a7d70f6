// Says, and checks, that no scheduling point is passed while it lives: put one around loops over connections
// and wherever a reference must not go stale. Costs a few stores; a scheduling point inside ends the process
// with `why`.
#pragma once

#include <cstdint>
#include <utility>

#include "stack/os/executor.h"

namespace nut::os {

// Where others run only when a test explores (scheduling_point.h), and the code is written for it.
enum class NamedPoints : uint8_t { kForbidden, kAllowed };

class NoSwitchScope {
 public:
  // `why` is a literal: "loop over connections".
  NoSwitchScope(Executor& executor, const char* why, NamedPoints points = NamedPoints::kForbidden)
      : executor_(executor),
        strict_(points == NamedPoints::kForbidden ? 1 : 0),
        outer_(std::exchange(executor.no_switch_reason_, why)) {
    ++executor_.restrictions_;
    executor_.strict_scopes_ += strict_;
  }
  ~NoSwitchScope() {
    --executor_.restrictions_;
    executor_.strict_scopes_ -= strict_;
    executor_.no_switch_reason_ = outer_;
  }
  NoSwitchScope(const NoSwitchScope&) = delete;
  NoSwitchScope& operator=(const NoSwitchScope&) = delete;

 private:
  Executor& executor_;
  const uint32_t strict_;
  const char* const outer_;
};

}  // namespace nut::os
