// UdpTable::Record: one UDP endpoint: where it listens, what waits to be read, who waits for that. Internal
// to UdpTable, which owns it: it lives from Open until it is closed and the last thread has left it.
#pragma once

#include "stack/net/udp_queue.h"
#include "stack/net/udp_table.h"

namespace nut::net {

struct UdpTable::Record {
  Record(os::Executor& executor, uint32_t slot, const UdpEndpointOptions& options)
      : slot(slot), options(options), readable(executor, "udp receive") {}

  const uint32_t slot;
  UdpEndpointOptions options;
  wire::Endpoint local;
  wire::Endpoint remote;            // port 0: not connected
  wire::Endpoint last_destination;  // of what was sent
  bool shared = false;
  bool closed = false;
  unsigned visitors = 0;  // threads inside Wait
  UdpQueue queue;
  uint64_t drops = 0;
  std::optional<UdpError> error;
  boost::intrusive::list<UdpObserver, boost::intrusive::constant_time_size<false>> observers;
  os::EventQueue readable;
};

}  // namespace nut::net
