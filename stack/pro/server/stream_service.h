// StreamService: what a server does with each of its connections. One object serves them all, each on a
// thread of its own; what belongs to one connection lives on that thread's stack. Owned by the server.
#pragma once

#include "stack/pro/server/server_stream.h"

namespace nut::pro {

class StreamService {
 public:
  virtual ~StreamService() = default;

  // Called once, before the first connection: opens what the service needs. An error keeps the server from
  // starting.
  virtual Result<void> Prepare() { return {}; }

  // Talks until the conversation is over, or gives back the stream's error that ended it. The caller closes
  // the stream.
  virtual Result<void> Serve(ServerStream& stream) = 0;
};

}  // namespace nut::pro
