#include "stack/tcp/black_hole.h"

#include <algorithm>
#include <array>

namespace nut::tcp {
namespace {

// What is tried in turn: RFC 4821 7.2's base, and what every host takes (RFC 1122 3.3.3).
constexpr std::array<uint16_t, 2> kSmaller = {1024, 576};

}  // namespace

void SuspectBlackHole(Tcb& tcb) {
  const Parameters& parameters = *tcb.parameters;
  // Where packets may be cut on their way nothing is swallowed for its size.
  if (parameters.black_hole_timeouts == 0 || !parameters.path_mtu_discovery) return;
  if (tcb.timeouts < parameters.black_hole_timeouts) return;
  const auto* smaller = std::ranges::find_if(kSmaller, [&](uint16_t mtu) { return mtu < tcb.path_mtu; });
  if (smaller == kSmaller.end()) return;
  // What is lost was no larger than this anyway: the path is down, or it is something else.
  if (tcb.flight() + (tcb.path_mtu - tcb.send_mss) <= *smaller) return;
  tcb.black_hole = true;
  tcb.path_mtu = *smaller;
  tcb.UpdateSendMss();
  tcb.Count(Counter::kTcpBlackHoles);
}

void RetryLargePackets(Tcb& tcb, Instant now) {
  if (now - tcb.timed_out_at < tcb.parameters->large_packet_retry) return;
  // Where a router does speak, it will say so again.
  tcb.black_hole = false;
  tcb.path_mtu = tcb.link_mtu;
  tcb.UpdateSendMss();
}

}  // namespace nut::tcp
