// Site: one node of the explorer's world, with what scenarios do to it: open, accept, send, receive, close,
// and trouble: cables pulled, neighbours that do not answer, frames lost, segments from somebody else. The
// calls keep the books of the bytes. Owned by the world. Calls marked (switches) are made by threads of the
// world; the others from anywhere.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "stack/link/frame_pool.h"
#include "stack/link/hub.h"
#include "stack/link/hub_port.h"
#include "stack/node/node.h"
#include "stack/socket/udp_socket.h"
#include "test/explore/choice_device.h"
#include "test/explore/oracles/byte_books.h"

namespace nut::explore {

using Handle = tcp::ConnectionHandle;

// What a site stands on; all of it outlives the site.
struct SiteSurroundings {
  os::Executor& executor;
  link::Hub& hub;
  Log& log;
  FailurePlan& plan;
};

class Site {
 public:
  static constexpr uint16_t kPort = 80;
  static constexpr Duration kLatency = 1ms;  // of the cable, each way
  // As an argument: longer than any connection is without news; and different for every thread, so that what
  // one does when its patience ends is not what another one's wait ends with.
  static constexpr Duration kPatience = kForever;

  Site(const SiteSurroundings& around, const node::NodeOptions& options);
  Site(const Site&) = delete;
  Site& operator=(const Site&) = delete;

  // Both sites know each other, whose books to keep, and whom to tell of faults.
  void Meet(Site& other, ByteBooks& bytes, Verdict& verdict);

  char name() const { return node_.options().name[0]; }
  wire::Ipv4Address address() const { return node_.options().address.address(); }
  Site& peer() { return *peer_; }

  // --- opening
  // Stale when there was no memory.
  tcp::ListenerHandle Listen(size_t backlog = 4, uint16_t port = kPort);
  void StopListening(tcp::ListenerHandle listener);
  // (switches) The SYN is under way; the handle is held. `local_port` 0: any.
  Result<Handle> Open(uint16_t local_port = 0, uint16_t port = kPort,
                      const tcp::Parameters* parameters = nullptr);
  // The same, to an address where nobody is.
  Result<Handle> OpenToNobody();
  // (switches) Open, and waits for the handshake. A connection that failed is closed.
  Result<Handle> Connect(uint16_t local_port = 0, uint16_t port = kPort);
  Result<void> WaitEstablished(Handle handle, Duration patience = kPatience) {
    return Wait(handle, tcp::Interest::kEstablished, patience);
  }
  // (switches) Waits for a connection; it is held.
  Result<Handle> Accept(tcp::ListenerHandle listener, Duration patience = kPatience);

  // So that another thread can get at a connection: the n-th that was held here, as soon as there is one.
  // (switches) Stale if that takes longer than `patience`.
  void Hold(Handle handle);
  Handle Held(size_t n = 0, Duration patience = 5s);

  // --- bytes (switch)
  // Gives all of them, waiting for room; says how many were taken before it failed.
  Result<size_t> Send(Handle handle, size_t count);
  // Until so many have come, or the stream ends; fails when it ends badly, and when nothing comes for longer
  // than anybody's patience.
  Result<size_t> Receive(Handle handle, size_t count);
  // Until the stream ends.
  Result<size_t> ReceiveAll(Handle handle) { return Receive(handle, SIZE_MAX); }

  // (switches) As Engine::Wait; and a fault if the thread was woken by its patience alone, and not by what it
  // waited for.
  Result<void> Wait(Handle handle, tcp::Interest interest, Duration patience = kPatience);

  // (switches) The same for a UDP socket: until ReceiveFrom would not have to wait.
  Result<void> WaitDatagram(const socket::UdpSocket& socket, Duration patience = kPatience);

  // --- ends (switch)
  void Finish(Handle handle) { static_cast<void>(tcp().Shutdown(handle)); }  // half close
  void Close(Handle handle) { static_cast<void>(tcp().Close(handle)); }
  void Reset(Handle handle) { static_cast<void>(tcp().Reset(handle)); }
  void Abort(Handle handle) { static_cast<void>(tcp().Abort(handle)); }
  // The whole node. What comes on the wire afterwards is nobody's.
  void ShutDown(Duration grace);

  // (switches) The pair of a connection of this node that is in `state`, when the next frame is sent after
  // one has come there; nothing if that takes longer than `patience`. One thread at a time; frames of either
  // node wake it, so that it is one of World::SpawnOverall.
  std::optional<wire::EndpointPair> AwaitState(tcp::State state, Duration patience = 3s);
  // A frame is on the wire.
  void OnWire();
  // After every step, and when the node's threads are known.
  void OnStep();
  void SetThreads(os::ThreadHandle machine, os::ThreadHandle receiver);

  // --- trouble
  void PullCable() { port_.SetConnected(false); }
  void PutCableBack() { port_.SetConnected(true); }
  // Nobody answers this site's questions for its neighbours, and it has to ask anew.
  void ArpFails();
  // They are answered late.
  void ArpSlow(Duration by);
  void ArpWorks();
  // The next `count` segments to this site that match are lost; or may be.
  void LoseNext(unsigned count, FrameMatch match) { device_.Lose(std::move(match), count); }
  void MayLoseNext(unsigned count, FrameMatch match) { device_.MayLose(std::move(match), count); }

  // --- the node
  node::Node& node() { return node_; }
  tcp::Engine& tcp() { return node_.tcp(); }
  const tcp::Engine& tcp() const { return const_cast<Site*>(this)->node_.tcp(); }
  socket::UdpLayer udp() { return {node_.network().udp(), node_.network().udp_out()}; }
  link::FramePool& frames() { return frames_; }
  ChoiceDevice& device() { return device_; }
  link::HubPort& port() { return port_; }

 private:
  // Whether a wait that began at `start` ended by its limit and not by an event, although there was one. Not
  // when the node had something to do at that very moment: then both may have happened at once.
  void CheckWoken(Instant start, Duration patience, const Result<void>& result, std::string_view where);

  Duration PatienceOf(Duration patience) const;
  std::optional<wire::EndpointPair> FindIn(tcp::State state) const;

  os::Executor& executor_;
  Statistics statistics_;
  link::FramePool frames_;
  link::HubPort port_;
  ChoiceDevice device_;
  node::Node node_;
  os::ThreadHandle machine_, receiver_;
  Instant busy_at_{};  // the last time that either was seen to have something to do
  Site* peer_ = nullptr;
  ByteBooks* bytes_ = nullptr;
  Verdict* verdict_ = nullptr;
  std::deque<Handle> held_;
  os::EventQueue held_changed_;
  std::optional<tcp::State> awaited_;
  os::EventQueue state_reached_;
};

}  // namespace nut::explore
