#include "test/fuzz/node_actions.h"

#include "stack/socket/tcp_stream.h"
#include "stack/socket/udp_socket.h"

namespace nut::fuzz {
namespace {

constexpr wire::Ipv4Address kGroup(239, 1, 2, 3);
constexpr wire::Ipv4Address kGroupSource(198, 19, 0, 1);
constexpr wire::Port kEcho(7);

constexpr auto kFilling = [] {
  std::array<uint8_t, 8192> bytes{};
  bytes.fill('n');
  return bytes;
}();

void SendUdp(node::Node& node, const wire::Endpoint& remote, bool connected) {
  auto socket = socket::UdpSocket::Open({node.network().udp(), node.network().udp_out()}, {});
  if (!socket || (connected && !socket->Connect(remote))) return;
  const Result<void> sent = connected ? socket->Send(kFilling) : socket->SendTo(kFilling, remote);
  uint8_t answer[64];
  if (sent) static_cast<void>(socket->ReceiveFrom(answer, 5s));
}

// Each change runs through the state machine; none may upset the connection.
void Tinker(socket::TcpStream& stream) {
  static_cast<void>(stream.SetNoDelay(true));
  static_cast<void>(stream.SetKeepAlive({.on = true, .idle = 3s, .interval = 1s, .probes = 2}));
  static_cast<void>(stream.SetReceiveBuffer(300));
  static_cast<void>(stream.SetSendBuffer(100));
  static_cast<void>(stream.SendUrgent(AsBytes("!"), 1s));
  static_cast<void>(stream.SetReceiveBuffer(100'000));
  static_cast<void>(stream.SetUserTimeout(15s));
}

void Converse(node::Node& node, NodeAction action, const wire::Endpoint& remote) {
  auto stream = socket::TcpStream::Connect(node.tcp(), remote, {.timeout = 20s});
  if (!stream || action == NodeAction::kConnectAndClose) return;
  if (action == NodeAction::kConnectAndAbort) return stream->Abort();
  if (action == NodeAction::kConnectAndTinker) Tinker(*stream);
  if (action != NodeAction::kConnectAndRead && !stream->SendAll(kFilling, 10s)) return;
  if (!stream->Shutdown()) return;
  uint8_t buffer[512];
  while (stream->Receive(buffer, 10s).value_or(0) > 0) {
  }
}

// From one source, then from any, then both are left one after the other.
void JoinOrLeave(net::Network& network) {
  const std::vector<net::GroupInfo> groups = network.Groups();
  if (groups.empty()) {
    static_cast<void>(network.JoinGroup(kGroup, kGroupSource));
  } else if (groups[0].members == 1 && network.LeaveGroup(kGroup, kGroupSource)) {
    static_cast<void>(network.JoinGroup(kGroup));
    static_cast<void>(network.JoinGroup(kGroup, kGroupSource));
  } else if (!network.LeaveGroup(kGroup)) {
    static_cast<void>(network.LeaveGroup(kGroup, kGroupSource));
  }
}

}  // namespace

void Act(node::Node& node, NodeAction action, const wire::Endpoint& remote) {
  switch (action) {
    case NodeAction::kSendUdp: return SendUdp(node, remote, /*connected=*/false);
    case NodeAction::kSendUdpConnected: return SendUdp(node, remote, /*connected=*/true);
    case NodeAction::kSendUdpToGroup: return SendUdp(node, {kGroup, kEcho}, /*connected=*/false);
    case NodeAction::kJoinOrLeave: return JoinOrLeave(node.network());
    case NodeAction::kTalkToItself:
      return Converse(node, NodeAction::kConnectAndTalk, {node.options().address.address(), kEcho});
    default: return Converse(node, action, remote);
  }
}

}  // namespace nut::fuzz
