// Plan: what connection number n of a storm is to be: a pure function of the storm's seed, its mix and the
// number, so that every part of a storm can be repeated alone, and by any client.
#pragma once

#include <cstdint>
#include <string_view>

#include "apps/storm/mix.h"
#include "apps/storm/protocol.h"

namespace nut::storm {

struct SizeRange {
  uint32_t least = 1;
  uint32_t most = 4096;  // octets; at most kLargestContent
};

// How a connection of kind close-early is closed.
enum class EarlyClose : uint8_t {
  kAtOnce,         // when its number is known; the SYN may not even have left
  kSilentAddress,  // a little later; it goes to an address that nobody answers for
  kHandshake,      // a little later, wherever the handshake is then
};

struct ConnectionPlan {
  Request request;
  EarlyClose early_close = EarlyClose::kAtOnce;
  uint32_t chance = 0;  // 32 uniform bits for whatever else is to be chosen
};

class Planner {
 public:
  // Any text is a seed.
  Planner(std::string_view seed, const Mix& mix, SizeRange sizes);

  ConnectionPlan PlanOf(uint64_t connection) const;
  const Mix& mix() const { return mix_; }

 private:
  const uint64_t key_;
  const Mix mix_;
  const SizeRange sizes_;
};

}  // namespace nut::storm
