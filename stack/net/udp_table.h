// UdpTable: all UDP endpoints of a node: who listens where, what has arrived, who waits. Owned by Network.
// Called on any thread; only Wait is a scheduling point, and under an exploring
// scheduler Deliver.
//
// Lifetime: threads hold handles. Close makes the handle stale at once and wakes all waiters; the endpoint's
// memory goes when the last thread has left it, which is what the original got wrong.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "stack/base/result.h"
#include "stack/base/rng.h"
#include "stack/net/udp_endpoint.h"
#include "stack/os/event_queue.h"

namespace nut::net {

struct UdpOptions {
  size_t maximum_endpoints = 8192;
  // RFC 6056 3.2. Below are the services.
  uint16_t first_ephemeral_port = 32768;
  uint16_t last_ephemeral_port = 65535;
  unsigned port_attempts = 64;  // at random; then the range is walked from a random start
  UdpEndpointOptions endpoint;
};

class UdpTable {
 public:
  UdpTable(os::Executor& executor, const Rng& rng, UdpOptions options = {});
  // No thread is inside (an invariant of EventQueue): threads end before the network does.
  ~UdpTable();

  // --- for sockets ---

  // A new endpoint that receives what comes to `local`: to any of our addresses if the address is
  // unspecified, at a port chosen at random if the port is 0 (RFC 6056 3.3.1). Several may have the same port
  // if all of them say `shared`. kAddressInUse; kAddressNotAvailable when no port is left; kNoBuffers at the
  // limit of endpoints.
  Result<UdpHandle> Open(const wire::Endpoint& local, bool shared = false);

  // Only datagrams and errors from `remote` from now on; Endpoint{} takes it back.
  Result<void> Connect(UdpHandle handle, const wire::Endpoint& remote);

  // Wakes waiters; what is queued is gone.
  Result<void> Close(UdpHandle handle);

  // The oldest datagram; kWouldBlock when there is none; or the pending ICMP error, once (RFC 1122 4.1.3.3).
  Result<UdpDatagram> Receive(UdpHandle handle);

  // Waits until Receive would not say kWouldBlock; kTimedOut, or kStaleHandle when it was closed meanwhile.
  Result<void> Wait(UdpHandle handle, Duration timeout = kForever);

  // The pending ICMP error; Take clears it.
  std::optional<UdpError> PeekError(UdpHandle handle) const;
  std::optional<UdpError> TakeError(UdpHandle handle);

  Result<UdpEndpointOptions> options(UdpHandle handle) const;
  Result<void> SetOptions(UdpHandle handle, const UdpEndpointOptions& options);
  Result<UdpInfo> Info(UdpHandle handle) const;
  // Tells `observer` from now on, and no longer what it watched before.
  Result<void> Watch(UdpHandle handle, UdpObserver& observer);

  std::vector<UdpInfo> Snapshot() const;
  // Breaks an invariant with a message when endpoints, queues and waits contradict each other. For tests.
  void CheckInvariants() const;
  os::Executor& executor() const { return executor_; }

  // --- for UdpIn and UdpOut ---

  // Who gets a datagram to this node's own address: the one that fits best, a later one before an earlier
  // one. Stale when nobody does.
  UdpHandle Match(const wire::EndpointPair& ends) const;
  // All that get a broadcast or multicast datagram.
  std::vector<UdpHandle> MatchAll(const wire::EndpointPair& ends) const;
  bool IsOpen(UdpHandle handle) const { return Find(handle) != nullptr; }
  // Queues the datagram and wakes a waiter. kUdpNoSocket: the endpoint was closed meanwhile; kUdpQueueFull,
  // counted as a loss of the endpoint: then the datagram is untouched. A named scheduling point.
  DropReason Deliver(UdpHandle handle, UdpDatagram& datagram);
  // What a datagram of `size` bytes to `destination` (Endpoint{}: the remote end of a connected endpoint) is
  // sent with. Errors as UdpOut::Send says them; the pending ICMP error, once.
  Result<UdpSending> PrepareSending(UdpHandle handle, const wire::Endpoint& destination);
  // Notes that `remote` was sent to: errors about it concern the endpoint.
  void NoteDestination(UdpHandle handle, const wire::Endpoint& remote);
  // An ICMP error about a datagram between `ends`: to whoever talks to that remote end. False: nobody does.
  bool DeliverError(const wire::EndpointPair& ends, Error error);

 private:
  struct Record;
  struct Slot {
    uint32_t generation = 1;
    std::unique_ptr<Record> record;
  };
  class Visit;

  Record* Find(UdpHandle handle) const;
  UdpHandle HandleOf(const Record& record) const;
  // How well an endpoint fits: 0 not at all; then by how much of the pair it names.
  static int Fit(const Record& record, const wire::EndpointPair& ends);
  bool PortConflicts(const wire::Endpoint& local, bool shared) const;
  std::optional<wire::Port> ChoosePort(const wire::IpAddress& address);
  void NotifyObservers(Record& record);
  void Free(uint32_t slot);

  os::Executor& executor_;
  Rng rng_;
  const UdpOptions options_;
  std::vector<Slot> slots_;
  std::vector<uint32_t> free_slots_;
  std::unordered_map<uint16_t, std::vector<uint32_t>> by_port_;  // slots, in the order of opening
};

}  // namespace nut::net
