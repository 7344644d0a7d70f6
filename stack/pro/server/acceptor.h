// Acceptor: where a TcpServer gets its connections from. TcpAcceptor is the real one; tests have their own in
// memory. Owned by the server. Any number of threads may wait in Accept.
#pragma once

#include <memory>

#include "stack/base/result.h"
#include "stack/base/time.h"
#include "stack/pro/server/server_stream.h"

namespace nut::pro {

class Acceptor {
 public:
  virtual ~Acceptor() = default;

  // Waits for the next connection. kTimedOut; kStaleHandle or kInterrupted: no more will come.
  virtual Result<std::unique_ptr<ServerStream>> Accept(Duration timeout) = 0;

  // Takes no more connections; whoever waits in Accept gets kStaleHandle.
  virtual void Close() = 0;
};

}  // namespace nut::pro
