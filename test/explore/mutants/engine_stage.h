// EngineStage: a TCP engine over a network layer that is a test's, a peer in the test's hands, and a director
// for its threads. What directed tests of mutants play on; leaving it ends the engine, and breaks an
// invariant if a connection is left.
#pragma once

#include <string>

#include "stack/base/invariant.h"
#include "test/explore/mutants/director.h"
#include "test/tcp/engine/engine_test_base.h"

namespace nut::explore {

struct HasDirector {
  Director director;
};

class EngineStage : public HasDirector, public tcp::EngineTest {
 public:
  explicit EngineStage(tcp::Parameters parameters = {}) : EngineTest(parameters, {}, &director) {
    director.Watch(executor_);
  }
  ~EngineStage() override {
    director.Follow({});
    Spawn("end", [this] { engine_.Shutdown(0s); });
    RunFor(1s);
    NUT_INVARIANT(engine_.connection_count() == 0, "a connection has leaked");
  }

  using EngineTest::Client;
  using EngineTest::clock_;
  using EngineTest::engine_;
  using EngineTest::executor_;
  using EngineTest::Handshake;
  using EngineTest::Hear;
  using EngineTest::kPeerIss;
  using EngineTest::Listen;
  using EngineTest::OnlySent;
  using EngineTest::Open;
  using EngineTest::Opened;
  using EngineTest::Reply;
  using EngineTest::Run;
  using EngineTest::RunFor;
  using EngineTest::Say;
  using EngineTest::Says;
  using EngineTest::Sent;
  using EngineTest::Spawn;
  using EngineTest::StateOf;

 private:
  void TestBody() override {}
};

}  // namespace nut::explore
