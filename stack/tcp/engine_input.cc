// Machine's ears: which connection or listener gets a segment, and what becomes of SYNs.
#include "stack/tcp/engine_machine.h"

namespace nut::tcp {
namespace {

// How far beyond the last incarnation's sequence numbers a reopened pair starts at least: more than any
// window without scaling, so that old duplicates are told apart (RFC 9293 3.4.1).
constexpr uint32_t kBeyondOldIncarnation = 65536;

bool IsPureSyn(const wire::TcpFlags flags) { return flags.syn() && !flags.ack() && !flags.rst(); }

}  // namespace

void Machine::OnSegment(QueuedSegment& queued) {
  const DropReason dropped = Deliver(queued);
  if (dropped == DropReason::kNone) return;
  around_.ip.Drop(*queued.frames.first, dropped);
  while (const link::FramePtr frame = queued.frames.behind.Pop()) around_.ip.Drop(*frame, dropped);
}

DropReason Machine::Deliver(QueuedSegment& queued) {
  ConnectionRecord* record = table_.Find(queued.ends);
  if (record != nullptr && record->connection.ended()) {
    // It ended earlier in this batch. Its last words go out first, then the pair is free.
    // This is its turn, and no other comes: while one did, the pair would not be free.
    if (record->dirty_hook.is_linked()) record->dirty_hook.unlink();
    Drive(*record);
    record = table_.Find(queued.ends);
  }
  if (record != nullptr && record->state != State::kTimeWait) return DeliverTo(*record, queued);

  // RFC 9293 3.5: an existing connection comes before a listener; TIME-WAIT alone may make room for a new one
  // (3.6.1, MAY-2).
  Listener* listener = listeners_.FindFor(queued.ends.local);
  if (record == nullptr)
    return listener != nullptr ? DeliverToListener(*listener, queued, {}) : Refuse(queued);
  if (listener == nullptr || !IsPureSyn(queued.segment.flags) || listener->accept_queue_full() ||
      listener->syn_queue_full() || !record->connection.MayReopen(queued.segment)) {
    return DeliverTo(*record, queued);
  }
  const wire::SequenceNumber last = record->connection.snd_nxt();
  Forget(*record);
  // Whoever that woke may have closed the listener, where others run at named points.
  return listener->closed ? Refuse(queued) : DeliverToListener(*listener, queued, last);
}

DropReason Machine::DeliverTo(ConnectionRecord& record, QueuedSegment& queued) {
  if (record.ownership == Ownership::kListener && !record.accepting && queued.segment.flags.ack() &&
      !queued.segment.flags.rst()) {
    // The handshake's last ACK is not taken while nobody could accept: the peer, who is established already,
    // repeats it with its data, and our SYN-ACK is repeated too, until there is room. Nobody is refused.
    const Listener* listener = listeners_.Find(record.listener);
    if (listener->accept_queue_full()) return DropReason::kTcpListenAcceptQueueFull;
  }
  // R5, R6, R10: switched threads in the middle of a handler.
  if constexpr (kHasMutants) {
    if (const auto dropped = MutantAccess::HandleWithSwitches(*this, record, queued)) return *dropped;
  }
  const bool asked = record.state == State::kSynSent && record.connection.parameters().fast_open;
  const DropReason dropped = record.connection.OnSegment(queued.segment, now_, &queued.frames);
  if (asked && record.connection.state() == State::kEstablished) NoteCookieOf(record, queued.segment);
  NoteTransition(record);
  MarkDirty(record);
  return dropped;
}

// RFC 9293 3.10.7.2, LISTEN. `beyond`: the last sequence number of the pair's previous incarnation, if it had
// one.
DropReason Machine::DeliverToListener(Listener& listener, QueuedSegment& queued,
                                      std::optional<wire::SequenceNumber> beyond) {
  const IncomingSegment& segment = queued.segment;
  // First: "An incoming RST should be ignored." Second: "Any acknowledgment is bad if it arrives on a
  // connection still in the LISTEN state": RST. Both are what a port without listener answers. Third: SYN.
  // Fourth: anything else is dropped.
  if (segment.flags.rst() || segment.flags.ack()) {
    if (const auto taken = TakeCookie(listener, queued)) return *taken;
    return Refuse(queued);
  }
  if (!segment.flags.syn()) return DropReason::kTcpUnexpectedFlags;

  if (listener.accept_queue_full()) return DropReason::kTcpListenAcceptQueueFull;
  const auto route = around_.ip.Route(queued.ends.remote.address);
  if (!route) return DropReason::kIpNoRoute;
  if (listener.syn_queue_full()) {
    if (listener.parameters->syn_cookies) return AnswerWithCookie(listener, queued, route->mtu);
    // RFC 4987 3: the oldest half-open connection makes room. A real peer finishes its handshake long before
    // it is the oldest, unless the flood is faster than its round trip.
    if (listener.syn_queue.empty()) return DropReason::kTcpListenSynQueueFull;
    around_.statistics.Drop(DropReason::kTcpListenSynQueueFull);
    around_.statistics.Add(Counter::kTcpAttemptFails);
    Forget(listener.syn_queue.front());
  }

  wire::SequenceNumber initial_sequence = isn_.Next(queued.ends, now_);
  if (beyond && initial_sequence.AtOrBefore(*beyond + kBeyondOldIncarnation)) {
    initial_sequence = *beyond + kBeyondOldIncarnation;
  }
  ConnectionRecord* record = MakePassive(listener, queued.ends, initial_sequence, *route);
  if (record == nullptr) return DropReason::kTcpConnectionTableFull;
  const FastOpen fast_open = JudgeFastOpen(listener, queued);
  record->connection.OpenPassive(segment, now_);
  // R8: began with what the last handshake had left.
  if constexpr (kHasMutants) {
    if (Mutated(Mutant::kR8StaleHandshake)) MutantAccess::InheritHandshake(*this, *record);
  }
  NoteTransition(*record);
  ApplyFastOpen(fast_open, listener, *record, segment.text_size() > 0);
  MarkDirty(*record);
  return DropReason::kNone;
}

// A record in LISTEN, at the end of the SYN queue; null when the table is full.
ConnectionRecord* Machine::MakePassive(Listener& listener, const wire::EndpointPair& ends,
                                       wire::SequenceNumber initial_sequence, const net::RouteChoice& route) {
  ConnectionRecord* record =
      table_.Insert(listener.parameters, {.ends = ends,
                                          .initial_sequence = initial_sequence,
                                          .timestamp_offset = isn_.TimestampOffset(ends),
                                          .path_mtu = route.mtu,
                                          .known_path_mtu = route.largest_packet(),
                                          .chunks = &chunks_});
  if (record == nullptr) return nullptr;
  record->ownership = Ownership::kListener;
  record->listener = listener.handle;
  record->state = State::kListen;
  listener.syn_queue.push_back(*record);
  ++listener.syn_count;
  return record;
}

// RFC 9293 3.10.7.1: nobody is there.
DropReason Machine::Refuse(const QueuedSegment& queued) {
  if (IsPureSyn(queued.segment.flags) && held_syns_.Hold(queued, now_)) return DropReason::kNone;
  return RefuseNow(queued);
}

DropReason Machine::RefuseNow(const QueuedSegment& queued) {
  const auto reset = ResetFor(queued.segment, queued.ends);
  if (!reset) return DropReason::kTcpNoConnection;
  if (!reset_limiter_.Allow(now_)) return DropReason::kTcpResetLimited;
  around_.statistics.Add(Counter::kTcpOutResets);
  OutgoingSegment answer{.fields = *reset};
  Send(queued.ends, answer, {parameters_.ttl, parameters_.tos, parameters_.path_mtu_discovery});
  return DropReason::kTcpNoConnection;
}

// The handshake is over: from the SYN queue to the accept queue.
void Machine::Promote(ConnectionRecord& record) {
  LeaveListener(record);
  Listener* listener = listeners_.Find(record.listener);
  record.accepting = true;
  listener->accept_queue.push_back(record);
  ++listener->accept_count;
  listener->acceptable.PostAsync();
  listener->watches.Notify();
  StopAt(os::SchedulingPoint::kEventPost, &record);
}

void Machine::LeaveListener(ConnectionRecord& record) {
  Listener* listener = listeners_.Find(record.listener);
  record.stage_hook.unlink();
  if (record.accepting) {
    --listener->accept_count;
  } else {
    --listener->syn_count;
  }
  record.accepting = false;
}

void Machine::OnError(const QueuedError& error) {
  // RFC 9293 MUST-54: to the connection that caused it.
  ConnectionRecord* record = table_.Find(error.ends);
  if (record == nullptr) {
    around_.statistics.Drop(DropReason::kIcmpUnmatched);
    return;
  }
  if (error.too_big) {
    // RFC 1191 section 3: what one connection learned with good reason serves the next ones.
    if (record->connection.OnPathMtu(error.mtu, error.sequence, now_)) {
      around_.ip.NotePathMtu(error.ends.remote.address, error.mtu);
    }
  } else {
    record->connection.OnIcmpError(error.error, error.hard, error.sequence, now_);
  }
  NoteTransition(*record);
  MarkDirty(*record);
}

}  // namespace nut::tcp
