#include "stack/tcp/pacing.h"

#include <algorithm>

namespace nut::tcp {
namespace {

// How long `octets` take at the present rate; 0 where no round trip is known.
Duration TimeFor(const Tcb& tcb, uint64_t octets) {
  const uint64_t tenths = tcb.congestion.in_slow_start() ? 20 : 12;
  const uint64_t nanoseconds = static_cast<uint64_t>(tcb.rtt.srtt().count());
  return Duration(octets * nanoseconds * 10 / (tenths * tcb.cwnd()));
}

}  // namespace

void PaceSent(Tcb& tcb, uint32_t octets, Instant now) {
  if (!tcb.rtt.has_sample()) return;
  SackState& state = *tcb.sack_state;
  // What came late is made up for, as far as a burst goes.
  const Duration burst = tcb.parameters->pacing_burst;
  state.paced_until = std::max(state.paced_until, now - burst) + TimeFor(tcb, octets);
  if (state.paced_until <= now) return;
  state.paused = true;
  tcb.Count(Counter::kTcpPacedPauses);
}

uint32_t LargestBurst(const Tcb& tcb) {
  const Duration one = TimeFor(tcb, tcb.send_mss);
  if (one <= Duration::zero()) return UINT32_MAX;
  const auto segments = std::clamp<int64_t>(tcb.parameters->pacing_burst / one, 1, 64);
  return tcb.send_mss * static_cast<uint32_t>(segments);
}

bool EndPause(Tcb& tcb, Instant now) {
  SackState& state = *tcb.sack_state;
  if (!state.paused || now < state.paced_until) return false;
  state.paused = false;
  return true;
}

}  // namespace nut::tcp
