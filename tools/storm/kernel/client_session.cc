#include "tools/storm/kernel/client_session.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

namespace nut::storm {
namespace {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

constexpr std::chrono::milliseconds kPortRetry{1};
constexpr int kPortsTried = 64;  // in one go

// Uniform in [least, most].
nanoseconds Between(nanoseconds least, nanoseconds most, uint32_t chance) {
  return least + (most - least) / 65536 * (chance >> 16);
}

// How much of the answer is awaited: of one that is to break off, more than there is.
uint32_t AwaitedOf(const Request& request) {
  switch (request.ending) {
    case Ending::kClientAborts:
    case Ending::kClientVanishes: return request.half_answer();
    case Ending::kServerAborts:
    case Ending::kServerVanishes: return request.answer_size + 1;
    default: return request.answer_size;
  }
}

// Another connection has the port, or had it a moment ago.
bool IsTaken(int error) { return error == EADDRINUSE || error == EADDRNOTAVAIL; }

}  // namespace

KernelClientSession::KernelClientSession(const KernelClientSurroundings& around, const ConnectionPlan& plan)
    : around_(around),
      plan_(plan),
      began_(steady_clock::now()),
      header_(Encode(plan.request)),
      out_(plan.request.connection, plan.request.request_size),
      in_(plan.request.connection, AwaitedOf(plan.request)) {
  ++around_.ledger.opened;
}

KernelClientSession::~KernelClientSession() {
  if (reused_) around_.local_ends.GiveBack(*reused_);
}

bool KernelClientSession::Go() {
  while (state_ != State::kOver && Act() == Turn::kGoOn) {
  }
  return state_ == State::kOver;
}

KernelClientSession::Turn KernelClientSession::Act() {
  switch (state_) {
    case State::kOpen: return Open();
    case State::kAwaitRefusal: return AwaitRefusal();
    case State::kAwaitTimeout: return AwaitTimeout();
    case State::kAwaitEarlyClose: return AwaitEarlyClose();
    case State::kSendHeader: return SendHeader();
    case State::kSendContent: return SendContent();
    case State::kReceive: return Receive();
    case State::kEnd: return ReadEnd();
    case State::kOver: break;
  }
  return Turn::kWait;
}

// --- opening

bool KernelClientSession::ChooseEnd() {
  if (plan_.request.kind == Kind::kReuse) {
    if (!reused_) reused_ = around_.local_ends.TakeUsed();
    if (reused_) local_ = *reused_;
    return reused_.has_value();
  }
  local_ = around_.local_ends.Next();
  return true;
}

KernelClientSession::Turn KernelClientSession::Open() {
  const Kind kind = plan_.request.kind;
  const bool to_silent = kind == Kind::kTimeout ||
                         (kind == Kind::kCloseEarly && plan_.early_close == EarlyClose::kSilentAddress);
  const wire::Endpoint& remote = to_silent                ? around_.targets.silent
                                 : kind == Kind::kRefused ? around_.targets.refusing
                                                          : around_.targets.server;
  for (int i = 0; i < kPortsTried && ChooseEnd(); ++i) {
    socket_ = KernelSocket::Make(around_.system);
    if (!socket_.is_open()) return FailWith("no socket", errno);
    int error = socket_.Bind(local_);
    if (error == 0) {
      if (plan_.request.ending == Ending::kServerVanishes && IsSeenByServer(kind)) {
        socket_.LimitSilence(around_.silence.idle_seconds, around_.silence.probes);
      }
      socket_.NoDelay();
      error = socket_.Connect(remote);
      if (error == 0 || error == EINPROGRESS) return Opened();
    }
    if (!IsTaken(error)) return FailWith("connect", error);
    ++around_.ledger.port_waits;
    if (reused_) break;  // it is this one, or none
  }
  socket_.Close();
  return Until(State::kOpen, kPortRetry);
}

KernelClientSession::Turn KernelClientSession::Opened() {
  new_socket_ = socket_.number();
  switch (plan_.request.kind) {
    case Kind::kRefused: return Enter(State::kAwaitRefusal);
    case Kind::kTimeout:
      return Until(State::kAwaitTimeout,
                   Between(around_.connect_timeout / 10, around_.connect_timeout, plan_.chance));
    case Kind::kCloseEarly:
      if (plan_.early_close == EarlyClose::kAtOnce) {
        until_ = {};
        return Enter(State::kAwaitEarlyClose);
      }
      return Until(State::kAwaitEarlyClose, Between({}, around_.early_close_within, plan_.chance));
    default: return Enter(State::kSendHeader);
  }
}

// --- connections that are never used

KernelClientSession::Turn KernelClientSession::AwaitRefusal() {
  const Step step = ExpectEnd(socket_);
  if (step == Step::kBlocked) return Turn::kWait;
  return step == Step::kRefused ? Over(Outcome::kRefused) : Fail("waiting for the refusal", step);
}

KernelClientSession::Turn KernelClientSession::AwaitTimeout() {
  const Step step = ExpectEnd(socket_);
  // The network may say it before the time is over.
  if (step == Step::kTimedOut) return Over(Outcome::kTimedOut);
  if (step != Step::kBlocked) return Fail("connecting to an address that nobody has", step);
  if (!IsDue()) return Turn::kWait;
  if (socket_.CloseUnused()) return Fail("connected to an address that nobody has", Step::kDone);
  return Over(Outcome::kTimedOut);
}

KernelClientSession::Turn KernelClientSession::AwaitEarlyClose() {
  if (!IsDue()) return Turn::kWait;
  around_.ledger.established_early += socket_.CloseUnused();
  return Over(Outcome::kClosedEarly);
}

// --- connections that carry a request

KernelClientSession::Turn KernelClientSession::SendHeader() {
  while (header_sent_ < header_.size()) {
    size_t moved = 0;
    const bool more = plan_.request.request_size > 0;
    const Step step = socket_.Send(ByteView(header_).subspan(header_sent_), moved, more);
    header_sent_ += moved;
    if (step == Step::kBlocked) return Turn::kWait;
    if (step != Step::kMore) return Fail("connecting", step);
  }
  return Enter(State::kSendContent);
}

KernelClientSession::Turn KernelClientSession::SendContent() {
  const Step step = out_.Go(socket_);
  if (step == Step::kBlocked) return Turn::kWait;
  if (step != Step::kDone) return Fail("sending the request", step);
  if (plan_.request.ending == Ending::kHalfClose) socket_.FinishSending();
  return Enter(State::kReceive);
}

KernelClientSession::Turn KernelClientSession::Receive() {
  const Step step = in_.Go(socket_);
  if (!in_.is_right()) return Fail("wrong octets in the answer", step);
  if (step == Step::kBlocked) return Turn::kWait;
  const Ending ending = plan_.request.ending;
  if (ending == Ending::kServerAborts) {
    return step == Step::kReset ? Over(Outcome::kAborted) : Fail("waiting for a reset", step);
  }
  if (ending == Ending::kServerVanishes) {
    return step == Step::kTimedOut ? Over(Outcome::kVanished) : Fail("waiting for a silent server", step);
  }
  return step == Step::kDone ? Received() : Fail("reading the answer", step);
}

KernelClientSession::Turn KernelClientSession::Received() {
  switch (plan_.request.ending) {
    case Ending::kClientAborts: socket_.Reset(); return Over(Outcome::kAborted);
    case Ending::kClientVanishes:
      if (const int error = around_.silent.Add(std::move(socket_), steady_clock::now())) {
        return FailWith("falling silent", error);
      }
      return Over(Outcome::kVanished);
    case Ending::kClientCloses: socket_.FinishSending(); break;
    default: break;
  }
  return Enter(State::kEnd);
}

KernelClientSession::Turn KernelClientSession::ReadEnd() {
  const Step step = ExpectEnd(socket_);
  if (step == Step::kBlocked) return Turn::kWait;
  return step == Step::kEnd ? InOrder() : Fail("waiting for the server's end", step);
}

// --- the books

KernelClientSession::Turn KernelClientSession::Enter(State state) {
  state_ = state;
  return Turn::kGoOn;
}

KernelClientSession::Turn KernelClientSession::Until(State state, nanoseconds length) {
  state_ = state;
  until_ = steady_clock::now() + length;
  alarm_ = until_;
  return Turn::kWait;
}

KernelClientSession::Turn KernelClientSession::Over(Outcome outcome) {
  around_.ledger.Count(plan_.request.kind, outcome);
  socket_.Close();
  new_socket_.reset();
  return Enter(State::kOver);
}

KernelClientSession::Turn KernelClientSession::InOrder() {
  around_.ledger.octets_sent += plan_.request.request_size;
  around_.ledger.octets_received += plan_.request.answer_size;
  return Over(Outcome::kInOrder);
}

void KernelClientSession::GiveUp(std::string_view why) {
  around_.ledger.Fail(plan_.request.kind, plan_.request.connection, std::string(why));
  socket_.Reset();
  new_socket_.reset();
  state_ = State::kOver;
}

KernelClientSession::Turn KernelClientSession::Fail(std::string_view what, Step step) {
  GiveUp(fmt::format("{} ({}): {}", what, local_.ToText(), NameOf(step)));
  return Turn::kWait;
}

KernelClientSession::Turn KernelClientSession::FailWith(std::string_view what, int error) {
  GiveUp(fmt::format("{} ({}): {}", what, local_.ToText(), std::strerror(error)));
  return Turn::kWait;
}

}  // namespace nut::storm
