// SackTest: a Tcb with SACK of which ten segments are out, for tests of recovery; the peer's ACKs in octets
// of ours.
#pragma once

#include <utility>
#include <vector>

#include "test/tcp/tcb_test_base.h"

namespace nut::tcp {

class SackTest : public TcbTest {
 protected:
  static constexpr Duration kRtt = 100ms;
  static constexpr Instant kLater = Instant{} + 1000s + kRtt;
  using Alarm = SackState::Alarm;
  using Phase = SackState::Phase;
  using Blocks = std::vector<std::pair<uint32_t, uint32_t>>;

  SackTest() { Begin(Sack()); }
  // Ten segments are out, sent at kStart, one millisecond apart; a round trip is known.
  Tcb& Begin(const Parameters& parameters, wire::TcpOptions with = {.mss = kMss, .sack_permitted = true}) {
    Tcb& tcb = Established(parameters, 60000, with);
    tcb.rtt.Sample(kRtt);
    Queue(20000);
    for (int i = 0; i < 10; ++i) Sent(kMss, kStart + i * 1ms);
    tcb.congestion.SetWindow(10000);
    tcb.progress_at = kStart;
    tcb.ArmRetransmit(kStart);
    return tcb;
  }
  static wire::TcpOptions Told(const Blocks& blocks) {
    wire::TcpOptions options;
    for (const auto& [left, right] : blocks) options.sack.Add({Ours(left), Ours(right)});
    return options;
  }
  void Hear(uint32_t ack, const Blocks& blocks = {}, Instant now = kLater) {
    const IncomingSegment segment = Ack(Ours(ack), 60000, Told(blocks));
    ProcessAck(tcb(), Arrival(segment, now));
  }
  SackState& state() { return *tcb().sack_state; }
  Scoreboard& board() { return state().scoreboard; }
};

}  // namespace nut::tcp
