// TraceHash: one number for everything that happened on a hub: when, from which port, which bytes, in which
// order. Two runs with the same seed give the same number; a run that differs in one bit gives another. It
// compares runs and keeps nobody out, so it has no key and costs an instruction a byte. Owned by the test;
// outlives its being set on the hub.
#pragma once

#include <cstdint>

#include "stack/link/hub.h"

namespace nut::link {

class TraceHash final : public HubObserver {
 public:
  void OnFrame(Instant now, uint32_t port, const Frame& frame) override;

  uint64_t value() const { return value_; }
  uint64_t frames() const { return frames_; }

 private:
  uint64_t value_ = 0;
  uint64_t frames_ = 0;
};

}  // namespace nut::link
