// StreamService: what a server does with each of its connections. One object serves them all, in turns, each
// on the thread of a worker. Owned by the server.
//
// A service whose conversations can rest between two pieces of input, with nothing on a stack, says kWait
// then, and its idle connections cost no thread: echo, discard, HTTP between two requests. One that talks on,
// or keeps its state on the stack, stays in its only turn until the conversation is over: chargen, telnet.
#pragma once

#include <optional>

#include "stack/base/time.h"
#include "stack/pro/server/server_stream.h"

namespace nut::pro {

// What becomes of a connection after a turn.
enum class Next : uint8_t {
  kWait,  // the next turn is when the stream is readable
  kDone,  // the conversation is over: the server ends it in order
};

class StreamService {
 public:
  virtual ~StreamService() = default;

  // Called once, before the first connection: opens what the service needs. An error keeps the server from
  // starting.
  virtual Result<void> Prepare() { return {}; }

  // One turn: when the connection is new, and again whenever the stream is readable after kWait. Deals with
  // what is there; what cannot wait for another turn it waits for here. An error: the stream's, which ends
  // the conversation; after kTimedOut, of a client that was too slow, in order all the same. The caller
  // closes the stream.
  virtual Result<Next> Serve(ServerStream& stream) = 0;

  // How long a connection may rest between two turns; nothing: as long as the server allows.
  virtual std::optional<Duration> patience() const { return std::nullopt; }
};

}  // namespace nut::pro
