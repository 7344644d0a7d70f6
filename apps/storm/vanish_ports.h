// VanishPorts: the local ports of connections that are to fall silent: a range of its own, so that a port
// comes up again only when the dead connection is forgotten on both sides. A value of the client.
#pragma once

#include <cstddef>
#include <vector>

#include "stack/base/time.h"
#include "stack/wire/endpoint.h"

namespace nut::storm {

class VanishPorts {
 public:
  VanishPorts(uint16_t first, uint16_t count) : first_(first), free_at_(count) {}

  // The next port in turn; it was free at `now`, or will be at free_at(). Belongs to the caller until then.
  wire::Port Take(Instant until) {
    const size_t place = next_;
    next_ = (next_ + 1) % free_at_.size();
    free_at_[place] = until;
    return wire::Port(static_cast<uint16_t>(first_ + place));
  }
  // When the port that Take gives next is free.
  Instant free_at() const { return free_at_[next_]; }

 private:
  const uint16_t first_;
  std::vector<Instant> free_at_;
  size_t next_ = 0;
};

}  // namespace nut::storm
