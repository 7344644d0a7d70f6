// Engine: the TCP of a node. The network layer hands it packets, threads hand it requests by handle; between
// the two the state-machine thread does all the work (engine_machine.h). Owned by the node; the executor, the
// IP layer and the statistics outlive it. Threads that may be inside a call are gone before it is destroyed:
// Shutdown wakes them.
//
// Which thread: OnPacket and OnIcmpError the receive thread; everything else any thread of the node. Calls
// marked (switches) are scheduling points. No call of an application runs the protocol: Send and Receive move
// bytes between buffers, the rest are messages that the state machine finds when it runs next, which is at
// once if its priority allows.
//
// A handle that is stale, or whose connection was closed here, gives kStaleHandle from every call; after
// Shutdown they all give kInterrupted.
#pragma once

#include <string>
#include <vector>

#include "stack/net/ip_layer.h"
#include "stack/tcp/engine_machine.h"
#include "stack/tcp/port_allocator.h"

namespace nut::tcp {

struct ConnectionListing {
  ConnectionHandle handle;
  std::string owner;  // name of the thread that connected or accepted; "" for nobody, or while queued
  ConnectionInfo info;
};

struct ListenerListing {
  ListenerHandle handle;
  std::string owner;
  wire::Endpoint local;
  size_t syn_queue = 0, syn_limit = 0;        // handshakes under way
  size_t accept_queue = 0, accept_limit = 0;  // waiting to be accepted
};

struct EngineSnapshot {
  std::vector<ListenerListing> listeners;
  std::vector<ConnectionListing> connections;
};

class Engine final : public net::Transport {
 public:
  // `rng` is split by purpose; `parameters` are copied.
  Engine(const EngineSurroundings& around, const Rng& rng, const Parameters& parameters,
         EngineOptions options = {});
  ~Engine() override;

  // Creates the state-machine thread. Once, before anything else. Errors as Executor::Create.
  Result<void> Start();

  // --- net::Transport
  void OnPacket(net::ReceivedPacket&& packet) override;
  bool OnContinuation(link::FramePtr& frame) override;
  void OnIcmpError(const net::IcmpErrorReport& report) override;

  // --- opening
  // (switches) Starts a connection; Wait(kEstablished) tells how it went, and the handle must be closed in
  // either case. `local`: address none and port 0 are chosen. `parameters`: null means the engine's.
  // `first` is said first, with the SYN where Parameters::fast_open and a cookie of that server allow it
  // (RFC 7413: it may arrive twice); kMessageTooLong: more than the send buffer holds.
  // kInvalidArgument (an address or a port that cannot be connected to), kAddressNotAvailable (not ours, or
  // no port left), kAddressInUse, kNoBuffers, kNetworkUnreachable.
  Result<ConnectionHandle> Connect(const wire::Endpoint& remote, const wire::Endpoint& local = {},
                                   const Parameters* parameters = nullptr, ByteView first = {});
  // `local`: address none is every address; port 0 an ephemeral one. `backlog`: 0 means
  // Parameters::default_backlog. kAddressInUse, kAddressNotAvailable, kNoBuffers.
  Result<ListenerHandle> Listen(const wire::Endpoint& local, size_t backlog = 0,
                                const Parameters* parameters = nullptr);
  // The oldest connection of the accept queue, now the caller's: ESTABLISHED or further (design: socket
  // lifetime, rule 6). One that its peer has reset meanwhile is not among them. kWouldBlock when there is
  // none.
  Result<ConnectionHandle> Accept(ListenerHandle handle);

  // --- bytes
  // As Connection's functions of the same names; (switch) when there is something to be sent in consequence.
  Result<size_t> Send(ConnectionHandle handle, ByteView data);
  // As Send, without a switch: it goes out when the caller next waits or yields, together with what else was
  // sent by then.
  Result<size_t> SendLater(ConnectionHandle handle, ByteView data);
  // As Send, without a copy: the bytes stay as they are and are referred to until they are acknowledged.
  Result<size_t> SendSlice(ConnectionHandle handle, const link::Slice& slice);
  // Both.
  Result<size_t> SendSliceLater(ConnectionHandle handle, const link::Slice& slice);
  Result<size_t> SendUrgent(ConnectionHandle handle, ByteView data);
  Result<size_t> Receive(ConnectionHandle handle, MutableByteView out);
  Result<size_t> ReceivePieces(ConnectionHandle handle, std::span<ReceivedPiece> out);
  Result<size_t> Peek(ConnectionHandle handle, MutableByteView out) const;

