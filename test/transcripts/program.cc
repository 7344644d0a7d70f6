#include "test/transcripts/program.h"

#include <fmt/format.h>

#include "stack/base/invariant.h"
#include "tools/packets/parameter_table.h"

namespace nut::transcripts {

Program::Program(os::Executor& executor, Station& station, wire::Ipv4Address other_address,
                 Transcript& transcript, std::string name)
    : executor_(executor),
      station_(station),
      other_address_(other_address),
      transcript_(transcript),
      name_(std::move(name)),
      more_(executor, "more to do") {
  NUT_INVARIANT(executor_.Create(name_, [this] { Loop(); }).has_value(), "no thread for a program");
}

void Program::Queue(Words call) {
  calls_.push_back(std::move(call));
  more_.PostAsync();
}

void Program::Loop() {
  for (;;) {
    while (calls_.empty()) more_.Wait();
    const Words call = std::move(calls_.front());
    calls_.pop_front();
    now_ = Joined(call);
    told_ = false;
    const std::string outcome = Make(call);
    Tell(outcome.empty() ? now_ : now_ + " = " + outcome);
  }
}

// Before it sleeps for the first time: the call is seen where it is made, and once more where it returns.
void Program::TellWaiting() {
  if (!std::exchange(told_, true)) Tell(now_ + " ...");
}

std::string Program::Make(const Words& call) {
  bool mine = true;
  for (const auto part :
       {&Program::Opening, &Program::Sending, &Program::Receiving, &Program::Closing, &Program::Looking}) {
    mine = true;
    std::string outcome = (this->*part)(call, mine);
    if (mine) return outcome;
  }
  return std::string(kNotUnderstood);
}

std::string Program::OutcomeOf(const Result<void>& result) {
  return result ? "ok" : std::string(Describe(result.error()));
}

std::string Program::Opening(const Words& call, bool& mine) {
  const std::string& verb = call[0];
  if (verb == "listen") return Listen(call);
  if (verb == "unlisten") return OutcomeOf(tcp().CloseListener(socket_->listener));
  if (verb == "accept") return Accept(call);
  if (verb == "connect") return Connect(call, true);
  if (verb == "open") return Connect(call, false);
  mine = false;
  return "";
}

// listen PORT [backlog N]
std::string Program::Listen(const Words& call) {
  const auto port = static_cast<uint16_t>(NumberOf(call, 1));
  const auto listener = tcp().Listen({wire::IpAddress(), wire::Port(port)}, NumberAfter(call, "backlog", 0));
  if (!listener) return std::string(Describe(listener.error()));
  socket_->listener = *listener;
  return "ok";
}

// accept [for T]
std::string Program::Accept(const Words& call) {
  const Duration limit = TimeAfter(call, "for", kForever);
  if (!tcp().IsAcceptable(socket_->listener)) TellWaiting();
  if (const auto waited = tcp().WaitAcceptable(socket_->listener, limit); !waited) return OutcomeOf(waited);
  const auto accepted = tcp().Accept(socket_->listener);
  if (!accepted) return std::string(Describe(accepted.error()));
  const tcp::ListenerHandle listener = socket_->listener;
  socket_ = std::make_shared<Socket>(Socket{.connection = *accepted, .listener = listener});
  const auto ends = tcp().Ends(*accepted);
  return fmt::format("ok, a connection from port {}", ends->remote.port.number());
}

// connect PORT [from PORT] [saying N|"text"] [for T]; open does not wait
std::string Program::Connect(const Words& call, bool wait) {
  const wire::Port port(static_cast<uint16_t>(NumberOf(call, 1)));
  const wire::Port from(static_cast<uint16_t>(NumberAfter(call, "from", 0)));
  const std::string first = TextAfter(call, "saying");
  const auto connection = tcp().Connect({other_address_, port}, {{}, from}, nullptr, AsBytes(first));
  if (!connection) return std::string(Describe(connection.error()));
  socket_ = std::make_shared<Socket>(
      Socket{.connection = *connection, .listener = {}, .sent = static_cast<uint32_t>(first.size())});
  if (!wait) return "";
  TellWaiting();
  return OutcomeOf(tcp().Wait(*connection, tcp::Interest::kEstablished, TimeAfter(call, "for", kForever)));
}

std::string Program::Closing(const Words& call, bool& mine) {
  const std::string& verb = call[0];
  const tcp::ConnectionHandle connection = socket_->connection;
  if (verb == "shutdown") return OutcomeOf(tcp().Shutdown(connection));
  if (verb == "close") return OutcomeOf(tcp().Close(connection));
  if (verb == "shutdown-later") return OutcomeOf(tcp().ShutdownLater(connection));
  if (verb == "close-later") return OutcomeOf(tcp().CloseLater(connection));
  if (verb == "reset") return OutcomeOf(tcp().Reset(connection));
  if (verb == "abort") return OutcomeOf(tcp().Abort(connection));
  mine = false;
  return "";
}

// wait readable|writable|established|drained [for T]
std::string Program::Wait(const Words& call) {
  using tcp::Interest;
  constexpr std::pair<std::string_view, Interest> kInterests[] = {{"established", Interest::kEstablished},
                                                                  {"readable", Interest::kReadable},
                                                                  {"writable", Interest::kWritable},
                                                                  {"drained", Interest::kDrained}};
  for (const auto& [name, interest] : kInterests) {
    if (call.size() < 2 || call[1] != name) continue;
    if (!tcp().IsReady(socket_->connection, interest)) TellWaiting();
    return OutcomeOf(tcp().Wait(socket_->connection, interest, TimeAfter(call, "for", kForever)));
  }
  return std::string(kNotUnderstood);
}

std::string Program::Looking(const Words& call, bool& mine) {
  const std::string& verb = call[0];
  const tcp::ConnectionHandle connection = socket_->connection;
  if (verb == "wait") return Wait(call);
  if (verb == "set") return Set(call);
  if (verb == "pause") {
    executor_.Sleep(TimeAfter(call, "pause", {}));
    return "ok";
  }
  if (verb == "watch") {
    tcp().Watch(connection, watch_);
    return "";
  }
  if (verb == "watch-listener") {
    tcp().Watch(socket_->listener, watch_);
    return "";
  }
  if (verb == "unwatch") {
    watch_.unlink();
    return "";
  }
  if (verb == "soft-error") {
    const auto error = tcp().TakeSoftError(connection);
    return error ? std::string(Describe(*error)) : "none";
  }
  if (verb == "urgent-ahead") {
    const auto ahead = tcp().UrgentBytesAhead(connection);
    return ahead ? std::to_string(*ahead) : std::string(Describe(ahead.error()));
  }
  mine = false;
  return "";
}

// set NAME VALUE ...
std::string Program::Set(const Words& call) {
  auto parameters = tcp().GetParameters(socket_->connection);
  if (!parameters) return std::string(Describe(parameters.error()));
  for (size_t at = 1; at + 1 < call.size(); at += 2) {
    const std::string fault = packets::SetParameter(call[at], call[at + 1], *parameters);
    if (!fault.empty()) return std::string(kNotUnderstood) + ": " + fault;
  }
  return OutcomeOf(tcp().SetParameters(socket_->connection, *parameters));
}

}  // namespace nut::transcripts
