#include "stack/tcp/engine.h"

#include "stack/os/no_switch_scope.h"
#include "stack/wire/transport_quote.h"

namespace nut::tcp {
namespace {

// RFC 792: destination unreachable, fragmentation needed and DF set.
constexpr uint8_t kIcmpUnreachable = 3;
constexpr uint8_t kIcmpFragmentationNeeded = 4;
// RFC 792: source quench; obsolete.
constexpr uint8_t kIcmpSourceQuench = 4;

}  // namespace

Engine::Engine(const EngineSurroundings& around, const Rng& rng, const Parameters& parameters, EngineOptions options)
    : around_(around),
      parameters_(parameters),
      machine_(around, rng, parameters, options),
      ports_(parameters.first_ephemeral_port, parameters.last_ephemeral_port, rng.Split("ports")) {}

Engine::~Engine() = default;

Result<void> Engine::Start() { return machine_.Start(); }

// --- net::Transport ------------------------------------------------------------------------------------------------------

void Engine::OnPacket(net::ReceivedPacket packet) {
  around_.statistics.Add(Counter::kTcpInSegments);
  const auto drop = [&](DropReason reason) { around_.ip.Drop(*packet.frame, reason); };

  const auto view = wire::TcpView::Parse(packet.frame->data());
  if (!view) return drop(view.error());
  // RFC 9293 MUST-3: "The receiver MUST check it." A device may have done so.
  if (packet.frame->checksum.state == link::ChecksumState::kAbsent &&
      !view->ChecksumOk({packet.source, packet.destination})) {
    return drop(DropReason::kTcpBadChecksum);
  }
  // RFC 9293 MUST-57, MUST-63: nothing to or from groups, broadcasts, or nobody. One and the same end on both sides is the
  // LAND attack: no connection of ours is to itself (Connect refuses it).
  if (!packet.unicast || packet.source.is_unspecified() || around_.ip.IsBroadcastOrMulticast(packet.source)) {
    return drop(DropReason::kTcpBadAddress);
  }
  if (view->source_port().is_none() || view->destination_port().is_none()) return drop(DropReason::kTcpBadPort);
  const wire::EndpointPair ends{{packet.destination, view->destination_port()}, {packet.source, view->source_port()}};
  if (ends.local == ends.remote) return drop(DropReason::kTcpBadAddress);

  const auto options = wire::ParseTcpOptions(view->options());
  if (!options) return drop(options.error());

  QueuedSegment queued{.frame = std::move(packet.frame),
                       .ends = ends,
                       .segment = {.sequence = view->sequence(),
                                   .acknowledgement = view->acknowledgement(),
                                   .flags = view->flags(),
                                   .window = view->window(),
                                   .urgent_pointer = view->urgent_pointer(),
                                   .options = *options,
                                   .payload = view->payload(),
                                   .tos = packet.tos}};
  if (!machine_.input().Push(queued)) return around_.ip.Drop(*queued.frame, DropReason::kTcpInputQueueFull);
  machine_.Wake();
}

void Engine::OnIcmpError(const net::IcmpErrorReport& report) {
  // RFC 9293 MUST-55: source quench is silently discarded.
  if (report.type == kIcmpSourceQuench) return;
  const auto quote = wire::TransportQuote::Parse(report.transport_header);
  if (!quote) return around_.statistics.Drop(quote.error());
  QueuedError error{.ends = {{report.local, quote->source_port}, {report.remote, quote->destination_port}},
                    .sequence = quote->sequence,
                    .error = report.error,
                    .hard = report.hard,
                    .too_big = report.type == kIcmpUnreachable && report.code == kIcmpFragmentationNeeded,
                    .mtu = report.next_hop_mtu};
  if (!machine_.input().Push(error)) return around_.statistics.Drop(DropReason::kTcpInputQueueFull);
  machine_.Wake();
}

// --- opening -------------------------------------------------------------------------------------------------------------

Result<wire::EndpointPair> Engine::ChooseEnds(const wire::Endpoint& remote, const wire::Endpoint& local,
                                              const net::RouteChoice& route) {
  wire::EndpointPair ends{local, remote};
  if (local.address.is_unspecified()) {
    ends.local.address = route.source;  // RFC 9293 MUST-44
  } else if (!around_.ip.IsLocal(local.address)) {
    return Fail(Error::kAddressNotAvailable);
  }
  const auto taken = [&](wire::Port port) {
    ends.local.port = port;
    return ends.local == ends.remote || machine_.table().Find(ends) != nullptr;
  };
  if (!local.port.is_none()) {
    if (taken(local.port)) return Fail(Error::kAddressInUse);
    return ends;
  }
  // RFC 6056 3.5: not a port that somebody listens on either.
  const auto port =
      ports_.Choose([&](wire::Port candidate) { return taken(candidate) || machine_.listeners().HasPort(candidate); });
  if (!port) return Fail(Error::kAddressNotAvailable);
  ends.local.port = *port;
  return ends;
}

Result<ConnectionHandle> Engine::Connect(const wire::Endpoint& remote, const wire::Endpoint& local,
                                         const Parameters* parameters) {
  if (stopping_) return Fail(Error::kInterrupted);
  // RFC 9293 MUST-46.
  if (remote.port.is_none() || remote.address.is_unspecified() || around_.ip.IsBroadcastOrMulticast(remote.address)) {
    return Fail(Error::kInvalidArgument);
  }
  ConnectionHandle handle;
  {
    os::NoSwitchScope scope(around_.executor, "connection is made");
    const auto route = around_.ip.Route(remote.address);
    if (!route) return Fail(route.error());
    const auto ends = ChooseEnds(remote, local, *route);
    if (!ends) return Fail(ends.error());
    const ConnectionSetup setup{.ends = *ends,
                                .initial_sequence = machine_.isn().Next(*ends, around_.executor.Now()),
                                .timestamp_offset = machine_.isn().TimestampOffset(*ends),
                                .path_mtu = route->mtu};
    ConnectionRecord* record = machine_.table().Insert(parameters != nullptr ? *parameters : parameters_, setup);
    if (record == nullptr) return Fail(Error::kNoBuffers);
    record->active = true;
    record->owner = around_.executor.current();
    record->requests.open = true;
    machine_.MarkDirty(*record);
    handle = record->handle;
  }
  machine_.Kick();
  return handle;
}

Result<ListenerHandle> Engine::Listen(const wire::Endpoint& local, size_t backlog, const Parameters* parameters) {
  if (stopping_) return Fail(Error::kInterrupted);
  wire::Endpoint at = local;
  if (at.address.is_unspecified()) {
    at.address = {};
  } else if (!around_.ip.IsLocal(at.address)) {
    return Fail(Error::kAddressNotAvailable);
  }
  if (at.port.is_none()) {
    const auto port = ports_.Choose([&](wire::Port candidate) { return machine_.listeners().HasPort(candidate); });
    if (!port) return Fail(Error::kAddressNotAvailable);
    at.port = *port;
  }
  const Parameters& chosen = parameters != nullptr ? *parameters : parameters_;
  const auto listener = machine_.listeners().Insert(at, backlog != 0 ? backlog : chosen.default_backlog, chosen);
  if (!listener) return Fail(listener.error());
  (*listener)->owner = around_.executor.current();
  return (*listener)->handle;
}

Result<ConnectionHandle> Engine::Accept(ListenerHandle handle) {
  Listener* listener = Open(handle);
  if (listener == nullptr) return Gone();
  if (listener->accept_queue.empty()) return Fail(Error::kWouldBlock);
  ConnectionRecord& record = listener->accept_queue.front();
  listener->accept_queue.pop_front();
  --listener->accept_count;
  record.accepting = false;
  record.ownership = Ownership::kApplication;
  record.owner = around_.executor.current();
  // A thread that was woken for one may have been killed before it came here: the next one is told.
  if (!listener->accept_queue.empty()) listener->acceptable.PostAsync();
  return record.handle;
}

// --- bytes ---------------------------------------------------------------------------------------------------------------

// What was done may want a segment sent or a timer set: then the machine runs, in one switch. `record` is not touched
// after it.
Result<size_t> Engine::Sent(ConnectionRecord& record, Result<size_t> result) {
  if (result && machine_.NeedsPass(record)) {
    machine_.MarkDirty(record);
    machine_.Kick();
  }
  return result;
}

Result<size_t> Engine::Send(ConnectionHandle handle, ByteView data) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  if (record->finished) return Fail(Error::kBrokenPipe);
  return Sent(*record, record->connection.Send(data, around_.executor.Now()));
}

