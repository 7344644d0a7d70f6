#include "stack/tcp/black_hole.h"

#include <algorithm>
#include <array>

namespace nut::tcp {
namespace {

// What is tried in turn: RFC 4821 7.2's base, and what every host takes (RFC 1122 3.3.3).
constexpr std::array<uint16_t, 2> kSmaller = {1024, 576};

// Of Tcb::black_hole_at, which has one octet: 42 minutes, and after that the same again.
using Tick = std::chrono::duration<int64_t, std::ratio<10>>;

// Never 0.
uint8_t Stamp(Instant now) {
  const auto ticks = std::chrono::duration_cast<Tick>(now.time_since_epoch()).count();
  return std::max<uint8_t>(static_cast<uint8_t>(ticks), 1);
}

// Time-outs in a row that are taken for a black hole. Where packets as large have arrived behind the one that
// is missed, the path has lost that one rather than swallowed it for its size; but not for ever.
unsigned TimeoutsOfAHole(const Tcb& tcb) {
  const bool in_doubt = tcb.sack_state && tcb.sack_state->large_arrived;
  return tcb.parameters->black_hole_timeouts * (in_doubt ? 2 : 1);
}

}  // namespace

void SuspectBlackHole(Tcb& tcb) {
  const Parameters& parameters = *tcb.parameters;
  // Where packets may be cut on their way nothing is swallowed for its size.
  if (parameters.black_hole_timeouts == 0 || !parameters.path_mtu_discovery) return;
  if (tcb.timeouts < TimeoutsOfAHole(tcb)) return;
  const auto* smaller = std::ranges::find_if(kSmaller, [&](uint16_t mtu) { return mtu < tcb.path_mtu; });
  if (smaller == kSmaller.end()) return;
  // What is lost was no larger than this anyway: the path is down, or it is something else.
  if (tcb.flight() + (tcb.path_mtu - tcb.send_mss) <= *smaller) return;
  tcb.black_hole_at = Stamp(tcb.timed_out_at);
  tcb.path_mtu = *smaller;
  tcb.UpdateSendMss();
  tcb.Count(Counter::kTcpBlackHoles);
}

void RetryLargePackets(Tcb& tcb, Instant now) {
  // Since it was suspected: time-outs of other reasons, on a path that loses much, do not count.
  const Tick since(static_cast<uint8_t>(Stamp(now) - tcb.black_hole_at));
  if (since < tcb.parameters->large_packet_retry) return;
  // Where a router does speak, it will say so again.
  tcb.black_hole_at = 0;
  tcb.path_mtu = tcb.link_mtu;
  tcb.UpdateSendMss();
}

}  // namespace nut::tcp
