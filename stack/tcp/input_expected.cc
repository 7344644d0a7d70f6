// Header prediction: in ESTABLISHED most segments are the next text, or acknowledge the next of ours, and
// nothing else. For these the steps of RFC 9293 3.10.7.4 come down to a few assignments. Whatever differs in
// anything is left to the plain way (input_established.cc), which does the same to these, too: tests run with
// Parameters::header_prediction off and compare every segment sent.

#include "stack/tcp/input.h"
#include "stack/wire/ecn.h"

namespace nut::tcp {
namespace {

bool IsExpected(const Tcb& tcb, const Arrival& arrival) {
  const IncomingSegment& segment = arrival.segment;
  if (segment.flags - wire::TcpFlags::kPsh != wire::TcpFlags::kAck) return false;
  if (segment.options.user_timeout) return false;
  // What SACK says is heard with every ACK, new or not.
  if (arrival.text_size > 0 && !segment.options.sack.empty()) return false;
  if (arrival.sequence != tcb.rcv_nxt || arrival.text_size > tcb.receive_window.Size(tcb.rcv_nxt)) {
    return false;
  }
  if (tcb.timestamps.enabled()) {
    const auto& option = segment.options.timestamps;
    if (!option || tcb.timestamps.IsOld(option->value, arrival.now)) return false;
  }
  if (tcb.ecn.enabled() && wire::EcnOf(segment.tos) == wire::Ecn::kCe) return false;
  const wire::SequenceNumber ack = segment.acknowledgement;
  if (arrival.text_size == 0) return ack.After(tcb.snd_una) && ack.AtOrBefore(tcb.snd_nxt);
  const bool plain_stream = !tcb.receive_buffer.has_gap() && !tcb.early_fin && !tcb.fin_received;
  return ack == tcb.snd_una && plain_stream;
}

}  // namespace

std::optional<DropReason> InputExpected(Tcb& tcb, const Arrival& arrival) {
  if (!tcb.parameters->header_prediction || !IsExpected(tcb, arrival)) return std::nullopt;
  if (tcb.timestamps.enabled()) {
    tcb.timestamps.Note(arrival.segment.options.timestamps->value, arrival.sequence, tcb.last_ack_sent,
                        arrival.now);
  }
  tcb.last_heard = arrival.now;
  tcb.keep_alives = 0;
  if (arrival.text_size == 0) return ProcessAck(tcb, arrival).value_or(DropReason::kNone);
  UpdateWindow(tcb, arrival);
  TakeText(tcb, arrival);
  return DropReason::kNone;
}

}  // namespace nut::tcp
