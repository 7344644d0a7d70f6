// Records without an engine, for tests of the tables and the heap.
#pragma once

#include <gtest/gtest.h>

#include "stack/base/clock.h"
#include "stack/os/executor.h"
#include "stack/tcp/connection_table.h"
#include "test/tcp/engine/fake_ip_layer.h"

namespace nut::tcp {

class RecordTest : public ::testing::Test {
 protected:
  static wire::EndpointPair Pair(uint32_t number) {
    return {{kOurs, wire::Port(static_cast<uint16_t>(number >> 16))},
            {kPeer, wire::Port(static_cast<uint16_t>(number))}};
  }
  ConnectionRecord* Insert(uint32_t number) { return table_.Insert({}, {.ends = Pair(number)}); }

  VirtualClock clock_;
  os::Executor executor_{clock_};
  Statistics statistics_;
  ConnectionTable table_{executor_, statistics_, 5000, Rng("table")};
};

}  // namespace nut::tcp
