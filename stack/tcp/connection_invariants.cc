// What is always true of a connection between two calls. Tests and the explorer ask after every event;
// breaking one is our fault, whatever the peer has sent.

#include "stack/base/invariant.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/output.h"

namespace nut::tcp {
namespace {

void CheckScoreboard(const Tcb& tcb) {
  NUT_INVARIANT(!tcb.sack_state || tcb.sack, "only SACK keeps a state for SACK");
  if (!tcb.sack || !tcb.established || tcb.flight() == 0) return;
  NUT_INVARIANT(tcb.sack_state != nullptr, "what is outstanding is on the scoreboard");
  const Scoreboard& board = tcb.sack_state->scoreboard;
  board.Check();
  NUT_INVARIANT(board.begin() == tcb.snd_una && board.end() == tcb.snd_nxt,
                "it reaches from SND.UNA to SND.NXT");
  const auto lost = board.FirstLost();
  NUT_INVARIANT(tcb.send_from == (lost ? lost->left : tcb.snd_nxt), "what is lost goes first");
}

void CheckSendSequence(const Tcb& tcb) {
  NUT_INVARIANT(tcb.snd_una.AtOrBefore(tcb.send_from), "SND.UNA is never behind the next octet to send");
  NUT_INVARIANT(tcb.send_from.AtOrBefore(tcb.snd_nxt), "nothing is sent ahead of SND.NXT");
  NUT_INVARIANT(tcb.snd_nxt.AtOrBefore(tcb.sequence_end()), "nothing was sent that was not queued");
  NUT_INVARIANT(!tcb.fin_acknowledged || tcb.send_buffer.empty(),
                "a FIN is acknowledged after everything before it");
  NUT_INVARIANT(tcb.cwnd() >= tcb.send_mss, "the congestion window holds one segment at least");
  NUT_INVARIANT(tcb.snd_wnd <= tcb.max_snd_wnd, "MAX.SND.WND is the largest");
  CheckScoreboard(tcb);
}

void CheckReceiveSequence(const Tcb& tcb) {
  NUT_INVARIANT(tcb.receive_window.edge().AtOrAfter(tcb.rcv_nxt), "the right edge is never left of RCV.NXT");
  NUT_INVARIANT(tcb.receive_buffer.ranges() <= tcb.parameters->maximum_out_of_order_ranges,
                "the limit on ranges holds");
  NUT_INVARIANT(tcb.receive_buffer.early_reach() <= tcb.receive_window.Size(tcb.rcv_nxt),
                "nothing beyond the window is kept");
  NUT_INVARIANT(!tcb.early_fin || tcb.early_fin->AtOrAfter(tcb.rcv_nxt), "an early FIN lies ahead");
  NUT_INVARIANT(!tcb.fin_received || !tcb.receive_buffer.has_gap(), "nothing follows the end of the stream");
  NUT_INVARIANT(!tcb.fin_received || (tcb.state != State::kEstablished && tcb.state != State::kFinWait1 &&
                                      tcb.state != State::kFinWait2),
                "a FIN that was counted is acted upon");
}

// A connection that waits for something has a timer that ends the waiting, or output that is about to go.
void CheckLiveness(const Tcb& tcb) {
  const TimerSet& timers = tcb.timers;
  NUT_INVARIANT(!(timers.armed(Timer::kRetransmit) && timers.armed(Timer::kPersist)),
                "either the path is in doubt or the window");
  if (tcb.state == State::kSynSent || tcb.state == State::kSynReceived) {
    NUT_INVARIANT(timers.armed(Timer::kRetransmit), "a SYN is repeated until it is answered");
    NUT_INVARIANT(tcb.progress_at >= tcb.opened, "patience begins with the handshake");
    return;
  }
  if (tcb.state == State::kTimeWait) {
    NUT_INVARIANT(timers.armed(Timer::kLifetime), "TIME-WAIT ends");
    return;
  }
  if (tcb.flight() > 0) {
    NUT_INVARIANT(timers.armed(Timer::kRetransmit) || timers.armed(Timer::kPersist),
                  "what is outstanding is repeated until it is acknowledged");
  } else if (tcb.send_from.Before(tcb.sequence_end())) {
    NUT_INVARIANT(timers.armed(Timer::kPersist) || timers.armed(Timer::kSendOverride) ||
                      PlanOutput(tcb, false).kind != Plan::Kind::kNothing,
                  "what is queued is sent some day");
  }
  const bool closing = tcb.orphan && tcb.state != State::kEstablished && tcb.state != State::kCloseWait;
  NUT_INVARIANT(!closing || timers.armed(Timer::kLifetime), "an orphan limits itself in time");
}

}  // namespace

void Connection::CheckInvariants() const {
  const Tcb& tcb = tcb_;
  NUT_INVARIANT(tcb.state != State::kListen, "a connection never rests in LISTEN");
  NUT_INVARIANT(!(tcb.orphan && tcb.state == State::kClosed), "what nobody holds is destroyed, not closed");
  NUT_INVARIANT(tcb.state != State::kDestroy || tcb.orphan, "what somebody holds is not destroyed");
  if (tcb.state == State::kClosed || tcb.state == State::kDestroy) {
    NUT_INVARIANT(tcb.timers.earliest() == kNever, "what is over has no timer");
    NUT_INVARIANT(tcb.send_buffer.empty() || tcb.opened == Instant{}, "what is over sends nothing");
    NUT_INVARIANT(tcb.receive_buffer.memory() >= tcb.receive_buffer.readable(),
                  "what is left to be read is there");
    return;
  }
  NUT_INVARIANT(!tcb.error, "what has ended badly has ended");
  CheckSendSequence(tcb);
  if (tcb.state != State::kSynSent) CheckReceiveSequence(tcb);
  CheckLiveness(tcb);
}

}  // namespace nut::tcp
