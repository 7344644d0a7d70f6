// Acceptor: where a TcpServer gets its connections from. TcpAcceptor is the real one; tests have their own in
// memory. Owned by the server.
#pragma once

#include <memory>

#include "stack/base/result.h"
#include "stack/pro/server/ready_watcher.h"
#include "stack/pro/server/server_stream.h"

namespace nut::pro {

class Acceptor {
 public:
  virtual ~Acceptor() = default;

  // The next connection, without a wait. kWouldBlock: none at the moment; kStaleHandle or kInterrupted: no
  // more will come.
  virtual Result<std::unique_ptr<ServerStream>> Accept() = 0;

  // Called once, before the first Accept: `watcher`, which outlives this object, is told whenever there may
  // be a further connection, and when no more will come.
  virtual void Watch(ReadyWatcher& watcher) = 0;

  // Takes no more connections.
  virtual void Close() = 0;
};

}  // namespace nut::pro
