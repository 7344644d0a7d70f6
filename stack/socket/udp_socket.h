// UdpSocket: a port that sends and receives datagrams. Movable, not copyable; going out of scope closes it. Any number of
// threads may wait in ReceiveFrom; closing wakes them with kStaleHandle. The UDP layer outlives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "stack/base/bytes.h"
#include "stack/base/result.h"
#include "stack/base/time.h"
#include "stack/wire/endpoint.h"

namespace nut::net {
class UdpTable;
}

namespace nut::socket {

struct Datagram {
  wire::Endpoint sender;
  size_t size = 0;         // bytes copied
  bool truncated = false;  // the datagram was larger than `out`; the rest is gone
};

class UdpSocket {
 public:
  UdpSocket();
  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;
  ~UdpSocket();

  // `local` without an address: every address, broadcasts too; port 0: an ephemeral one. `receive_limit`: payload bytes
  // that may wait to be read; 0: the UDP layer's default. kAddressInUse, kAddressNotAvailable, kNoBuffers.
  static Result<UdpSocket> Open(net::UdpTable& table, const wire::Endpoint& local, size_t receive_limit = 0);

  // Fixes the peer: Send goes there, and only its datagrams and ICMP errors are received.
  Result<void> Connect(const wire::Endpoint& remote);

  // Does not wait. kNetworkUnreachable, kMessageTooLong, kNoBuffers, kInvalidArgument (no port).
  Result<void> SendTo(ByteView data, const wire::Endpoint& remote);
  // To the connected peer; kNotConnected without one.
  Result<void> Send(ByteView data);

  // Waits for a datagram (switches). kTimedOut; an ICMP error about what was sent (kConnectionRefused and so on) is
  // told once; kStaleHandle once closed.
  Result<Datagram> ReceiveFrom(MutableByteView out, Duration timeout = kForever);

  void Close();

  bool is_open() const { return state_ != nullptr; }
  Result<wire::Endpoint> local() const;

 private:
  friend class PollSet;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace nut::socket