Result<size_t> Engine::SendUrgent(ConnectionHandle handle, ByteView data) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  if (record->finished) return Fail(Error::kBrokenPipe);
  return Sent(*record, record->connection.SendUrgent(data, around_.executor.Now()));
}

Result<size_t> Engine::Receive(ConnectionHandle handle, MutableByteView out) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  return Sent(*record, record->connection.Receive(out, around_.executor.Now()));
}

Result<size_t> Engine::Peek(ConnectionHandle handle, MutableByteView out) const {
  const ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  return record->connection.Peek(out);
}

// --- requests ------------------------------------------------------------------------------------------------------------

Result<void> Engine::Shutdown(ConnectionHandle handle) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->finished) return Fail(Error::kBrokenPipe);
  if (record->requests.open || !record->connection.is_established_or_later()) return Fail(Error::kNotConnected);
  if (record->forgotten) return Fail(record->connection.error().value_or(Error::kNotConnected));
  record->finished = true;
  record->requests.shutdown = true;
  machine_.MarkDirty(*record);
  machine_.Kick();
  return {};
}

Result<void> Engine::Close(ConnectionHandle handle) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  machine_.Abandon(*record, /*reset=*/false);
  machine_.Kick();
  return {};
}

Result<void> Engine::Reset(ConnectionHandle handle) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  machine_.Abandon(*record, /*reset=*/true);
  machine_.Kick();
  return {};
}

