#include "stack/socket/udp_socket.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "stack/net/udp_out.h"
#include "stack/net/udp_table.h"
#include "stack/os/executor.h"

namespace nut::socket {

UdpSocket::UdpSocket(UdpSocket&& other) noexcept
    : table_(std::exchange(other.table_, nullptr)),
      out_(other.out_),
      handle_(std::exchange(other.handle_, {})) {}

UdpSocket& UdpSocket::operator=(UdpSocket&& other) noexcept {
  if (this != &other) {
    Close();
    table_ = std::exchange(other.table_, nullptr);
    out_ = other.out_;
    handle_ = std::exchange(other.handle_, {});
  }
  return *this;
}

UdpSocket::~UdpSocket() { Close(); }

Result<UdpSocket> UdpSocket::Open(UdpLayer udp, const wire::Endpoint& local, size_t receive_limit) {
  const auto handle = udp.table.Open(local);
  if (!handle) return Fail(handle.error());
  UdpSocket socket(udp, *handle);
  if (receive_limit > 0) {
    auto options = socket.options();
    if (!options) return Fail(options.error());
    options->maximum_bytes = receive_limit;
    if (const auto set = socket.SetOptions(*options); !set) return Fail(set.error());
  }
  return socket;
}

Result<void> UdpSocket::Connect(const wire::Endpoint& remote) {
  if (!is_open()) return Fail(Error::kStaleHandle);
  return table_->Connect(handle_, remote);
}

Result<void> UdpSocket::SendTo(ByteView data, const wire::Endpoint& remote) {
  if (!is_open()) return Fail(Error::kStaleHandle);
  if (remote.port.is_none()) return Fail(Error::kInvalidArgument);
  return out_->Send(handle_, data, remote);
}

Result<void> UdpSocket::Send(ByteView data) {
  if (!is_open()) return Fail(Error::kStaleHandle);
  return out_->Send(handle_, data);
}

Result<net::UdpDatagram> UdpSocket::Receive(Duration timeout) {
  if (!is_open()) return Fail(Error::kStaleHandle);
  net::UdpTable& table = *table_;  // another thread may close this very object while we wait
  const net::UdpHandle handle = handle_;
  for (Instant deadline = kNever;;) {
    auto datagram = table.Receive(handle);
    if (datagram || datagram.error() != Error::kWouldBlock) return datagram;
    Duration left = kForever;
    if (timeout != kForever) {
      const Instant now = table.executor().Now();
      if (deadline == kNever) deadline = After(now, timeout);
      if (now >= deadline) return Fail(Error::kTimedOut);
      left = deadline - now;
    }
    if (const auto waited = table.Wait(handle, left); !waited) return Fail(waited.error());
  }
}

Result<Datagram> UdpSocket::ReceiveFrom(MutableByteView out, Duration timeout) {
  const auto datagram = Receive(timeout);
  if (!datagram) return Fail(datagram.error());
  const ByteView payload = datagram->frame->data();
  const size_t size = std::min(out.size(), payload.size());
  if (size > 0) std::memcpy(out.data(), payload.data(), size);
  return Datagram{datagram->source, size, size < payload.size()};
}

Result<void> UdpSocket::Reply(net::UdpDatagram&& datagram) {
  if (!is_open()) return Fail(Error::kStaleHandle);
  return out_->Reply(handle_, std::move(datagram));
}

Result<net::UdpEndpointOptions> UdpSocket::options() const {
  if (!is_open()) return Fail(Error::kStaleHandle);
  return table_->options(handle_);
}

Result<void> UdpSocket::SetOptions(const net::UdpEndpointOptions& options) {
  if (!is_open()) return Fail(Error::kStaleHandle);
  return table_->SetOptions(handle_, options);
}

void UdpSocket::Close() {
  net::UdpTable* table = std::exchange(table_, nullptr);
  if (table != nullptr) static_cast<void>(table->Close(std::exchange(handle_, {})));
}

Result<wire::Endpoint> UdpSocket::local() const {
  if (!is_open()) return Fail(Error::kStaleHandle);
  return table_->Info(handle_).map([](const net::UdpInfo& info) { return info.local; });
}

}  // namespace nut::socket
