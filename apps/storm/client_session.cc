#include "apps/storm/client_session.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/storm/parameters.h"

namespace nut::storm {
namespace {

constexpr Duration kPortRetry = 1ms;
constexpr Duration kVanishPortRetry = 100ms;
constexpr Duration kServerMargin = 1s;

// Uniform in [least, most].
Duration Between(Duration least, Duration most, uint32_t chance) {
  const auto span = static_cast<uint64_t>((most - least).count());
  return least + Duration(static_cast<int64_t>(span / 65536 * (chance >> 16)));
}

}  // namespace

void ClientSession::Run(const ConnectionPlan& plan) {
  KeepStep();
  ++around_.ledger.opened;
  switch (plan.request.kind) {
    case Kind::kRefused: return Refused(plan);
    case Kind::kTimeout: return TimedOut(plan);
    case Kind::kCloseEarly: return ClosedEarly(plan);
    case Kind::kVanish: return ConverseAndVanish(plan);
    default: return Converse(plan);
  }
}

void ClientSession::KeepStep() {
  const Duration step = around_.options.step;
  if (step <= Duration(0)) return;
  os::Executor& executor = around_.engine.executor();
  const Duration past = executor.Now().time_since_epoch() % step;
  if (past > Duration(0)) executor.Sleep(step - past);
}

void ClientSession::Fail(const Request& request, std::string_view what, Error error) {
  around_.ledger.Fail(request.kind, request.connection, fmt::format("{}: {}", what, Describe(error)));
}

void ClientSession::Fail(const Request& request, std::string_view what) {
  around_.ledger.Fail(request.kind, request.connection, std::string(what));
}

// --- connections that are never used

void ClientSession::Refused(const ConnectionPlan& plan) {
  const auto stream = Connect(around_.targets.refusing, plan.request, kForever);
  if (stream) return Fail(plan.request, "connected to a closed port");
  if (stream.error() != Error::kConnectionRefused) return Fail(plan.request, "connect", stream.error());
  around_.ledger.Count(plan.request.kind, Outcome::kRefused);
}

void ClientSession::TimedOut(const ConnectionPlan& plan) {
  const bool patient = plan.chance % 64 == 0;
  const Duration most = around_.options.connect_timeout * (patient ? 40 : 1);
  const auto stream = Connect(around_.targets.silent, plan.request, Between(most / 10, most, plan.chance));
  if (stream) return Fail(plan.request, "connected to an address that nobody has");
  switch (stream.error()) {
    case Error::kTimedOut:
    // The network may say it before the time is over.
    case Error::kHostDown:
    case Error::kHostUnreachable: return around_.ledger.Count(plan.request.kind, Outcome::kTimedOut);
    default: return Fail(plan.request, "connect", stream.error());
  }
}

void ClientSession::ClosedEarly(const ConnectionPlan& plan) {
  const wire::Endpoint& remote = plan.early_close == EarlyClose::kSilentAddress ? around_.targets.silent
                                                                                : around_.targets.server;
  const Duration delay = plan.early_close == EarlyClose::kAtOnce
                             ? Duration(0)
                             : Between({}, around_.options.early_close_within, plan.chance);
  tcp::Engine& engine = around_.engine;
  const Instant deadline = After(engine.executor().Now(), around_.options.patience);
  auto handle = engine.Connect(remote);
  while (!handle && WaitForPort(handle.error(), deadline)) handle = engine.Connect(remote);
  if (!handle) return Fail(plan.request, "connect", handle.error());
  around_.closer.CloseAfter(*handle, delay);
  // Established or not: the connection is taken away while this thread waits in it.
  auto waited = engine.Wait(*handle, tcp::Interest::kEstablished, around_.options.patience);
  if (waited) waited = engine.Wait(*handle, tcp::Interest::kReadable, around_.options.patience);
  if (!waited && waited.error() == Error::kStaleHandle) {
    return around_.ledger.Count(plan.request.kind, Outcome::kClosedEarly);
  }
  if (waited) return Fail(plan.request, "closed by another thread, and readable all the same");
  Fail(plan.request, "closed by another thread", waited.error());
}

// --- connections that carry a request

void ClientSession::Converse(const ConnectionPlan& plan) {
  const Request& request = plan.request;
  auto stream = Connect(around_.targets.server, request, kForever);
  if (!stream) return Fail(request, "connect", stream.error());
  stream_ = std::move(*stream);
  Conversation talk(stream_, around_.options.patience);
  if (const auto sent = talk.SendRequest(request); !sent) {
    stream_.Abort();
    return Fail(request, "send request", sent.error());
  }
  switch (request.ending) {
    case Ending::kClientCloses: ClientCloses(request, talk); break;
    case Ending::kServerCloses: ServerCloses(request, talk); break;
    case Ending::kHalfClose: HalfClose(request, talk); break;
    case Ending::kClientAborts: ClientAborts(request, talk); break;
    case Ending::kServerAborts: ServerAborts(request, talk); break;
    case Ending::kClientVanishes: ClientVanishes(request, talk); break;
    case Ending::kServerVanishes: ServerVanishes(request, talk); break;
  }
  stream_.Close();
}

void ClientSession::ConverseAndVanish(const ConnectionPlan& plan) {
  Converse(plan);
  ReleaseVanishPort();
}

void ClientSession::ClientCloses(const Request& request, Conversation& talk) {
  if (ReadAnswer(request, talk)) InOrder(request);
}

void ClientSession::ServerCloses(const Request& request, Conversation& talk) {
  if (!ReadAnswer(request, talk)) return;
  if (const auto end = talk.ReadEnd(); !end) return Fail(request, "end of answer", end.error());
  InOrder(request);
}

void ClientSession::HalfClose(const Request& request, Conversation& talk) {
  if (const auto shut = stream_.Shutdown(); !shut) return Fail(request, "half close", shut.error());
  ServerCloses(request, talk);
}

void ClientSession::ClientAborts(const Request& request, Conversation& talk) {
  if (!ReadHalf(request, talk)) return;
  stream_.Abort();
  around_.ledger.Count(request.kind, Outcome::kAborted);
}

void ClientSession::ServerAborts(const Request& request, Conversation& talk) {
  const Error broken = ReadUntilBroken(request, talk);
  if (broken != Error::kConnectionReset) return Fail(request, "waiting for a reset", broken);
  around_.ledger.Count(request.kind, Outcome::kAborted);
}

void ClientSession::ClientVanishes(const Request& request, Conversation& talk) {
  if (!ReadHalf(request, talk)) return;
  const auto ends = around_.engine.Ends(stream_.handle());
  if (!ends) return Fail(request, "vanishing", ends.error());
  const Instant now = around_.engine.executor().Now();
  around_.vanisher.Vanish(*ends, After(now, LongestSilence(around_.engine.parameters())));
  stream_.Abort();
  around_.ledger.Count(request.kind, Outcome::kVanished);
}

void ClientSession::ServerVanishes(const Request& request, Conversation& talk) {
  const Error broken = ReadUntilBroken(request, talk);
  if (broken != Error::kTimedOut) return Fail(request, "waiting for a silent server", broken);
  // The connection gave up, and not this thread's own patience.
  const auto again = around_.engine.Wait(stream_.handle(), tcp::Interest::kReadable, Duration(0));
  if (!again) return Fail(request, "connection to a silent server lives on");
  around_.ledger.Count(request.kind, Outcome::kVanished);
}

bool ClientSession::ReadAnswer(const Request& request, Conversation& talk) {
  const auto complete = talk.ReadContent(request.connection, request.answer_size);
  if (!complete) return Fail(request, "answer", complete.error()), false;
  if (!talk.is_intact()) return Fail(request, "wrong octets in the answer"), false;
  if (!*complete) return Fail(request, "the answer ends too early"), false;
  if (talk.octets_read() > request.answer_size) return Fail(request, "the answer is too long"), false;
  return true;
}

bool ClientSession::ReadHalf(const Request& request, Conversation& talk) {
  const auto complete = talk.ReadContent(request.connection, request.half_answer());
  if (!complete) return Fail(request, "first half of the answer", complete.error()), false;
  if (!talk.is_intact()) return Fail(request, "wrong octets in the answer"), false;
  if (!*complete) return Fail(request, "the answer ends too early"), false;
  return true;
}

// The first half of the answer at most, and then the connection must break: why it did. kNotConnected: it
// ended in order; kMessageTooLong: there was more; kIo: wrong octets.
Error ClientSession::ReadUntilBroken(const Request& request, Conversation& talk) {
  const auto more = talk.ReadContent(request.connection, request.half_answer() + 1);
  if (!talk.is_intact()) return Error::kIo;
  if (!more) return more.error();
  return *more ? Error::kMessageTooLong : Error::kNotConnected;
}

void ClientSession::InOrder(const Request& request) {
  around_.ledger.Count(request.kind, Outcome::kInOrder);
  around_.ledger.octets_sent += request.request_size;
  around_.ledger.octets_received += request.answer_size;
}

// --- opening

wire::Endpoint ClientSession::LocalEnd(const Request& request) {
  if (request.kind == Kind::kReuse) return {{}, reuse_port_};
  if (request.kind != Kind::kVanish) return {};
  os::Executor& executor = around_.engine.executor();
  while (around_.vanish_ports.free_at() > executor.Now()) {
    ++around_.ledger.port_waits;
    executor.Sleep(kVanishPortRetry);
  }
  vanish_port_ = around_.vanish_ports.Take();
  return {{}, vanish_port_};
}

// Not before both sides have forgotten the connection: the server may notice the silence only after its pause.
void ClientSession::ReleaseVanishPort() {
  const Instant now = around_.engine.executor().Now();
  around_.vanish_ports.Release(vanish_port_, now + LongestSilence(around_.engine.parameters()) + kServerMargin);
}

Result<socket::TcpStream> ClientSession::Connect(const wire::Endpoint& remote, const Request& request,
                                                 Duration timeout) {
  const socket::ConnectOptions options{.timeout = timeout, .local = LocalEnd(request), .parameters = {}};
  const Instant deadline = After(around_.engine.executor().Now(), around_.options.patience);
  auto stream = socket::TcpStream::Connect(around_.engine, remote, options);
  while (!stream && WaitForPort(stream.error(), deadline)) {
    stream = socket::TcpStream::Connect(around_.engine, remote, options);
  }
  return stream;
}

// Every port, or the one that was asked for, belongs to a connection that is ending.
bool ClientSession::WaitForPort(Error error, Instant deadline) {
  if (error != Error::kAddressInUse && error != Error::kAddressNotAvailable && error != Error::kNoBuffers) {
    return false;
  }
  if (around_.engine.executor().Now() >= deadline) return false;
  ++around_.ledger.port_waits;
  around_.engine.executor().Sleep(kPortRetry);
  return true;
}

}  // namespace nut::storm
