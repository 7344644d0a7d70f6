#include "tools/storm/kernel/server_session.h"

#include <fmt/format.h>

#include <cstring>

namespace nut::storm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kSettleRetry{2};

}  // namespace

KernelServerSession::KernelServerSession(KernelSocket socket, const SilenceOptions& silence,
                                         SilentSockets& silent, Ledger& ledger)
    : socket_(std::move(socket)),
      silence_(silence),
      silent_(silent),
      ledger_(ledger),
      began_(steady_clock::now()) {
  ++ledger_.opened;
  socket_.NoDelay();
}

bool KernelServerSession::Go() {
  while (state_ != State::kOver && Act() == Turn::kGoOn) {
  }
  return state_ == State::kOver;
}

void KernelServerSession::GiveUp(std::string_view why) {
  ledger_.Fail(request_.kind, request_.connection, std::string(why));
  socket_.Reset();
  state_ = State::kOver;
}

KernelServerSession::Turn KernelServerSession::Act() {
  switch (state_) {
    case State::kHeader: return ReadHeader();
    case State::kRequest: return ReadRequest();
    case State::kHalfClose: return ReadHalfClose();
    case State::kAnswer: return SendAnswer();
    case State::kPause: return Pause();
    case State::kRest: return SendRest();
    case State::kEnd: return ReadEnd();
    case State::kBreak: return AwaitBreak();
    case State::kSettle: return Settle();
    case State::kOver: break;
  }
  return Turn::kWait;
}

// --- the request

KernelServerSession::Turn KernelServerSession::ReadHeader() {
  size_t moved = 0;
  const Step step = socket_.Receive(MutableByteView(header_).subspan(header_size_), moved);
  header_size_ += moved;
  if (header_size_ == header_.size()) {
    const auto request = Decode(header_);
    if (!request) return Fail("the octets are no request", step);
    request_ = *request;
    in_ = ContentReceiver(request_.connection, request_.request_size);
    return Enter(State::kRequest);
  }
  if (step == Step::kMore) return Turn::kGoOn;
  if (step == Step::kBlocked) return Turn::kWait;
  // The client closed it before it was used.
  if (header_size_ == 0 && (step == Step::kEnd || step == Step::kReset)) return Over(Outcome::kEmpty);
  return Fail("reading the header", step);
}

KernelServerSession::Turn KernelServerSession::ReadRequest() {
  const Step step = in_.Go(socket_);
  if (!in_.is_right()) return Fail("wrong octets in the request", step);
  if (step == Step::kBlocked) return Turn::kWait;
  return step == Step::kDone ? BeginEnding() : Fail("reading the request", step);
}

KernelServerSession::Turn KernelServerSession::BeginEnding() {
  const auto answer = [this](uint32_t size) {
    out_ = ContentSender(request_.connection, size);
    return Enter(State::kAnswer);
  };
  switch (request_.ending) {
    case Ending::kClientCloses:
    case Ending::kServerCloses: return answer(request_.answer_size);
    case Ending::kHalfClose: return Enter(State::kHalfClose);
    case Ending::kClientVanishes:
      socket_.LimitSilence(silence_.idle_seconds, silence_.probes);
      [[fallthrough]];
    case Ending::kClientAborts:
    case Ending::kServerAborts: return answer(request_.half_answer());
    case Ending::kServerVanishes: return answer(request_.is_even() ? request_.half_answer() : 0);
  }
  return Fail("an unknown ending", Step::kFailed);
}

KernelServerSession::Turn KernelServerSession::ReadHalfClose() {
  const Step step = ExpectEnd(socket_);
  if (step == Step::kBlocked) return Turn::kWait;
  if (step != Step::kEnd) return Fail("waiting for the half close", step);
  out_ = ContentSender(request_.connection, request_.answer_size);
  return Enter(State::kAnswer);
}

// --- the answer, and the end

KernelServerSession::Turn KernelServerSession::SendAnswer() {
  const bool may_break =
      request_.ending == Ending::kClientAborts || request_.ending == Ending::kClientVanishes;
  const Step step = out_.Go(socket_);
  if (step == Step::kBlocked) return Turn::kWait;
  if (step != Step::kDone) return may_break ? Broken(step) : Fail("sending the answer", step);
  switch (request_.ending) {
    case Ending::kClientCloses: return Enter(State::kEnd);
    case Ending::kServerCloses: socket_.FinishSending(); return Enter(State::kEnd);
    case Ending::kHalfClose: return InOrder();
    case Ending::kServerAborts:
    case Ending::kServerVanishes: return Enter(State::kSettle);
    case Ending::kClientAborts:
    case Ending::kClientVanishes: break;
  }
  Enter(State::kPause);
  until_ = steady_clock::now() + kPause;
  return AlarmIn(kPause);
}

KernelServerSession::Turn KernelServerSession::Pause() {
  if (steady_clock::now() < until_) return Turn::kWait;
  if (request_.is_even()) out_.Extend(request_.answer_size);
  return Enter(State::kRest);
}

KernelServerSession::Turn KernelServerSession::SendRest() {
  const Step step = out_.Go(socket_);
  if (step == Step::kBlocked) return Turn::kWait;
  return step == Step::kDone ? Enter(State::kBreak) : Broken(step);
}

KernelServerSession::Turn KernelServerSession::ReadEnd() {
  const Step step = ExpectEnd(socket_);
  if (step == Step::kBlocked) return Turn::kWait;
  return step == Step::kEnd ? InOrder() : Fail("waiting for the client's end", step);
}

KernelServerSession::Turn KernelServerSession::AwaitBreak() {
  const Step step = ExpectEnd(socket_);
  return step == Step::kBlocked ? Turn::kWait : Broken(step);
}

KernelServerSession::Turn KernelServerSession::Broken(Step step) {
  if (request_.ending == Ending::kClientAborts && step == Step::kReset) return Over(Outcome::kAborted);
  if (request_.ending == Ending::kClientVanishes && step == Step::kTimedOut) return Over(Outcome::kVanished);
  return Fail("waiting for the client to go", step);
}

KernelServerSession::Turn KernelServerSession::Settle() {
  // A reset throws away what is not acknowledged, and silence would not keep the kernel from repeating it.
  if (!socket_.AllAcknowledged()) return AlarmIn(kSettleRetry);
  if (request_.ending == Ending::kServerAborts) {
    socket_.Reset();
    return Over(Outcome::kAborted);
  }
  if (const int error = silent_.Add(std::move(socket_), steady_clock::now())) {
    return Fail(fmt::format("falling silent: {}", std::strerror(error)), Step::kFailed);
  }
  return Over(Outcome::kVanished);
}

// --- the books

KernelServerSession::Turn KernelServerSession::Enter(State state) {
  state_ = state;
  return Turn::kGoOn;
}

KernelServerSession::Turn KernelServerSession::AlarmIn(milliseconds length) {
  alarm_ = steady_clock::now() + length;
  return Turn::kWait;
}

KernelServerSession::Turn KernelServerSession::Over(Outcome outcome) {
  ledger_.Count(request_.kind, outcome);
  socket_.Close();
  return Enter(State::kOver);
}

KernelServerSession::Turn KernelServerSession::InOrder() {
  ledger_.octets_sent += request_.answer_size;
  ledger_.octets_received += request_.request_size;
  return Over(Outcome::kInOrder);
}

KernelServerSession::Turn KernelServerSession::Fail(std::string_view what, Step step) {
  GiveUp(fmt::format("{}: {}", what, NameOf(step)));
  return Turn::kWait;
}

}  // namespace nut::storm
