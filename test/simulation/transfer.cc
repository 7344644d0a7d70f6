#include "test/simulation/transfer.h"

#include <algorithm>
#include <vector>

namespace nut::simulation {
namespace {

constexpr wire::Port kPort(7000);
constexpr std::string_view kReceipt = "received";

}  // namespace

Transfer::Transfer(TwoNodes& nodes, size_t size, Duration limit) : size_(size), limit_(limit) {
  nodes.Spawn("receiver", [this, &nodes] { Receive(nodes); });
  nodes.Spawn("sender", [this, &nodes] { Send(nodes); });
}

void Transfer::Failed(std::string_view what, Error error) {
  if (failure_.empty()) failure_ = fmt::format("{}: {}", what, Describe(error));
}

void Transfer::Send(TwoNodes& nodes) {
  auto stream = socket::TcpStream::Connect(nodes.a().tcp(), {kAddressB, kPort}, {.timeout = limit_});
  if (!stream) return Failed("connect", stream.error());
  std::vector<uint8_t> piece(16384);
  for (size_t sent = 0; sent < size_;) {
    const size_t count = std::min(piece.size(), size_ - sent);
    for (size_t i = 0; i < count; ++i) piece[i] = OctetAt(sent + i);
    if (auto all = stream->SendAll({piece.data(), count}, limit_); !all) return Failed("send", all.error());
    sent += count;
  }
  if (auto shut = stream->Shutdown(); !shut) return Failed("shutdown", shut.error());
  std::string receipt;
  while (true) {
    auto count = stream->Receive(piece, limit_);
    if (!count) return Failed("receipt", count.error());
    if (*count == 0) break;
    receipt += AsText({piece.data(), *count});
  }
  if (receipt != kReceipt) return Failed("receipt", Error::kIo);
  sender_done_ = true;
}

void Transfer::Receive(TwoNodes& nodes) {
  auto listener = socket::TcpListener::Listen(nodes.b().tcp(), {{}, kPort});
  if (!listener) return Failed("listen", listener.error());
  auto stream = listener->Accept(limit_);
  if (!stream) return Failed("accept", stream.error());
  std::vector<uint8_t> piece(16384);
  size_t received = 0;
  while (true) {
    auto count = stream->Receive(piece, limit_);
    if (!count) return Failed("receive", count.error());
    if (*count == 0) break;
    for (size_t i = 0; i < *count; ++i) {
      if (piece[i] != OctetAt(received + i)) return Failed("content", Error::kIo);
    }
    received += *count;
  }
  if (received != size_) return Failed("length", Error::kIo);
  if (auto sent = stream->SendAll(AsBytes(kReceipt), limit_); !sent) return Failed("answer", sent.error());
  stream->Close();
  receiver_done_ = true;
}

}  // namespace nut::simulation
