#include "test/explore/site.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "test/explore/matches.h"
#include "test/explore/oracles/liveness.h"
#include "test/explore/oracles/octets.h"

namespace nut::explore {
namespace {

// Nobody has this address.
constexpr wire::Ipv4Address kNobody(198, 19, 0, 99);

}  // namespace

Site::Site(const SiteSurroundings& around, const node::NodeOptions& options)
    : executor_(around.executor),
      port_(around.hub, options.name, frames_, statistics_, {.latency = kLatency}),
      device_(port_, around.executor, statistics_),
      node_({around.executor, device_, frames_, statistics_, around.log}, options),
      held_changed_(around.executor, "a connection to be held"),
      state_reached_(around.executor, "a state to be reached") {
  frames_.SetFailurePlan(&around.plan);
}

void Site::Meet(Site& other, ByteBooks& bytes, Verdict& verdict) {
  peer_ = &other;
  bytes_ = &bytes;
  verdict_ = &verdict;
}

tcp::ListenerHandle Site::Listen(size_t backlog, uint16_t port) {
  return tcp().Listen({{}, wire::Port(port)}, backlog).value_or(tcp::ListenerHandle{});
}

void Site::StopListening(tcp::ListenerHandle listener) { static_cast<void>(tcp().CloseListener(listener)); }

Result<Handle> Site::Open(uint16_t local_port, uint16_t port, const tcp::Parameters* parameters) {
  const auto handle =
      tcp().Connect({peer_->address(), wire::Port(port)}, {{}, wire::Port(local_port)}, parameters);
  if (handle) Hold(*handle);
  return handle;
}

Result<Handle> Site::OpenToNobody() {
  const auto handle = tcp().Connect({kNobody, wire::Port(kPort)});
  if (handle) Hold(*handle);
  return handle;
}

Result<Handle> Site::Connect(uint16_t local_port, uint16_t port) {
  const auto handle = Open(local_port, port);
  if (!handle) return handle;
  if (const auto established = WaitEstablished(*handle); !established) {
    Close(*handle);
    return Fail(established.error());
  }
  return handle;
}

Result<Handle> Site::Accept(tcp::ListenerHandle listener, Duration patience) {
  patience = PatienceOf(patience);
  while (true) {
    const Instant start = executor_.Now();
    const auto waited = tcp().WaitAcceptable(listener, patience);
    CheckWoken(start, patience, waited, "accept");
    if (!waited) return Fail(waited.error());
    const auto handle = tcp().Accept(listener);
    if (!handle && handle.error() == Error::kWouldBlock) continue;
    if (!handle) return handle;
    Hold(*handle);
    const auto info = tcp().Info(*handle);
    if (info && !tcp::IsSynchronized(info->state) && info->state != tcp::State::kClosed)
      verdict_->Report(FaultKind::kExpectation, "accept returned a connection whose handshake is not over");
    return handle;
  }
}

Result<void> Site::Wait(Handle handle, tcp::Interest interest, Duration patience) {
  const Instant start = executor_.Now();
  patience = PatienceOf(patience);
  const auto waited = tcp().Wait(handle, interest, patience);
  CheckWoken(start, patience, waited, "a wait on a connection");
  return waited;
}

Result<void> Site::WaitDatagram(const socket::UdpSocket& socket, Duration patience) {
  if (!socket.is_open()) return Fail(Error::kStaleHandle);
  const Instant start = executor_.Now();
  patience = PatienceOf(patience);
  const auto waited = node_.network().udp().Wait(socket.handle(), patience);
  CheckWoken(start, patience, waited, "a wait for a datagram");
  return waited;
}

Duration Site::PatienceOf(Duration patience) const {
  return patience != kPatience ? patience : 30s + executor_.current().slot * 7777ms;
}

void Site::CheckWoken(Instant start, Duration patience, const Result<void>& result, std::string_view where) {
  if (patience <= Duration::zero() || executor_.Now() < After(start, patience)) return;
  if (!result && result.error() == Error::kTimedOut) return;
  if (busy_at_ == executor_.Now()) return;
  verdict_->Report(FaultKind::kLiveness,
                   fmt::format("thread {} was not woken from {} by what it waited for, but by its time limit",
                               executor_.name_of(executor_.current()), where));
}

std::optional<wire::EndpointPair> Site::AwaitState(tcp::State state, Duration patience) {
  const Instant deadline = After(executor_.Now(), patience);
  awaited_ = state;
  while (true) {
    std::optional<wire::EndpointPair> found = FindIn(state);
    const Instant now = executor_.Now();
    if (!found && now < deadline) {
      state_reached_.WaitNext(deadline - now);
      continue;
    }
    awaited_.reset();
    return found;
  }
}

std::optional<wire::EndpointPair> Site::FindIn(tcp::State state) const {
  std::optional<wire::EndpointPair> found;
  tcp().connections().ForEach([&](const tcp::ConnectionRecord& record) {
    if (record.connection.state() == state && !record.requests.open) found = record.ends();
  });
  return found;
}

void Site::OnStep() {
  if (!Rests(executor_, machine_) || !Rests(executor_, receiver_)) busy_at_ = executor_.Now();
}

void Site::SetThreads(os::ThreadHandle machine, os::ThreadHandle receiver) {
  machine_ = machine;
  receiver_ = receiver;
}

void Site::OnWire() {
  OnStep();
  if (awaited_ && FindIn(*awaited_)) state_reached_.BroadcastAsync();
}

void Site::Hold(Handle handle) {
  held_.push_back(handle);
  held_changed_.BroadcastAsync();
}

Handle Site::Held(size_t n, Duration patience) {
  const Instant deadline = After(executor_.Now(), patience);
  while (held_.size() <= n) {
    if (executor_.Now() >= deadline) return {};
    held_changed_.WaitNext(deadline - executor_.Now());
  }
  return held_[n];
}

Result<size_t> Site::Send(Handle handle, size_t count) {
  std::array<uint8_t, 1024> octets;
  size_t sent = 0;
  while (sent < count) {
    if (const auto room = Wait(handle, tcp::Interest::kWritable); !room) return Fail(room.error());
    // From here to where Send queues them nobody else runs.
    const auto info = tcp().Info(handle);
    if (!info) return Fail(info.error());
    const auto piece = std::span(octets).first(std::min(octets.size(), count - sent));
    FillOctets(info->iss, info->bytes_acked + info->send_queue, piece);
    const auto taken = tcp().Send(handle, piece);
    if (!taken && taken.error() == Error::kWouldBlock) continue;
    if (!taken) return Fail(taken.error());
    sent += *taken;
  }
  return sent;
}

Result<size_t> Site::Receive(Handle handle, size_t count) {
  std::array<uint8_t, 1024> octets;
  size_t received = 0;
  while (received < count) {
    if (const auto readable = Wait(handle, tcp::Interest::kReadable); !readable)
      return Fail(readable.error());
    const auto before = tcp().Info(handle);
    if (!before) return Fail(before.error());
    const auto room = std::span(octets).first(std::min(octets.size(), count - received));
    const auto taken = tcp().Receive(handle, room);
    if (!taken && taken.error() == Error::kWouldBlock) continue;
    if (!taken) return Fail(taken.error());
    if (*taken == 0) {
      bytes_->OnEndOfStream(name(), *before);
      break;
    }
    bytes_->OnReceived(name(), *before, std::span(octets).first(*taken));
    received += *taken;
  }
  return received;
}

void Site::ShutDown(Duration grace) {
  node_.Shutdown(grace);
  port_.SetConnected(false);
  device_.Clear();
}

void Site::ArpFails() {
  device_.Lose(IsArp, UINT32_MAX);
  node_.network().ForgetNeighbours();
}

void Site::ArpSlow(Duration by) {
  device_.Delay(IsArp, by);
  node_.network().ForgetNeighbours();
}

void Site::ArpWorks() { device_.Relent(); }

}  // namespace nut::explore
