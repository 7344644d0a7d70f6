#include "test/netsim/flow.h"

#include <array>
#include <vector>

#include "stack/base/invariant.h"
#include "stack/socket/tcp_listener.h"

namespace nut::netsim {
namespace {

constexpr uint16_t kFirstPort = 7000;
constexpr size_t kPiece = 65536;

}  // namespace

Flow::Flow(node::Node& from, node::Node& to, wire::Ipv4Address address, const FlowOptions& options)
    : from_(from),
      to_(to),
      remote_{address, wire::Port(static_cast<uint16_t>(kFirstPort + options.number))},
      options_(options) {
  os::Executor& executor = from.executor();
  NUT_INVARIANT(executor.Create("receiver", [this] { Receive(); }).has_value(), "no thread for a receiver");
  NUT_INVARIANT(executor.Create("sender", [this] { Send(); }).has_value(), "no thread for a sender");
}

std::optional<tcp::ConnectionInfo> Flow::Info() const {
  const auto info = from_.tcp().Info(sender_);
  return info ? std::optional(*info) : std::nullopt;
}

void Flow::Send() {
  static const std::vector<uint8_t> kText(kPiece, 'x');
  from_.executor().Sleep(options_.start);
  auto stream = socket::TcpStream::Connect(from_.tcp(), remote_, {.parameters = options_.sender});
  if (!stream) return;
  sender_ = stream->handle();
  const link::Slice slice{link::Chunk::Over(kText), kText};
  while (stream->SendSlice(slice)) {
  }
}

void Flow::Receive() {
  auto listener = socket::TcpListener::Listen(to_.tcp(), {{}, remote_.port});
  NUT_INVARIANT(listener.has_value(), "no listener");
  auto stream = listener->Accept();
  if (!stream) return;
  std::array<tcp::ReceivedPiece, 64> pieces;
  while (const size_t count = stream->ReceivePieces(pieces).value_or(0)) {
    received_ += count;
    pieces = {};
  }
}

}  // namespace nut::netsim
