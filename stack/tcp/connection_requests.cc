// What the application asks of a connection (RFC 9293 3.9.1, 3.10.2–3.10.5).

#include <algorithm>

#include "stack/tcp/connection.h"
#include "stack/tcp/tcb.h"
#include "stack/tcp/timers.h"

namespace nut::tcp {
namespace {

// A FIN behind what is queued, in the states that may send one.
void RequestClose(Tcb& tcb, Instant now) {
  if (tcb.close_requested) return;
  tcb.close_requested = true;
  // SYN-RECEIVED: "queue for processing after entering ESTABLISHED state".
  if (tcb.state != State::kSynReceived) tcb.Fire(Event::kClose, now);
}

// Why nothing can be queued now; nothing when it can.
std::optional<Error> WhyNotSend(const Tcb& tcb) {
  if (tcb.error) return tcb.error;
  if (tcb.close_requested) return Error::kBrokenPipe;
  if (MaySend(tcb.state) || (tcb.fast_open && tcb.state == State::kSynReceived)) return std::nullopt;
  const bool opening = tcb.state == State::kSynSent || tcb.state == State::kSynReceived;
  return opening ? Error::kWouldBlock : Error::kNotConnected;
}

// After `queued` of `offered` octets found room.
Result<size_t> Queued(Tcb& tcb, size_t queued, size_t offered, Instant now) {
  tcb.cut_short = queued < offered;
  if (queued == 0 && offered > 0) return Fail(Error::kWouldBlock);
  tcb.last_activity = now;
  UpdateTimers(tcb, now);
  return queued;
}

// What Receive says when there is nothing to read.
Result<size_t> NothingToRead(const Tcb& tcb) {
  if (tcb.error) return Fail(*tcb.error);
  if (tcb.fin_received && tcb.established) return size_t{0};
  const bool over = tcb.state == State::kClosed || tcb.state == State::kDestroy;
  return Fail(over ? Error::kNotConnected : Error::kWouldBlock);
}

// The window has shrunk to half or less while the application was away, and reading makes it larger by a
// quarter of the whole at least: few updates, each good for a burst of super-segments, however small the
// reads are. (3.8.6.2.2 asks for less; a reader who stops halfway is met by a window probe.) Half of what was
// offered so far, not of what could be: the first ACK, which comes anyhow, opens the window that a SYN could
// not express, and a request of a few octets is not worth an update of its own.
bool WindowUpdateIsDue(const Tcb& tcb) {
  if (!IsSynchronized(tcb.state) || tcb.fin_received) return false;
  const size_t full = std::min<size_t>(tcb.parameters->receive_buffer, tcb.receive_window.largest());
  return tcb.receive_window.Size(tcb.rcv_nxt) <=
             std::min<size_t>(full, tcb.receive_window.largest_offered()) / 2 &&
         tcb.receive_window.WouldAdvance(tcb.rcv_nxt, tcb.receive_space(),
                                         std::max(tcb.receive_step(), full / 4));
}

// The parameters become the connection's own by it; most never get there.
void TuneWindow(Tcb& tcb, Instant now) {
  const size_t now_offered = tcb.parameters->receive_buffer;
  const size_t most = std::min<size_t>(tcb.parameters->largest_receive_buffer, tcb.receive_window.largest());
  if (now_offered >= most || !tcb.rtt.has_sample()) return;
  if (!tcb.receive_tuning.OnRead(tcb.unread(), tcb.rtt.srtt(), now_offered, now)) return;
  tcb.parameters.Own().receive_buffer = std::min(2 * now_offered, most);
  tcb.Count(Counter::kTcpWindowsWidened);
}

// After octets have left the receive buffer.
void NoteRead(Tcb& tcb, Instant now) {
  tcb.last_activity = now;
  TuneWindow(tcb, now);
  if (tcb.urgent_announced && !tcb.rcv_up.After(tcb.unread())) tcb.urgent_announced = false;
  if (WindowUpdateIsDue(tcb)) tcb.ack_now = true;
  UpdateTimers(tcb, now);
}

}  // namespace

Result<void> Connection::Shutdown(Instant now) {
  Tcb& tcb = tcb_;
  if (tcb.close_requested) return Fail(Error::kBrokenPipe);
  if (!MaySend(tcb.state) && tcb.state != State::kSynReceived)
    return Fail(tcb.error.value_or(Error::kNotConnected));
  RequestClose(tcb, now);
  UpdateTimers(tcb, now);
  return {};
}

void Connection::Close(Instant now) {
  Tcb& tcb = tcb_;
  if (tcb.orphan) return;
  tcb.orphan = true;
  // SHLD-3, RFC 2525 2.17: data was received that nobody will read: the peer must learn that it was lost.
  if (tcb.receive_buffer.readable() > 0 && tcb.state != State::kTimeWait) {
    tcb.Abort(Error::kConnectionAborted, now);
    return;
  }
  RequestClose(tcb, now);
  if (tcb.state == State::kClosed) tcb.Fire(Event::kRelease, now);
  switch (tcb.state) {
    case State::kSynReceived:
    case State::kFinWait1:
    case State::kClosing:
    case State::kLastAck: tcb.timers.Arm(Timer::kLifetime, After(now, tcb.parameters->linger_orphan)); break;
    case State::kFinWait2:
      tcb.timers.Arm(Timer::kLifetime, After(now, tcb.parameters->fin_wait_2_orphan));
      break;
    default: break;
  }
  UpdateTimers(tcb, now);
}

void Connection::Abort(Error reason, Instant now) { tcb_.Abort(reason, now); }

Result<size_t> Connection::Send(ByteView data, Instant now) {
  Tcb& tcb = tcb_;
  if (const auto why = WhyNotSend(tcb)) return Fail(*why);
  const size_t queued = tcb.send_buffer.Append(data, tcb.send_limit(), tcb.chunks);
  return Queued(tcb, queued, data.size(), now);
}

Result<size_t> Connection::SendSlice(const link::Slice& slice, Instant now) {
  Tcb& tcb = tcb_;
  if (const auto why = WhyNotSend(tcb)) return Fail(*why);
  const size_t queued = tcb.send_buffer.AppendSlice(slice, tcb.send_limit(), tcb.chunks);
  return Queued(tcb, queued, slice.bytes.size(), now);
}

Result<size_t> Connection::SendUrgent(ByteView data, Instant now) {
  const Result<size_t> queued = Send(data, now);
  if (!queued || *queued == 0) return queued;
  Tcb& tcb = tcb_;
  tcb.snd_up = tcb.data_end();
  tcb.urgent_queued = true;
  // "The urgent pointer is sent even if the window is shut": it goes with an ACK if the text cannot.
  if (tcb.snd_wnd == 0) tcb.ack_now = true;
  UpdateTimers(tcb, now);
  return queued;
}

Result<size_t> Connection::Receive(MutableByteView out, Instant now) {
  Tcb& tcb = tcb_;
  if (!tcb.is_open() || tcb.receive_buffer.readable() == 0) return NothingToRead(tcb);
  const size_t count = tcb.receive_buffer.Read(out);
  NoteRead(tcb, now);
  return count;
}

Result<size_t> Connection::ReceivePieces(std::span<ReceivedPiece> out, Instant now) {
  Tcb& tcb = tcb_;
  if (!tcb.is_open() || tcb.receive_buffer.readable() == 0) return NothingToRead(tcb);
  const size_t count = tcb.receive_buffer.Take(out);
  NoteRead(tcb, now);
  return count;
}

Result<size_t> Connection::Peek(MutableByteView out) const {
  if (!tcb_.is_open() || tcb_.receive_buffer.readable() == 0) return NothingToRead(tcb_);
  return tcb_.receive_buffer.Peek(out);
}

void Connection::ApplyParameters(Instant now) {
  Tcb& tcb = tcb_;
  const bool alive = IsSynchronized(tcb.state) && tcb.state != State::kTimeWait;
  if (!tcb.parameters->keep_alive) {
    tcb.timers.Disarm(Timer::kKeepAlive);
    tcb.keep_alive_due = false;
    tcb.keep_alives = 0;
  } else if (alive) {
    tcb.timers.Arm(Timer::kKeepAlive, std::max(now, After(tcb.last_heard, tcb.parameters->keep_alive_idle)));
  }
  if (WindowUpdateIsDue(tcb)) tcb.ack_now = true;
  // RFC 5482 3.2: a change is told.
  if (alive && tcb.parameters->user_timeout_option) tcb.user_timeout_due = tcb.ack_now = true;
  UpdateTimers(tcb, now);
}

}  // namespace nut::tcp
