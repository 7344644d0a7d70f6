// Server: the side of a storm that accepts: threads on a node that obey requests (protocol.h). Owned by the
// program or a test; engine and vanisher outlive it. Start, Stop: from a thread of the executor, or from
// outside while it does not run.
#pragma once

#include <cstdint>
#include <memory>

#include "apps/storm/ledger.h"
#include "apps/storm/vanisher.h"
#include "stack/base/result.h"
#include "stack/os/executor.h"
#include "stack/tcp/engine.h"
#include "stack/wire/endpoint.h"

namespace nut::storm {

struct ServerOptions {
  wire::Port port{5000};
  unsigned threads = 256;  // connections served at the same time, those with silent peers included
  size_t backlog = 1024;
  uint8_t priority = os::kDefaultPriority;
  Duration patience = 300s;  // longest wait of any call; beyond it the connection has failed
};

// A server as a storm sees it; tests make false ones.
class AnyServer {
 public:
  virtual ~AnyServer() = default;
  // kAddressInUse, kNoBuffers.
  virtual Result<void> Start() = 0;
  // Accepts nothing any more; connections under way are served to their end.
  virtual void Stop() = 0;
  // Stopped, and every thread has ended.
  virtual bool done() const = 0;
  virtual const Ledger& ledger() const = 0;
};

class Server final : public AnyServer {
 public:
  Server(tcp::Engine& engine, Vanisher& vanisher, const ServerOptions& options);
  ~Server() override;  // its threads have ended, or were killed with the executor
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  Result<void> Start() override;
  void Stop() override;
  bool done() const override;
  const Ledger& ledger() const override;
  // No connection is being served.
  bool idle() const;

 private:
  struct Shared;
  std::unique_ptr<Shared> shared_;
};

}  // namespace nut::storm
