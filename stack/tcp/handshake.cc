// What both ends agree on by their SYNs, and the step into ESTABLISHED.

#include <algorithm>

#include "stack/tcp/input.h"
#include "stack/tcp/sack_recovery.h"
#include "stack/tcp/user_timeout.h"

namespace nut::tcp {

void TakeSynOptions(Tcb& tcb, const IncomingSegment& syn, Instant now) {
  const wire::TcpOptions& options = syn.options;
  tcb.irs = syn.sequence;
  tcb.rcv_nxt = syn.sequence + 1;
  tcb.last_ack_sent = tcb.rcv_nxt;
  tcb.receive_window.Start(tcb.rcv_nxt, tcb.parameters->receive_buffer);
  tcb.receive_tuning.Start(tcb.rcv_nxt, now);

  // MUST-14, MUST-15. A useless value, 0 included, is lifted to the floor in UpdateSendMss.
  if (options.mss) tcb.peer_mss = *options.mss;

  // RFC 7323 2.2: both or none; 2.3: a shift above 14 counts as 14.
  tcb.window_scaling = tcb.parameters->window_scaling && options.window_scale.has_value();
  if (tcb.window_scaling) {
    tcb.snd_wscale = std::min(*options.window_scale, wire::kTcpMaxWindowScale);
    tcb.receive_window.set_shift(ReceiveWindow::ShiftFor(tcb.parameters->widest_window()));
  }
  // RFC 2018 2: likewise; in SYNs only, which alone get here.
  tcb.sack = tcb.parameters->sack && options.sack_permitted;
  // RFC 7323 3.2: likewise.
  if (tcb.parameters->timestamps && options.timestamps) {
    tcb.timestamps.Enable();
    tcb.timestamps.Start(options.timestamps->value, now);
  }
  TakeUserTimeout(tcb, options);
  tcb.ecn.TakeSyn(syn.flags, tcb.parameters->ecn);
  tcb.UpdateSendMss();
}

void Establish(Tcb& tcb, Event event, Instant now) {
  tcb.snd_una = tcb.iss + 1;
  tcb.timed.reset();
  tcb.StopRetransmit();
  tcb.syn_due = false;
  tcb.limited_until = tcb.snd_una;
  // What went with a SYN of ours and was not taken counts as never sent. Behind a SYN-ACK text may be on its
  // way (RFC 7413); if the SYN-ACK was lost, so is what came behind it.
  const bool lost = tcb.timeouts > 0;
  if (!tcb.fast_open) tcb.snd_nxt = tcb.send_from = tcb.snd_una;
  // RFC 5482 3.2: who keeps nothing of a SYN could not keep what it said about this.
  tcb.user_timeout_due = tcb.parameters->user_timeout_option;
  tcb.Fire(event, now);
  if (tcb.fast_open && lost) SendAgain(tcb);
  // CLOSE came during the handshake: "queue for processing after entering ESTABLISHED state".
  if (tcb.close_requested) tcb.Fire(Event::kClose, now);
  // So did a FIN that came along with the SYN.
  TakeEarlyFin(tcb, now, FinAck::kAtOnce);
}

}  // namespace nut::tcp
