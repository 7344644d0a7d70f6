// What threads hold instead of connections and listeners: references that can go stale without harm (design:
// socket lifetime, rule 1), and what a thread can wait for on one.
#pragma once

#include <cstdint>

#include "stack/base/handle.h"

namespace nut::tcp {

struct ConnectionTag {};
struct ListenerTag {};

using ConnectionHandle = Handle<ConnectionTag>;
using ListenerHandle = Handle<ListenerTag>;

enum class Interest : uint8_t {
  kEstablished,  // the handshake is over
  kReadable,     // Receive would not say kWouldBlock
  kWritable,     // Send would not say kWouldBlock
  kDrained,      // all that was sent, FIN included, is acknowledged; or the connection is closed
};

}  // namespace nut::tcp
