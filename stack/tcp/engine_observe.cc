// What there is to be seen of an engine.
#include "stack/os/no_switch_scope.h"
#include "stack/tcp/engine.h"

namespace nut::tcp {

Result<ConnectionInfo> Engine::Info(ConnectionHandle handle) const {
  const ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  return record->connection.Info(around_.executor.Now());
}

Result<wire::EndpointPair> Engine::Ends(ConnectionHandle handle) const {
  const ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  return record->ends();
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
                                  .syn_limit = listener.parameters->maximum_syn_queue,
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

}  // namespace nut::tcp