Result<void> Engine::Abort(ConnectionHandle handle, Error reason) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  record->abort_reason = reason;
  record->requests.abort = true;
  machine_.MarkDirty(*record);
  machine_.Kick();
  return {};
}

Result<Parameters> Engine::GetParameters(ConnectionHandle handle) const {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  return record->new_parameters ? *record->new_parameters : record->connection.parameters();
}

Result<void> Engine::SetParameters(ConnectionHandle handle, const Parameters& parameters) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  record->new_parameters = std::make_unique<Parameters>(parameters);
  record->requests.configure = true;
  machine_.MarkDirty(*record);
  machine_.Kick();
  return {};
}

Result<void> Engine::CloseListener(ListenerHandle handle) {
  Listener* listener = Open(handle);
  if (listener == nullptr) return Gone();
  {
    os::NoSwitchScope scope(around_.executor, "queues of a closed listener");
    while (!listener->syn_queue.empty()) machine_.Abandon(listener->syn_queue.front(), /*reset=*/true);
    while (!listener->accept_queue.empty()) machine_.Abandon(listener->accept_queue.front(), /*reset=*/true);
    machine_.listeners().Close(*listener);
    listener->acceptable.BroadcastAsync();
    listener->watches.NotifyAndRelease();
  }
  machine_.Kick();
  return {};
}

// --- observing -----------------------------------------------------------------------------------------------------------

Result<ConnectionInfo> Engine::Info(ConnectionHandle handle) const {
  const ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  return record->connection.Info(around_.executor.Now());
}

Result<wire::EndpointPair> Engine::Ends(ConnectionHandle handle) const {
  const ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  return record->ends;
}

Result<wire::Endpoint> Engine::Local(ListenerHandle handle) const {
  const Listener* listener = Open(handle);
  if (listener == nullptr) return Gone();
  return listener->local;
}

std::optional<Error> Engine::TakeSoftError(ConnectionHandle handle) {
  ConnectionRecord* record = Owned(handle);
  return record == nullptr ? std::nullopt : record->connection.TakeSoftError();
}

Result<size_t> Engine::UrgentBytesAhead(ConnectionHandle handle) const {
  const ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  return record->connection.urgent_bytes_ahead();
}

EngineSnapshot Engine::Snapshot() const {
  os::NoSwitchScope scope(around_.executor, "loop over connections");
  const auto name = [&](os::ThreadHandle thread) { return std::string(around_.executor.name_of(thread)); };
  const Instant now = around_.executor.Now();
  EngineSnapshot snapshot;
  machine_.listeners().ForEach([&](const Listener& listener) {
    if (listener.closed) return;
    snapshot.listeners.push_back({.handle = listener.handle,
                                  .owner = name(listener.owner),
                                  .local = listener.local,
                                  .syn_queue = listener.syn_count,
                                  .syn_limit = listener.parameters.maximum_syn_queue,
                                  .accept_queue = listener.accept_count,
                                  .accept_limit = listener.backlog});
  });
  snapshot.connections.reserve(machine_.table().size());
  machine_.table().ForEach([&](const ConnectionRecord& record) {
    const bool owned = record.ownership == Ownership::kApplication;
    snapshot.connections.push_back({.handle = record.handle,
                                    .owner = owned ? name(record.owner) : std::string(),
                                    .info = record.connection.Info(now)});
  });
  return snapshot;
}

// --- the end -------------------------------------------------------------------------------------------------------------

void Engine::Shutdown(Duration grace) {
  stopping_ = true;
  std::vector<ListenerHandle> open;
  machine_.listeners().ForEach([&](const Listener& listener) {
    if (!listener.closed) open.push_back(listener.handle);
  });
  for (const ListenerHandle handle : open) static_cast<void>(CloseListener(handle));
  machine_.table().ForEach([&](ConnectionRecord& record) {
    if (record.ownership != Ownership::kNobody) machine_.Abandon(record, /*reset=*/false);
  });
  if (!machine_.WaitQuiet(grace)) {
    machine_.table().ForEach([&](ConnectionRecord& record) {
      if (record.state != State::kTimeWait) machine_.Abandon(record, /*reset=*/true);
    });
    machine_.WaitQuiet(kForever);  // one pass: an abort needs nobody's answer
  }
  // Only TIME-WAIT is left, which exists for the sake of later connections: there will be none.
  machine_.table().ForEach([&](ConnectionRecord& record) { machine_.DropSilently(record); });
  machine_.StopAndWait();
}

ConnectionRecord* Engine::Owned(ConnectionHandle handle) const {
  ConnectionRecord* record = machine_.table().Find(handle);
  return record != nullptr && record->ownership == Ownership::kApplication ? record : nullptr;
}

Listener* Engine::Open(ListenerHandle handle) const {
  Listener* listener = machine_.listeners().Find(handle);
  return listener != nullptr && !listener->closed ? listener : nullptr;
}

tl::unexpected<Error> Engine::Gone() const { return Fail(stopping_ ? Error::kInterrupted : Error::kStaleHandle); }

}  // namespace nut::tcp
