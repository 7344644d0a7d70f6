// TcpStream: one TCP connection as a thread holds it. Movable, not copyable; going out of scope closes it.
// Any thread may call any function, several at once too: whoever waits while another closes gets
// kStaleHandle, never undefined behaviour. The engine outlives every stream. Calls marked (switches) are
// scheduling points.
#pragma once

#include <optional>

#include "stack/base/bytes.h"
#include "stack/base/result.h"
#include "stack/base/time.h"
#include "stack/tcp/connection.h"
#include "stack/tcp/engine_handles.h"
#include "stack/tcp/parameters.h"
#include "stack/tcp/received_piece.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {
class Engine;
}

namespace nut::socket {

struct ConnectOptions {
  Duration timeout = kForever;  // beside the SYN's own limit (Parameters::syn_timeout)
  // Where to connect from. No address: the route chooses; port 0: an ephemeral one.
  wire::Endpoint local{};
  // Said as soon as may be: with the SYN where Parameters::fast_open allows it (RFC 7413: then it may arrive
  // twice). At most what the send buffer holds: kMessageTooLong.
  ByteView first{};
  // Socket options that must be there from the first SYN; absent: the engine's.
  std::optional<tcp::Parameters> parameters;
};

struct KeepAlive {
  bool on = false;
  Duration idle = 7200s;
  Duration interval = 75s;
  unsigned probes = 9;
};

class TcpStream {
 public:
  TcpStream() = default;  // no connection: every call gives kStaleHandle
  TcpStream(tcp::Engine& engine, tcp::ConnectionHandle handle) : engine_(&engine), handle_(handle) {}
  TcpStream(TcpStream&& other) noexcept;
  TcpStream& operator=(TcpStream&& other) noexcept;
  ~TcpStream();

  // (switches) Waits until the handshake is over. kTimedOut, kConnectionRefused, kHostUnreachable,
  // kNetworkUnreachable, kAddressNotAvailable, kAddressInUse, kInvalidArgument (broadcast, multicast,
  // unspecified), kNoBuffers. After a failure nothing is left behind.
  static Result<TcpStream> Connect(tcp::Engine& engine, const wire::Endpoint& remote,
                                   ConnectOptions options = {});

  // (switches) Waits for at least one byte. 0: the peer has finished (or `out` is empty). kTimedOut;
  // kConnectionReset and the like when the connection ended badly; kStaleHandle once closed here.
  Result<size_t> Receive(MutableByteView out, Duration timeout = kForever);
  // (switches) As Receive, without a copy: fills `out` from its beginning with pieces, each with the memory
  // that the octets came in, and says how many octets they have. Dropping a piece gives its memory back to
  // the node, which has less to receive into until then.
  Result<size_t> ReceivePieces(std::span<tcp::ReceivedPiece> out, Duration timeout = kForever);
  // What there is, without a wait: kWouldBlock when there is nothing.
  Result<size_t> TryReceive(MutableByteView out);
  // As Receive, without consuming.
  Result<size_t> Peek(MutableByteView out, Duration timeout = kForever);

  // (switches) Waits for room and queues at least one byte of `data`; says how many. kTimedOut, kBrokenPipe
  // after Shutdown, else as Receive.
  Result<size_t> Send(ByteView data, Duration timeout = kForever);
  // Queues what there is room for, without a wait or a switch (kWouldBlock: none): it goes out when the
  // thread next waits or yields, together with what else was sent by then.
  Result<size_t> SendLater(ByteView data);
  // (switches) As Send, without a copy: the bytes stay as they are, and are referred to until the peer has
  // acknowledged them. Less than 1 KiB is copied (tcp::SendBuffer::kLeastHanded).
  Result<size_t> SendSlice(const link::Slice& slice, Duration timeout = kForever);
  // As SendLater, without a copy.
  Result<size_t> SendSliceLater(const link::Slice& slice);
  // (switches) Queues all of it, each wait at most `timeout`.
  Result<void> SendAll(ByteView data, Duration timeout = kForever);
  // (switches) The last byte is marked urgent (RFC 9293 3.8.5).
  Result<size_t> SendUrgent(ByteView data, Duration timeout = kForever);

  // (switches) Half close: the peer reads end of stream after what was sent.
  Result<void> Shutdown();
  // (switches) Lets go: the connection finishes in the background. Waits first, at most for the linger time,
  // when set.
  void Close();
  // The same two without a switch: they are seen to when the thread next waits or yields, together with what
  // else was asked for by then. With a linger time, CloseLater is Close.
  Result<void> ShutdownLater();
  void CloseLater();
  // (switches) RST to the peer.
  void Abort();

  bool is_open() const;  // not closed here; says nothing about the peer
  Result<wire::Endpoint> local() const;
  Result<wire::Endpoint> remote() const;
  uint64_t id() const { return handle_.id(); }  // as in listings; 0 without connection
  tcp::ConnectionHandle handle() const { return handle_; }
  tcp::Engine* engine() const { return engine_; }
  Result<tcp::ConnectionInfo> Info() const;

  // (switches) Socket options. kStaleHandle once closed.
  Result<void> SetNoDelay(bool on);
  Result<void> SetKeepAlive(const KeepAlive& keep_alive);
  Result<void> SetReceiveBuffer(size_t bytes);
  Result<void> SetSendBuffer(size_t bytes);
  Result<void> SetTtl(uint8_t ttl);
  Result<void> SetTos(uint8_t tos);
  // How long unacknowledged data may stay so: R2. The peer's advice counts no longer (RFC 5482 3.1).
  Result<void> SetUserTimeout(Duration timeout);
  // Whether the peer is told R2, and its advice taken as long as there was no SetUserTimeout: RFC 5482's
  // option.
  Result<void> AdvertiseUserTimeout(bool on);
  // Segments spread over the round trip (tcp/pacing.h).
  Result<void> SetPacing(bool on);
  // How long Close waits until everything is acknowledged: absent not at all (in the background), 0: Close is
  // Abort.
  void SetLinger(std::optional<Duration> linger) { linger_ = linger.value_or(kNoLinger); }

  // Lets go of the handle without closing: the caller looks after it from here on.
  tcp::ConnectionHandle Release();

 private:
  template <typename Attempt>
  Result<size_t> Retry(tcp::Interest interest, Duration timeout, Attempt attempt);
  template <typename Change>
  Result<void> Configure(Change change);

  tcp::Engine* engine_ = nullptr;
  tcp::ConnectionHandle handle_;
  // Half of what an optional takes: of these there are as many as connections.
  static constexpr Duration kNoLinger{-1};
  Duration linger_ = kNoLinger;
};

}  // namespace nut::socket
