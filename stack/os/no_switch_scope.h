// Says, and checks, that no scheduling point is passed while it lives: put one around loops over connections
// and wherever a reference must not go stale. Costs two stores; a scheduling point inside ends the process
// with `why`.
#pragma once

#include "stack/os/executor.h"

namespace nut::os {

class NoSwitchScope {
 public:
  // `why` is a literal: "loop over connections".
  explicit NoSwitchScope(Executor& executor, const char* why);
  ~NoSwitchScope();
  NoSwitchScope(const NoSwitchScope&) = delete;
  NoSwitchScope& operator=(const NoSwitchScope&) = delete;

 private:
  Executor& executor_;
  const char* const outer_;
};

}  // namespace nut::os
