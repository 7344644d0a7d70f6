// Client: the side of a storm that opens connections: threads on a node, each of which opens one connection
// after another until their common quota is done, directly on the node's TCP as an application would. Owned
// by the program or a test; engine, vanisher and planner outlive it. Start from outside or from a thread;
// the rest from anywhere on the executor's host thread.
#pragma once

#include <cstdint>
#include <memory>

#include "apps/storm/ledger.h"
#include "apps/storm/plan.h"
#include "apps/storm/vanisher.h"
#include "stack/base/result.h"
#include "stack/os/executor.h"
#include "stack/tcp/engine.h"
#include "stack/wire/endpoint.h"

namespace nut::storm {

// Whom the client talks to.
struct Targets {
  wire::Endpoint server;
  wire::Endpoint refusing;  // a host that is there, a port where nobody listens
  wire::Endpoint silent;    // an address on the link that nobody answers for
};

struct ClientOptions {
  uint64_t first = 0;        // number of the first connection
  uint64_t connections = 1;  // the quota
  unsigned threads = 64;     // connections under way at the same time
  uint8_t priority = os::kDefaultPriority;
  // Of the kind timeout: uniform from a tenth of it to all of it; forty times as long for one in 64, so that
  // SYNs are sent again.
  Duration connect_timeout = 50ms;
  Duration early_close_within = 300us;  // when a connection is closed early; uniform
  Duration patience = 300s;          // longest wait of any call; beyond it the connection has failed
  // Connections begin at multiples of it (of the node's time); 0: at once. Where time is virtual, threads that
  // keep step have much to do at the same instant, as under real load, and the rest of the time is skipped.
  Duration step{};
  // Local ports below the ephemeral ones: for connections that go dead, and one for each thread's reuse.
  uint16_t first_vanish_port = 12000;
  uint16_t vanish_ports = 8000;
  uint16_t first_reuse_port = 20000;
};

class Client {
 public:
  Client(tcp::Engine& engine, const Targets& targets, const Planner& planner, Vanisher& vanisher,
         const ClientOptions& options);
  ~Client();  // its threads have ended, or were killed with the executor
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // kNoBuffers: no thread.
  Result<void> Start();
  // No new connections from now on; done() when those under way have ended.
  void Stop();
  // Every thread has ended.
  bool done() const;

  const Ledger& ledger() const;

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace nut::storm
