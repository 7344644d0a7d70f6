#include "test/instructions/traffic.h"

#include "stack/base/invariant.h"

namespace nut::instructions {
namespace {

constexpr wire::Port kEcho(7);
constexpr wire::Port kSink(9);
constexpr int kClients = 64;

tcp::Parameters ShortTimeWait() {
  tcp::Parameters parameters;
  parameters.time_wait = 1ms;
  return parameters;
}

}  // namespace

Traffic::Traffic()
    : nodes_({.tcp = ShortTimeWait(), .cable = {.latency = 10us}}),
      more_(nodes_.executor(), "more connections") {
  nodes_.Spawn("listen", [this] {
    echo_ = socket::TcpListener::Listen(nodes_.b().tcp(), {{}, kEcho}, 1024).value();
    sink_ = socket::TcpListener::Listen(nodes_.b().tcp(), {{}, kSink}, 1024).value();
  });
  nodes_.RunFor(1ms);
  StartClients();
}

Traffic::~Traffic() {
  nodes_.Spawn("end", [this] {
    stop_ = true;
    more_.Broadcast();
    idle_.clear();
    echo_->Close();
    sink_->Close();
  });
  nodes_.RunFor(5s);
}

void Traffic::StartClients() {
  for (int i = 0; i < kClients; ++i) {
    nodes_.Spawn("server", [this] {
      uint8_t bytes[64];
      while (auto stream = echo_->Accept()) {
        while (true) {
          const auto size = stream->Receive(bytes);
          if (!size || *size == 0 || !stream->SendAll({bytes, *size})) break;
        }
      }
    });
    nodes_.Spawn("client", [this] {
      uint8_t bytes[64] = {};
      while (!stop_) {
        if (finished_ >= wanted_) {
          more_.Wait();
          continue;
        }
        auto stream = socket::TcpStream::Connect(nodes_.a().tcp(), {simulation::kAddressB, kEcho});
        NUT_INVARIANT(stream && stream->SendAll(bytes) && stream->Receive(bytes), "a connection failed");
        ++finished_;
      }
    });
  }
}

uint64_t Traffic::ShortConnections(uint64_t count) {
  const uint64_t before = finished_;
  wanted_ = finished_ + count;
  more_.BroadcastAsync();
  while (finished_ < wanted_) nodes_.RunFor(1ms);
  nodes_.RunFor(10ms);  // the last ones' TIME-WAIT
  return finished_ - before;
}

void Traffic::AddIdle(size_t count) {
  bool done = false;
  nodes_.Spawn("idle", [&] {
    for (size_t i = 0; i < count; ++i) {
      idle_.push_back(socket::TcpStream::Connect(nodes_.a().tcp(), {simulation::kAddressB, kSink}).value());
      idle_.push_back(sink_->Accept().value());
    }
    done = true;
  });
  while (!done) nodes_.RunFor(100ms);
  nodes_.RunFor(10s);  // nothing of the handshakes is left
}

void Traffic::StartBulk() {
  nodes_.Spawn("sink", [this] {
    std::vector<uint8_t> bytes(65536);
    auto stream = sink_->Accept();
    while (stream->Receive(bytes).value_or(0) > 0) {
    }
  });
  nodes_.Spawn("source", [this] {
    const std::vector<uint8_t> bytes(65536);
    auto stream = socket::TcpStream::Connect(nodes_.a().tcp(), {simulation::kAddressB, kSink}).value();
    while (!stop_ && stream.SendAll(bytes)) {
    }
  });
  bulk_started_ = true;
}

uint64_t Traffic::Bulk(uint64_t count) {
  if (!bulk_started_) StartBulk();
  const uint64_t before = segments();
  while (segments() - before < count) nodes_.RunFor(100us);
  return segments() - before;
}

}  // namespace nut::instructions