  // --- requests (switch)
  // --------------------------------------------------------------------------------------------- Half close.
  // kNotConnected before the handshake is over, kBrokenPipe when done already.
  Result<void> Shutdown(ConnectionHandle handle);
  // Lets go: the handle is stale from here on, threads that wait are woken with kStaleHandle, the connection
  // finishes in the background.
  Result<void> Close(ConnectionHandle handle);
  // The same two without a switch: the machine sees to it when the caller next waits or yields.
  Result<void> ShutdownLater(ConnectionHandle handle);
  Result<void> CloseLater(ConnectionHandle handle);
  // Close with a RST to the peer.
  Result<void> Reset(ConnectionHandle handle);
  // RST to the peer; threads that wait see `reason`. The handle still wants Close.
  Result<void> Abort(ConnectionHandle handle, Error reason = Error::kConnectionAborted);
  // Socket options.
  Result<Parameters> GetParameters(ConnectionHandle handle) const;
  Result<void> SetParameters(ConnectionHandle handle, const Parameters& parameters);
  // Connections that nobody has accepted are reset; threads that wait are woken with kStaleHandle.
  Result<void> CloseListener(ListenerHandle handle);

  // --- waiting
  // (switches) Until it is so, or never will be (then Send and Receive say why). kEstablished: the reason why
  // not is an error here. kTimedOut; a `timeout` of zero or less only looks.
  Result<void> Wait(ConnectionHandle handle, Interest interest, Duration timeout);
  // (switches) Until Accept would not say kWouldBlock.
  Result<void> WaitAcceptable(ListenerHandle handle, Duration timeout);
  // For waits on several sockets: whether a wait would end at once, and being told when that may have
  // changed. A stale handle is ready, and watching one notifies at once.
  bool IsReady(ConnectionHandle handle, Interest interest) const;
  bool IsAcceptable(ListenerHandle handle) const;
  void Watch(ConnectionHandle handle, ReadinessWatch& watch);
  void Watch(ListenerHandle handle, ReadinessWatch& watch);

  // --- observing
  Result<ConnectionInfo> Info(ConnectionHandle handle) const;
  Result<wire::EndpointPair> Ends(ConnectionHandle handle) const;
  Result<wire::Endpoint> Local(ListenerHandle handle) const;
  // RFC 9293 MUST-47: a soft error seen lately; reading clears it.
  std::optional<Error> TakeSoftError(ConnectionHandle handle);
  // Urgent bytes still to be read (RFC 9293 MUST-33).
  Result<size_t> UrgentBytesAhead(ConnectionHandle handle) const;
  EngineSnapshot Snapshot() const;
  // Breaks an invariant with a message when connections, queues and timers contradict each other. For tests.
  void CheckInvariants() const;
  // What tests look at after every step; good until the next scheduling point.
  const ConnectionTable& connections() const { return machine_.table(); }
  const ListenerTable& listeners() const { return machine_.listeners(); }
  size_t connection_count() const { return machine_.table().size(); }
  size_t time_wait_count() const { return machine_.time_wait_count(); }
  const Parameters& parameters() const { return *parameters_; }
  os::Executor& executor() const { return around_.executor; }

  // (switches) Ends everything: listeners close, threads that wait get kInterrupted, connections are closed
  // in order and after `grace` aborted. When it returns the state-machine thread has ended and the table is
  // empty. From a thread of the node; harmless when done already.
  void Shutdown(Duration grace);

 private:
  ConnectionRecord* Owned(ConnectionHandle handle) const;
  // The time of what an application does: not exact, but never before the machine's last pass.
  Instant Lately() const { return std::max(around_.executor.RecentTime(), machine_.now()); }
  Listener* Open(ListenerHandle handle) const;
  tl::unexpected<Error> Gone() const;
  bool SayFirst(ConnectionRecord& record, ByteView first);
  void Follow(ConnectionRecord& record);
  void FollowLater(ConnectionRecord& record);
  Result<wire::EndpointPair> ChooseEnds(const wire::Endpoint& remote, const wire::Endpoint& local,
                                        const net::RouteChoice& route);

  const EngineSurroundings around_;
  const SharedParameters parameters_;
  mutable Machine machine_;
  PortAllocator ports_;
  bool stopping_ = false;
};

}  // namespace nut::tcp
