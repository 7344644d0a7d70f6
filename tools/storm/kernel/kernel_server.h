// KernelServer: the accepting side of a storm on the host's own TCP: what apps/storm's server does on a node,
// with sockets of the kernel. It obeys requests (protocol.h) and keeps the books. Owned by a run; one thread
// uses it, and everything happens inside of Wait.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <tl/expected.hpp>
#include <vector>

#include "apps/storm/ledger.h"
#include "stack/wire/endpoint.h"
#include "tools/storm/kernel/reactor.h"
#include "tools/storm/kernel/server_session.h"
#include "tools/storm/kernel/silent_sockets.h"

namespace nut::storm {

struct KernelServerOptions {
  wire::Endpoint local;
  int backlog = 4096;
  size_t maximum_sessions = 16000;     // further connections wait in the backlog
  std::chrono::seconds patience{300};  // a connection that is older has failed
  SilenceOptions silence;
};

class KernelServer final : private Reactor::Handler {
 public:
  // Listens. The error is a sentence.
  static tl::expected<std::unique_ptr<KernelServer>, std::string> Listen(tap::SystemCalls& system,
                                                                         const KernelServerOptions& options);

  // Serves until `limit`.
  void Wait(HostTime limit);

  size_t open_sessions() const { return open_; }
  const Ledger& ledger() const { return ledger_; }

 private:
  struct Place {
    Reactor::Id id = 0;
    std::unique_ptr<KernelServerSession> session;  // null: free
  };

  KernelServer(tap::SystemCalls& system, const KernelServerOptions& options, Reactor reactor,
               tap::FileDescriptor listener);

  void OnReady(Reactor::Id id) override;
  void OnDue(Reactor::Id id) override { OnReady(id); }
  void Accept();
  void Begin(KernelSocket socket);
  void GoOn(Place& place);
  void Free(Place& place);
  void GiveUpOldOnes();

  tap::SystemCalls& system_;
  const KernelServerOptions options_;
  Reactor reactor_;
  tap::FileDescriptor listener_;
  SilentSockets silent_;
  std::vector<Place> places_;
  std::vector<uint32_t> free_;
  uint64_t accepted_ = 0;
  size_t open_ = 0;
  HostTime next_look_;
  Ledger ledger_;
};

}  // namespace nut::storm
