// Vanisher: makes one connection go dead on the wire: from then on no frame of it passes in either
// direction. Implemented by a device (black_hole_device.h); a side without one plans no such connections.
// Belongs to the program, outlives client and server. Any thread of the node; never switches.
#pragma once

#include "stack/base/time.h"
#include "stack/wire/endpoint.h"

namespace nut::storm {

class Vanisher {
 public:
  virtual ~Vanisher() = default;

  // `ends` as either side sees them. Frames are swallowed until `until` (node time), and then the pair may be
  // used again.
  virtual void Vanish(const wire::EndpointPair& ends, Instant until) = 0;
  // Frames of this pair pass again.
  virtual void Restore(const wire::EndpointPair& ends) = 0;
  virtual bool IsVanished(const wire::EndpointPair& ends) const = 0;
};

}  // namespace nut::storm
