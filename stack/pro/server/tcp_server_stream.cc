#include "stack/pro/server/tcp_server_stream.h"

#include <array>

#include "stack/tcp/engine.h"

namespace nut::pro {

os::Executor& TcpServerStream::executor() const { return stream_.engine()->executor(); }

Result<Duration> TcpServerStream::WaitLimit() {
  unsent_ = false;
  const Duration left = TimeLeft(executor().Now());
  if (left <= Duration::zero()) return Fail(Error::kTimedOut);
  return left;
}

Result<size_t> TcpServerStream::Read(MutableByteView out) {
  const auto there = stream_.TryReceive(out);
  if (there || there.error() != Error::kWouldBlock) return there;
  const auto limit = WaitLimit();
  if (!limit) return Fail(limit.error());
  return stream_.Receive(out, *limit);
}

Result<size_t> TcpServerStream::Skip() {
  std::array<tcp::ReceivedPiece, 64> pieces;  // dropped unread
  Duration timeout = kForever;
  if (!readable()) {
    const auto limit = WaitLimit();
    if (!limit) return Fail(limit.error());
    timeout = *limit;
  }
  return stream_.ReceivePieces(pieces, timeout);
}

Result<void> TcpServerStream::Write(ByteView data) {
  while (!data.empty()) {
    auto sent = stream_.SendLater(data);
    if (!sent && sent.error() == Error::kWouldBlock) {
      // In pieces, so that the allowance holds for the whole: SendAll would begin a new wait for each.
      const auto limit = WaitLimit();
      if (!limit) return Fail(limit.error());
      sent = stream_.Send(data, *limit);
    }
    if (!sent) return Fail(sent.error());
    unsent_ = true;
    data = data.subspan(*sent);
  }
  return {};
}

Result<void> TcpServerStream::WriteSlice(link::Slice slice) {
  while (!slice.bytes.empty()) {
    auto sent = stream_.SendSliceLater(slice);
    if (!sent && sent.error() == Error::kWouldBlock) {
      const auto limit = WaitLimit();
      if (!limit) return Fail(limit.error());
      sent = stream_.SendSlice(slice, *limit);
    }
    if (!sent) return Fail(sent.error());
    unsent_ = true;
    slice.bytes = slice.bytes.subspan(*sent);
  }
  return {};
}

Result<void> TcpServerStream::Flush() {
  if (std::exchange(unsent_, false)) executor().GiveWay();
  return {};
}

Result<void> TcpServerStream::FinishWriting() { return stream_.ShutdownLater(); }

bool TcpServerStream::readable() const {
  return !stream_.handle().valid() || stream_.engine()->IsReady(stream_.handle(), tcp::Interest::kReadable);
}

void TcpServerStream::Watch(StreamWatcher& watcher) {
  watcher_ = &watcher;
  stream_.engine()->Watch(stream_.handle(), *this);
}

// Told of everything, room to write too.
void TcpServerStream::OnReadiness() {
  if (!readable()) return;
  unlink();
  watcher_->OnReadable(*this);
}

void TcpServerStream::Close() {
  unlink();
  stream_.CloseLater();
}

}  // namespace nut::pro
