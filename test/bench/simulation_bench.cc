// What a short connection, and a byte of a long one, cost between two whole nodes under virtual time on one
// core: what searches and storms are paid with.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <vector>

#include "stack/socket/tcp_listener.h"
#include "stack/socket/tcp_stream.h"
#include "test/simulation/two_nodes.h"

namespace nut::simulation {
namespace {

constexpr wire::Port kPort(7);

tcp::Parameters ShortTimeWait() {
  tcp::Parameters parameters;
  parameters.time_wait = 1ms;
  return parameters;
}

// Connect, one request, one answer, close; `state.range(0)` clients at once.
void ShortConnections(benchmark::State& state) {
  TwoNodes nodes({.tcp = ShortTimeWait(), .cable = {.latency = 10us}});
  auto listener = socket::TcpListener::Listen(nodes.b().tcp(), {{}, kPort}, 1024);
  const auto clients = static_cast<int>(state.range(0));
  uint64_t connections = 0;
  bool stop = false;
  for (int i = 0; i < clients; ++i) {
    nodes.Spawn("server", [&] {
      uint8_t bytes[64];
      while (auto stream = listener->Accept()) {
        while (true) {
          const auto size = stream->Receive(bytes);
          if (!size || *size == 0 || !stream->SendAll({bytes, *size})) break;
        }
      }
    });
    nodes.Spawn("client", [&] {
      uint8_t bytes[64] = {};
      while (!stop) {
        auto stream = socket::TcpStream::Connect(nodes.a().tcp(), {kAddressB, kPort});
        if (!stream || !stream->SendAll(bytes) || !stream->Receive(bytes)) {
          state.SkipWithError("a connection failed");
          return;
        }
        ++connections;
      }
    });
  }
  for (auto _ : state) {
    const uint64_t until = connections + 1000;
    while (connections < until) nodes.RunFor(1ms);
  }
  state.SetItemsProcessed(static_cast<int64_t>(connections));
  stop = true;
  nodes.RunFor(1s);
  listener->Close();
  nodes.RunFor(1s);
}
BENCHMARK(ShortConnections)->Arg(1)->Arg(64)->Arg(1024)->Unit(benchmark::kMillisecond);

// One stream, as fast as windows allow.
void Bulk(benchmark::State& state) {
  TwoNodes nodes({.cable = {.latency = 10us}});
  auto listener = socket::TcpListener::Listen(nodes.b().tcp(), {{}, kPort}, 4);
  uint64_t received = 0;
  bool stop = false;
  nodes.Spawn("server", [&] {
    std::vector<uint8_t> bytes(65536);
    auto stream = listener->Accept();
    while (true) {
      const auto size = stream->Receive(bytes);
      if (!size || *size == 0) break;
      received += *size;
    }
  });
  nodes.Spawn("client", [&] {
    const std::vector<uint8_t> bytes(65536);
    auto stream = socket::TcpStream::Connect(nodes.a().tcp(), {kAddressB, kPort});
    while (!stop && stream->SendAll(bytes)) {
    }
  });
  for (auto _ : state) {
    const uint64_t until = received + 10'000'000;
    while (received < until) nodes.RunFor(100us);
  }
  state.SetBytesProcessed(static_cast<int64_t>(received));
  stop = true;
  nodes.RunFor(10s);
}
BENCHMARK(Bulk)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace nut::simulation
