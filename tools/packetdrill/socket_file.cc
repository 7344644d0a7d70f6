#include "tools/packetdrill/socket_file.h"

#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <vector>

namespace nut::packetdrill {
namespace {

int Failure(Error error) { return error == Error::kWouldBlock ? -EAGAIN : -ToErrno(error); }

}  // namespace

int SocketFile::Bind(const wire::Endpoint& local) {
  if (is_connection() || is_listening()) return -EINVAL;
  local_ = local;
  return 0;
}

int SocketFile::Listen(int backlog) {
  if (is_connection()) return -EINVAL;
  if (is_listening()) return 0;
  const auto parameters = Parameters();
  const auto listener = engine_.Listen(local_, static_cast<size_t>(std::max(1, backlog)), &parameters);
  if (!listener) return Failure(listener.error());
  listener_ = *listener;
  return 0;
}

Result<tcp::ConnectionHandle> SocketFile::Accept() {
  if (!is_listening()) return Fail(Error::kInvalidArgument);
  for (;;) {
    const auto accepted = engine_.Accept(*listener_);
    if (accepted || accepted.error() != Error::kWouldBlock || nonblocking_) return accepted;
    if (const auto waited = engine_.WaitAcceptable(*listener_, kForever); !waited)
      return Fail(waited.error());
  }
}

int SocketFile::Connect(const wire::Endpoint& remote) {
  if (is_listening() || connected_) return -EISCONN;
  if (!is_connection()) {
    const auto parameters = Parameters();
    const auto handle = engine_.Connect(remote, local_, &parameters);
    if (!handle) return Failure(handle.error());
    connection_ = *handle;
    if (nonblocking_) return -EINPROGRESS;
  } else if (nonblocking_ && !engine_.IsReady(connection_, tcp::Interest::kEstablished)) {
    return -EALREADY;
  }
  return WaitConnected();
}

int SocketFile::WaitConnected() {
  const auto done = engine_.Wait(connection_, tcp::Interest::kEstablished, kForever);
  if (!done) return Failure(done.error());
  connected_ = true;
  return 0;
}

int64_t SocketFile::ConnectSaying(const wire::Endpoint& remote, std::span<const iovec> pieces) {
  if (is_connection() || is_listening()) return -EISCONN;
  std::vector<uint8_t> text;
  for (const iovec& piece : pieces) {
    const auto* octets = static_cast<const uint8_t*>(piece.iov_base);
    text.insert(text.end(), octets, octets + piece.iov_len);
  }
  auto parameters = Parameters();
  parameters.fast_open = true;
  const auto handle = engine_.Connect(remote, local_, &parameters, text);
  if (!handle) return Failure(handle.error());
  connection_ = *handle;
  if (!nonblocking_) {
    if (const int failed = WaitConnected(); failed != 0) return failed;
  }
  return static_cast<int64_t>(text.size());
}

Duration SocketFile::Patience(int flags) const {
  return nonblocking_ || (flags & MSG_DONTWAIT) != 0 ? Duration::zero() : kForever;
}

int64_t SocketFile::Receive(std::span<const iovec> pieces, int flags) {
  if (!is_connection()) return -ENOTCONN;
  const Duration patience = Patience(flags);
  int64_t total = 0;
  for (const iovec& piece : pieces) {
    for (size_t at = 0; at < piece.iov_len;) {
      if (read_shut_) return total;
      const MutableByteView room{static_cast<uint8_t*>(piece.iov_base) + at, piece.iov_len - at};
      const auto size =
          (flags & MSG_PEEK) != 0 ? engine_.Peek(connection_, room) : engine_.Receive(connection_, room);
      if (size && *size == 0) return total;
      if (size) {
        total += static_cast<int64_t>(*size);
        at += *size;
        if ((flags & MSG_PEEK) != 0) return total;
        continue;
      }
      if (size.error() != Error::kWouldBlock) return total > 0 ? total : Failure(size.error());
      // What is there is enough, unless all is asked for.
      if (total > 0 && (flags & MSG_WAITALL) == 0) return total;
      if (patience == Duration::zero()) return total > 0 ? total : -EAGAIN;
      const auto waited = engine_.Wait(connection_, tcp::Interest::kReadable, patience);
      if (!waited && waited.error() == Error::kStaleHandle) return -EBADF;
    }
  }
  return total;
}

int64_t SocketFile::Send(std::span<const iovec> pieces, int flags) {
  if (!is_connection()) return -EPIPE;
  const Duration patience = Patience(flags);
  int64_t total = 0;
  for (const iovec& piece : pieces) {
    const bool more = &piece != &pieces.back();  // one call, one queue: nothing goes out in between
    for (size_t at = 0; at < piece.iov_len;) {
      const ByteView bytes{static_cast<const uint8_t*>(piece.iov_base) + at, piece.iov_len - at};
      const auto size = more                     ? engine_.SendLater(connection_, bytes)
                        : (flags & MSG_OOB) != 0 ? engine_.SendUrgent(connection_, bytes)
                                                 : engine_.Send(connection_, bytes);
      if (size) {
        total += static_cast<int64_t>(*size);
        at += *size;
        continue;
      }
      if (size.error() != Error::kWouldBlock) return total > 0 ? total : Failure(size.error());
      if (patience == Duration::zero()) return total > 0 ? total : -EAGAIN;
      const auto waited = engine_.Wait(connection_, tcp::Interest::kWritable, patience);
      if (!waited && waited.error() == Error::kStaleHandle) return -EBADF;
    }
  }
  return total;
}

int SocketFile::Shutdown(int how) {
  if (how != SHUT_RD && how != SHUT_WR && how != SHUT_RDWR) return -EINVAL;
  if (!is_connection()) return -ENOTCONN;
  if (how != SHUT_WR) read_shut_ = true;
  if (how == SHUT_RD) return 0;
  const auto done = engine_.Shutdown(connection_);
  // A second time is no mistake on Linux.
  return done || done.error() == Error::kBrokenPipe ? 0 : Failure(done.error());
}

void SocketFile::Close() {
  if (listener_) static_cast<void>(engine_.CloseListener(*listener_));
  listener_.reset();
  if (!is_connection()) return;
  const tcp::ConnectionHandle connection = std::exchange(connection_, {});
  if (linger_ == Duration::zero()) {
    static_cast<void>(engine_.Reset(connection));
    return;
  }
  if (linger_ && engine_.Shutdown(connection)) {
    static_cast<void>(engine_.Wait(connection, tcp::Interest::kDrained, *linger_));
  }
  static_cast<void>(engine_.Close(connection));
}

short SocketFile::Ready() const {
  if (listener_) return engine_.IsAcceptable(*listener_) ? POLLIN | POLLRDNORM : 0;
  if (!is_connection()) return POLLOUT | POLLHUP;
  short ready = 0;
  const auto info = engine_.Info(connection_);
  const bool over = !info || info->state == tcp::State::kClosed || info->state == tcp::State::kDestroy;
  if (engine_.IsReady(connection_, tcp::Interest::kReadable)) ready |= POLLIN | POLLRDNORM;
  if (engine_.IsReady(connection_, tcp::Interest::kWritable)) ready |= POLLOUT | POLLWRNORM;
  if (info && (info->state == tcp::State::kCloseWait || info->state == tcp::State::kLastAck ||
               info->state == tcp::State::kClosing || info->state == tcp::State::kTimeWait)) {
    ready |= POLLRDHUP;
  }
  if (over) ready |= POLLHUP | POLLRDHUP;
  return ready;
}

}  // namespace nut::packetdrill
