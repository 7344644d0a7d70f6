#include "apps/storm/server_session.h"

#include <fmt/format.h>

#include "apps/storm/parameters.h"
#include "stack/tcp/engine.h"

namespace nut::storm {

void ServerSession::Fail(const Request& request, std::string_view what, Error error) {
  ledger_.Fail(request.kind, request.connection, fmt::format("{}: {}", what, Describe(error)));
}

void ServerSession::Fail(const Request& request, std::string_view what) {
  ledger_.Fail(request.kind, request.connection, std::string(what));
}

void ServerSession::Run() {
  ++ledger_.opened;
  const auto request = talk_.ReadRequest();
  if (request) {
    if (talk_.is_intact()) {
      Obey(*request);
    } else {
      Fail(*request, "wrong octets in the request");
    }
  } else if (request.error() == Error::kNotConnected || request.error() == Error::kConnectionReset) {
    // The client has closed it before it was used.
    ledger_.Count(Kind::kCloseEarly, Outcome::kEmpty);
  } else {
    Fail({.kind = Kind::kCloseEarly, .connection = 0}, "request", request.error());
  }
  stream_.Close();
}

void ServerSession::Obey(const Request& request) {
  switch (request.ending) {
    case Ending::kClientCloses: return ClientCloses(request);
    case Ending::kServerCloses: return ServerCloses(request);
    case Ending::kHalfClose: return HalfClose(request);
    case Ending::kClientAborts: return ClientGoes(request, Error::kConnectionReset, Outcome::kAborted);
    case Ending::kServerAborts: return ServerAborts(request);
    case Ending::kClientVanishes: return ClientGoes(request, Error::kTimedOut, Outcome::kVanished);
    case Ending::kServerVanishes: return ServerVanishes(request);
  }
}

void ServerSession::ClientCloses(const Request& request) {
  if (!SendAnswer(request, request.answer_size)) return;
  if (const auto end = talk_.ReadEnd(); !end) return Fail(request, "end of the stream", end.error());
  InOrder(request);
}

void ServerSession::ServerCloses(const Request& request) {
  if (SendAnswer(request, request.answer_size)) InOrder(request);
}

void ServerSession::HalfClose(const Request& request) {
  if (const auto end = talk_.ReadEnd(); !end) return Fail(request, "end of the stream", end.error());
  ServerCloses(request);
}

void ServerSession::ClientGoes(const Request& request, Error expected, Outcome outcome) {
  const auto broken = SendUntilBroken(request);
  if (broken) return Fail(request, "the connection ended in order");
  if (broken.error() != expected) return Fail(request, "waiting for the client to go", broken.error());
  // It is the connection that broke, and not this thread's patience that ended.
  if (!stream_.engine()->Wait(stream_.handle(), tcp::Interest::kReadable, Duration(0))) {
    return Fail(request, "the connection to a client that is gone lives on");
  }
  ledger_.Count(request.kind, outcome);
}

Result<void> ServerSession::SendUntilBroken(const Request& request) {
  const auto sent = talk_.SendContent(request.connection, 0, request.half_answer());
  if (!sent) return sent;
  stream_.engine()->executor().Sleep(kPause);
  if (request.is_even()) {
    const auto rest = talk_.SendContent(request.connection, request.half_answer(), request.answer_size);
    if (!rest) return rest;
  }
  return talk_.ReadEnd();
}

void ServerSession::ServerAborts(const Request& request) {
  if (!SendAnswer(request, request.half_answer())) return;
  stream_.Abort();
  ledger_.Count(request.kind, Outcome::kAborted);
}

void ServerSession::ServerVanishes(const Request& request) {
  if (request.is_even() && !SendAnswer(request, request.half_answer())) return;
  tcp::Engine& engine = *stream_.engine();
  const auto ends = engine.Ends(stream_.handle());
  if (!ends) return Fail(request, "vanishing", ends.error());
  vanisher_.Vanish(*ends, After(engine.executor().Now(), LongestSilence(engine.parameters())));
  stream_.Abort();
  ledger_.Count(request.kind, Outcome::kVanished);
}

bool ServerSession::SendAnswer(const Request& request, uint64_t octets) {
  const auto sent = talk_.SendContent(request.connection, 0, octets);
  if (!sent) Fail(request, "answer", sent.error());
  return sent.has_value();
}

void ServerSession::InOrder(const Request& request) {
  ledger_.Count(request.kind, Outcome::kInOrder);
  ledger_.octets_sent += request.answer_size;
  ledger_.octets_received += request.request_size;
}

}  // namespace nut::storm
