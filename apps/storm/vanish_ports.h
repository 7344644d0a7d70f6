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

  // When the port that Take gives next is free; kNever as long as somebody has it.
  Instant free_at() const { return free_at_[next_]; }
  // The next port in turn, which is free. Belongs to the caller until it is released.
  wire::Port Take() {
    const size_t place = next_;
    next_ = (next_ + 1) % free_at_.size();
    free_at_[place] = kNever;
    return wire::Port(static_cast<uint16_t>(first_ + place));
  }
  // It may be taken again at `when`.
  void Release(wire::Port port, Instant when) { free_at_[port.number() - first_] = when; }

 private:
  const uint16_t first_;
  std::vector<Instant> free_at_;
  size_t next_ = 0;
};

}  // namespace nut::storm
