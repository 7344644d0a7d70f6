#include "stack/os/thread.h"

#include <utility>

#include "stack/os/executor.h"

namespace nut::os {

Thread::Thread(Executor& owner, std::string_view given_name, std::function<void()> given_body)
    : executor(owner),
      name(given_name),
      body(std::move(given_body)),
      timeout(
          owner.timers(), [this] { executor.OnTimeout(*this); }, "thread timeout") {}

}  // namespace nut::os
