// PortAllocator: ephemeral ports that nobody outside can guess (RFC 6056): every port of the range is as
// likely as any other, and a free one is found as long as there is one. A value of the engine.
#pragma once

#include <cstdint>
#include <optional>

#include "stack/base/rng.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

class PortAllocator {
 public:
  // The range is first..last, both included; swapped when given the wrong way round. `rng` is the stream
  // "ports".
  PortAllocator(uint16_t first, uint16_t last, Rng rng)
      : first_(first < last ? first : last),
        count_((first < last ? last - first : first - last) + 1u),
        rng_(rng) {}

  // RFC 6056 3.3.1: starts anywhere in the range and takes the first for which `taken(Port)` is false.
  // Nothing when all are taken.
  template <typename Taken>
  std::optional<wire::Port> Choose(Taken taken) {
    const auto start = static_cast<uint32_t>(rng_.Below(count_));
    for (uint32_t step = 0; step < count_; ++step) {
      const wire::Port port(static_cast<uint16_t>(first_ + (start + step) % count_));
      if (!port.is_none() && !taken(port)) return port;
    }
    return std::nullopt;
  }

 private:
  const uint16_t first_;
  const uint32_t count_;
  Rng rng_;
};

}  // namespace nut::tcp
