// What applications do with a connection: bytes to and from its buffers, and requests that the state machine
// carries out.
#include "stack/tcp/engine.h"

namespace nut::tcp {

// What a call has done may want a segment sent or a timer set: then the machine runs, in one switch. `record`
// is not touched after it.
void Engine::Follow(ConnectionRecord& record) {
  if (!machine_.NeedsPass(record)) return;
  machine_.MarkDirty(record);
  machine_.Kick();
}

// The same without a switch.
void Engine::FollowLater(ConnectionRecord& record) {
  if (!machine_.NeedsPass(record)) return;
  machine_.MarkDirty(record);
  machine_.Wake();
}

Result<size_t> Engine::Send(ConnectionHandle handle, ByteView data) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  if (record->finished) return Fail(Error::kBrokenPipe);
  const Result<size_t> result = record->connection.Send(data, Lately());
  if (result) Follow(*record);
  return result;
}

Result<size_t> Engine::SendLater(ConnectionHandle handle, ByteView data) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  if (record->finished) return Fail(Error::kBrokenPipe);
  const Result<size_t> result = record->connection.Send(data, Lately());
  if (result) FollowLater(*record);
  return result;
}

Result<size_t> Engine::SendSlice(ConnectionHandle handle, const link::Slice& slice) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  if (record->finished) return Fail(Error::kBrokenPipe);
  const Result<size_t> result = record->connection.SendSlice(slice, Lately());
  if (result) Follow(*record);
  return result;
}

Result<size_t> Engine::SendSliceLater(ConnectionHandle handle, const link::Slice& slice) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  if (record->finished) return Fail(Error::kBrokenPipe);
  const Result<size_t> result = record->connection.SendSlice(slice, Lately());
  if (result) FollowLater(*record);
  return result;
}

Result<size_t> Engine::SendUrgent(ConnectionHandle handle, ByteView data) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  if (record->finished) return Fail(Error::kBrokenPipe);
  const Result<size_t> result = record->connection.SendUrgent(data, Lately());
  if (result) Follow(*record);
  return result;
}

Result<size_t> Engine::Receive(ConnectionHandle handle, MutableByteView out) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  const Result<size_t> result = record->connection.Receive(out, Lately());
  if (result) Follow(*record);
  return result;
}

Result<size_t> Engine::ReceivePieces(ConnectionHandle handle, std::span<ReceivedPiece> out) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  const Result<size_t> result = record->connection.ReceivePieces(out, Lately());
  if (result) Follow(*record);
  return result;
}

Result<size_t> Engine::Peek(ConnectionHandle handle, MutableByteView out) const {
  const ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->requests.open) return Fail(Error::kWouldBlock);
  return record->connection.Peek(out);
}

Result<void> Engine::ShutdownLater(ConnectionHandle handle) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  if (record->finished) return Fail(Error::kBrokenPipe);
  if (record->requests.open || !record->connection.is_established_or_later())
    return Fail(Error::kNotConnected);
  if (record->forgotten) return Fail(record->connection.error().value_or(Error::kNotConnected));
  machine_.Tell(*record, "half closed");
  record->finished = true;
  record->requests.shutdown = true;
  // R5: the thread that closed its half changed the state itself.
  if constexpr (kHasMutants) {
    if (Mutated(Mutant::kR5FinAfterYield)) MutantAccess::RunRequestsInCaller(machine_, *record);
  }
  machine_.MarkDirty(*record);
  machine_.Wake();
  return {};
}

Result<void> Engine::Shutdown(ConnectionHandle handle) {
  const auto asked = ShutdownLater(handle);
  if (asked) machine_.Kick();
  return asked;
}

Result<void> Engine::CloseLater(ConnectionHandle handle) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  machine_.Tell(*record, "closed");
  machine_.Abandon(*record, /*reset=*/false);
  return {};
}

Result<void> Engine::Close(ConnectionHandle handle) {
  const auto asked = CloseLater(handle);
  if (asked) machine_.Kick();
  return asked;
}

Result<void> Engine::Reset(ConnectionHandle handle) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  machine_.Tell(*record, "closed with a RST");
  machine_.Abandon(*record, /*reset=*/true);
  machine_.Kick();
  return {};
}

Result<void> Engine::Abort(ConnectionHandle handle, Error reason) {
  ConnectionRecord* record = Owned(handle);
  if (record == nullptr) return Gone();
  machine_.Tell(*record, "to be aborted");
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

}  // namespace nut::tcp
