// KernelClient: the opening side of a storm on the host's own TCP: what apps/storm's client does on a node,
// with sockets of the kernel, many at a time. Owned by a run; one thread uses it, and everything happens
// inside of Wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "apps/storm/client.h"
#include "apps/storm/ledger.h"
#include "apps/storm/plan.h"
#include "tools/storm/kernel/client_session.h"
#include "tools/storm/kernel/local_ends.h"
#include "tools/storm/kernel/reactor.h"
#include "tools/storm/kernel/silent_sockets.h"

namespace nut::storm {

struct KernelClientOptions {
  Targets targets;
  std::vector<wire::Ipv4Address> addresses;  // of this host, to connect from; at least one
  uint64_t first = 0;                        // number of the first connection
  uint64_t connections = 1;
  unsigned at_once = 64;  // connections under way at the same time
  size_t reused_ends = 16;
  std::chrono::nanoseconds connect_timeout = std::chrono::milliseconds(500);
  std::chrono::nanoseconds early_close_within = std::chrono::microseconds(300);
  std::chrono::seconds patience{300};  // a connection that is older has failed
  SilenceOptions silence;
};

class KernelClient final : private Reactor::Handler {
 public:
  // The planner outlives it. The error is a sentence.
  static tl::expected<std::unique_ptr<KernelClient>, std::string> Make(tap::SystemCalls& system,
                                                                       const KernelClientOptions& options,
                                                                       const Planner& planner);

  // Opens and serves connections until `limit`, or until all are done.
  void Wait(HostTime limit);
  // No new connections from now on.
  void Stop() { stopping_ = true; }
  bool done() const { return open_ == 0 && (stopping_ || next_ == options_.connections); }

  size_t open_sessions() const { return open_; }
  const Ledger& ledger() const { return ledger_; }

 private:
  struct Place {
    Reactor::Id id = 0;
    std::unique_ptr<KernelClientSession> session;  // null: free
  };

  KernelClient(tap::SystemCalls& system, const KernelClientOptions& options, const Planner& planner,
               Reactor reactor);

  void OnReady(Reactor::Id id) override;
  void OnDue(Reactor::Id id) override { OnReady(id); }
  void OpenMore();
  void GoOn(Place& place);
  void Free(Place& place);
  void GiveUpOldOnes();

  const KernelClientOptions options_;
  const Planner& planner_;
  Reactor reactor_;
  LocalEnds local_ends_;
  SilentSockets silent_;
  Ledger ledger_;
  const KernelClientSurroundings around_;
  std::vector<Place> places_;
  std::vector<uint32_t> free_;
  uint64_t next_ = 0;  // of the quota
  size_t open_ = 0;
  HostTime next_look_;
  bool stopping_ = false;
};

}  // namespace nut::storm
