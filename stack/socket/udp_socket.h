// UdpSocket: a port that sends and receives datagrams. Movable, not copyable; going out of scope closes it.
// Any number of threads may wait in ReceiveFrom; closing wakes them with kStaleHandle. The UDP layer outlives
// it.
#pragma once

#include <cstddef>
#include <cstdint>

#include "stack/base/bytes.h"
#include "stack/base/result.h"
#include "stack/base/time.h"
#include "stack/net/udp_endpoint.h"
#include "stack/socket/udp_layer.h"
#include "stack/wire/endpoint.h"

namespace nut::socket {

struct Datagram {
  wire::Endpoint sender;
  size_t size = 0;         // bytes copied
  bool truncated = false;  // the datagram was larger than `out`; the rest is gone
};

class UdpSocket {
 public:
  UdpSocket() = default;  // no port: every call gives kStaleHandle
  UdpSocket(UdpSocket&& other) noexcept;
  UdpSocket& operator=(UdpSocket&& other) noexcept;
  ~UdpSocket();

  // `local` without an address: every address, broadcasts too; port 0: an ephemeral one. `receive_limit`:
  // payload bytes that may wait to be read; 0: the UDP layer's default. kAddressInUse, kAddressNotAvailable,
  // kNoBuffers.
  static Result<UdpSocket> Open(UdpLayer udp, const wire::Endpoint& local, size_t receive_limit = 0);

  // Fixes the peer: Send goes there, and only its datagrams and ICMP errors are received. Endpoint{} takes it
  // back.
  Result<void> Connect(const wire::Endpoint& remote);

  // Does not wait. kNetworkUnreachable, kMessageTooLong, kNoBuffers, kInvalidArgument (no port); an ICMP
  // error about what was sent before, once.
  Result<void> SendTo(ByteView data, const wire::Endpoint& remote);
  // To the connected peer; kNotConnected without one.
  Result<void> Send(ByteView data);

  // Waits for a datagram (switches). kTimedOut; an ICMP error about what was sent (kConnectionRefused and so
  // on), once; kStaleHandle when closed.
  Result<Datagram> ReceiveFrom(MutableByteView out, Duration timeout = kForever);
  // The same, and hands over the buffer in which the datagram came: nothing is copied. Let go of it soon: the
  // node has a limited number.
  Result<net::UdpDatagram> Receive(Duration timeout = kForever);

  // Sends what the datagram's frame holds now (its payload, as it came or changed) back to the sender, from
  // the address to which it was sent. Without a copy. Errors: as SendTo.
  Result<void> Reply(net::UdpDatagram&& datagram);

  // Limits of the receive queue, TTL, TOS and so on.
  Result<net::UdpEndpointOptions> options() const;
  Result<void> SetOptions(const net::UdpEndpointOptions& options);

  void Close();

  bool is_open() const { return table_ != nullptr; }
  Result<wire::Endpoint> local() const;
  net::UdpHandle handle() const { return handle_; }
  net::UdpTable* table() const { return table_; }  // null when closed

 private:
  UdpSocket(UdpLayer udp, net::UdpHandle handle) : table_(&udp.table), out_(&udp.out), handle_(handle) {}

  net::UdpTable* table_ = nullptr;
  net::UdpOut* out_ = nullptr;
  net::UdpHandle handle_;
};

}  // namespace nut::socket
