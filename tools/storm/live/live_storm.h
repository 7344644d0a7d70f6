// LiveStorm: a storm between two ends that are there, in the time of the wall clock: begins both, looks at
// them until the client's quota is done and both have let go of everything, lays their books side by side. A
// value; Run is called once. One thread.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "tools/storm/live/storm_end.h"
#include "tools/storm/result.h"
#include "tools/storm/watcher.h"

namespace nut::storm {

struct LivePatience {
  std::chrono::milliseconds look{200};  // between two looks at the ends
  // Without any connection ending, the storm hangs. Longer than any single connection may take.
  std::chrono::seconds standstill{330};
  // After the last connection, until everything is forgotten: TIME-WAIT, peers that vanished.
  std::chrono::seconds settling{200};
};

class LiveStorm {
 public:
  LiveStorm(std::unique_ptr<StormEnd> client, std::unique_ptr<StormEnd> server, LivePatience patience = {})
      : client_(std::move(client)), server_(std::move(server)), patience_(patience) {}

  // `watcher` may be null.
  StormResult Run(Watcher* watcher);

 private:
  using Clock = std::chrono::steady_clock;

  bool Begin();
  // Until the client's quota is done.
  bool Rage(Watcher* watcher);
  // Until the server is at rest and no connection is left.
  bool Settle(Watcher* watcher);
  bool Stop();
  // Looks at both ends until `condition`, or for `limit` without any progress. False: `what` has not come.
  bool Until(Watcher* watcher, std::chrono::seconds limit, std::string_view what,
             const std::function<bool()>& condition);
  void Pass(Clock::time_point until);
  bool Look();
  bool Tell(Watcher* watcher);
  bool Fault(std::string text);
  void Balance(StormResult& result);

  const std::unique_ptr<StormEnd> client_;
  const std::unique_ptr<StormEnd> server_;
  const LivePatience patience_;
  EndStatus client_status_;
  EndStatus server_status_;
  bool told_to_stop_ = false;
  std::vector<std::string> faults_;
};

}  // namespace nut::storm
