#include "apps/storm/plan.h"

#include <algorithm>

#include "apps/storm/mixing.h"

namespace nut::storm {
namespace {

uint64_t KeyFrom(std::string_view seed) {
  uint64_t key = Mixed(seed.size());
  for (const char c : seed) key = Mixed(key ^ static_cast<uint8_t>(c));
  return key;
}

// Uniform in [0, bound), but for a bias of bound / 2^32.
uint32_t Below(uint32_t bits, uint32_t bound) {
  return static_cast<uint32_t>((static_cast<uint64_t>(bits) * bound) >> 32);
}

Ending EndingOf(Kind kind, uint32_t chance) {
  const bool client = (chance & 1) != 0;
  switch (kind) {
    case Kind::kHalfClose: return Ending::kHalfClose;
    case Kind::kAbort: return client ? Ending::kClientAborts : Ending::kServerAborts;
    case Kind::kVanish: return client ? Ending::kClientVanishes : Ending::kServerVanishes;
    case Kind::kReuse: return Ending::kServerCloses;
    default: return client ? Ending::kClientCloses : Ending::kServerCloses;
  }
}

}  // namespace

Planner::Planner(std::string_view seed, const Mix& mix, SizeRange sizes)
    : key_(KeyFrom(seed)), mix_(mix), sizes_(sizes) {}

ConnectionPlan Planner::PlanOf(uint64_t connection) const {
  const uint64_t first = Mixed(key_ ^ Mixed(connection));
  const uint64_t second = Mixed(first);
  const uint64_t third = Mixed(second);
  const auto high = [](uint64_t bits) { return static_cast<uint32_t>(bits >> 32); };
  const auto low = [](uint64_t bits) { return static_cast<uint32_t>(bits); };
  const uint32_t span = sizes_.most - sizes_.least + 1;

  ConnectionPlan plan;
  plan.request.kind = mix_.At(Below(high(first), mix_.total()));
  plan.request.ending = EndingOf(plan.request.kind, low(first));
  plan.request.connection = connection;
  plan.request.request_size = sizes_.least + Below(high(second), span);
  plan.request.answer_size = std::max(sizes_.least + Below(low(second), span), 1u);
  plan.early_close = static_cast<EarlyClose>(Below(high(third), 3));
  plan.chance = low(third);
  return plan;
}

}  // namespace nut::storm
