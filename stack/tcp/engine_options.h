// EngineOptions: the numbers of the engine itself, beside tcp::Parameters, which are those of the protocol.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/base/time.h"

namespace nut::tcp {

struct EngineOptions {
  uint8_t priority = 32;  // of the state-machine thread "tcpsm", as in the original
  // Of one connection, before the others get their turn. A super-segment is one where the kernel cuts it; the
  // one that reaches the number still goes whole.
  unsigned segments_per_pass = 64;
  unsigned resets_per_second = 1000;  // RSTs for segments that belong to no connection
  size_t maximum_listeners = 1024;
  size_t maximum_queued_errors = 256;      // ICMP errors between the receive thread and the state machine
  size_t maximum_fast_open_servers = 256;  // whose cookies are kept
  // Segments of a connection that follow each other are handled as one with so many octets of text at most
  // (coalescer.h); 0: never.
  size_t maximum_coalesced = 262144;
  // Several segments in one frame, cut below (design 7); off: a frame is a packet.
  bool super_segments = true;
  // SYNs for ports without a listener that wait for one before they are refused (held_syns.h); 0: none.
  size_t maximum_held_syns = 0;
  Duration held_syn_patience = 1200ms;
};

}  // namespace nut::tcp
