// What every test of the kernel needs: virtual time, an executor on it, and a record of who did what in which
// order.
#pragma once

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "stack/base/clock.h"
#include "stack/os/event_queue.h"
#include "stack/os/executor.h"

namespace nut::os {

class OsTest : public ::testing::Test {
 protected:
  using Trace = std::vector<std::string>;

  ThreadHandle Spawn(std::string_view name, std::function<void()> body, uint8_t priority = kDefaultPriority) {
    const auto handle = executor_.Create(name, std::move(body), 0, priority);
    EXPECT_TRUE(handle.has_value());
    return handle.value_or(ThreadHandle{});
  }
  void Say(std::string what) { trace_.push_back(std::move(what)); }
  Duration Elapsed() const { return clock_.Now().time_since_epoch(); }

  VirtualClock clock_;
  Trace trace_;
  Executor executor_{clock_};
};

}  // namespace nut::os
