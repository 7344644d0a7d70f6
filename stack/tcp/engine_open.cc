// How connections begin: from here, and from outside.
#include "stack/os/no_switch_scope.h"
#include "stack/tcp/engine.h"

namespace nut::tcp {

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
  const auto port = ports_.Choose(
      [&](wire::Port candidate) { return taken(candidate) || machine_.listeners().HasPort(candidate); });
  if (!port) return Fail(Error::kAddressNotAvailable);
  ends.local.port = *port;
  return ends;
}

// `first` and, where there is one, the cookie that lets it go with the SYN. False: it does not find room.
bool Engine::SayFirst(ConnectionRecord& record, ByteView first) {
  Connection& connection = record.connection;
  if (connection.QueueFirst(first) < first.size()) return false;
  if (!connection.parameters().fast_open) return true;
  const auto* known = machine_.fast_open_cache().Find(record.ends().remote.address);
  if (known == nullptr) return true;
  connection.own_parameters().fast_open_cookie = known->cookie;
  connection.own_parameters().fast_open_mss = known->mss;
  return true;
}

Result<ConnectionHandle> Engine::Connect(const wire::Endpoint& remote, const wire::Endpoint& local,
                                         const Parameters* parameters, ByteView first) {
  if (stopping_) return Fail(Error::kInterrupted);
  // RFC 9293 MUST-46.
  if (remote.port.is_none() || remote.address.is_unspecified() ||
      around_.ip.IsBroadcastOrMulticast(remote.address)) {
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
                                .path_mtu = route->mtu,
                                .known_path_mtu = route->largest_packet(),
                                .chunks = &machine_.chunks()};
    ConnectionRecord* record =
        machine_.table().Insert(parameters != nullptr ? SharedParameters(*parameters) : parameters_, setup);
    if (record == nullptr) return Fail(Error::kNoBuffers);
    if (!SayFirst(*record, first)) {
      machine_.Abandon(*record, /*reset=*/false);
      return Fail(Error::kMessageTooLong);
    }
    record->active = true;
    record->owner = around_.executor.current();
    record->requests.open = true;
    machine_.MarkDirty(*record);
    machine_.Tell(*record, "to be opened");
    handle = record->handle;
  }
  machine_.Kick();
  return handle;
}

Result<ListenerHandle> Engine::Listen(const wire::Endpoint& local, size_t backlog,
                                      const Parameters* parameters) {
  if (stopping_) return Fail(Error::kInterrupted);
  wire::Endpoint at = local;
  if (at.address.is_unspecified()) {
    at.address = {};
  } else if (!around_.ip.IsLocal(at.address)) {
    return Fail(Error::kAddressNotAvailable);
  }
  if (at.port.is_none()) {
    const auto port =
        ports_.Choose([&](wire::Port candidate) { return machine_.listeners().HasPort(candidate); });
    if (!port) return Fail(Error::kAddressNotAvailable);
    at.port = *port;
  }
  const SharedParameters chosen = parameters != nullptr ? SharedParameters(*parameters) : parameters_;
  const auto listener =
      machine_.listeners().Insert(at, backlog != 0 ? backlog : chosen->default_backlog, chosen);
  if (!listener) return Fail(listener.error());
  (*listener)->owner = around_.executor.current();
  machine_.NoteListener();
  return (*listener)->handle;
}

Result<ConnectionHandle> Engine::Accept(ListenerHandle handle) {
  Listener* listener = Open(handle);
  if (listener == nullptr) return Gone();
  // R7: took what had not finished its handshake.
  if constexpr (kHasMutants) {
    if (Mutated(Mutant::kR7HalfOpenAccept) && listener->accept_queue.empty() && !listener->syn_queue.empty())
      MutantAccess::AcceptHalfOpen(machine_, *listener);
  }
  if (listener->accept_queue.empty()) return Fail(Error::kWouldBlock);
  ConnectionRecord& record = listener->accept_queue.front();
  listener->accept_queue.pop_front();
  --listener->accept_count;
  machine_.Tell(record, "accepted");
  record.accepting = false;
  record.ownership = Ownership::kApplication;
  record.owner = around_.executor.current();
  // A thread that was woken for one may have been killed before it came here: the next one is told.
  if (!listener->accept_queue.empty()) listener->acceptable.PostAsync();
  return record.handle;
}

Result<void> Engine::CloseListener(ListenerHandle handle) {
  Listener* listener = Open(handle);
  if (listener == nullptr) return Gone();
  {
    os::NoSwitchScope scope(around_.executor, "queues of a closed listener");
    while (!listener->syn_queue.empty()) machine_.Abandon(listener->syn_queue.front(), /*reset=*/true);
    while (!listener->accept_queue.empty()) machine_.Abandon(listener->accept_queue.front(), /*reset=*/true);
    machine_.listeners().Close(*listener);
    if (!Mutated(Mutant::kR4SilentClose)) listener->acceptable.BroadcastAsync();  // R4: silently
    listener->watches.NotifyAndRelease();
  }
  machine_.Kick();
  return {};
}

}  // namespace nut::tcp
