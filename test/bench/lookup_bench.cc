// Finding a segment's connection among 1 to 100,000: the time should grow with the caches' misses and nothing
// else.
#include <benchmark/benchmark.h>

#include <vector>

#include "stack/base/clock.h"
#include "stack/os/executor.h"
#include "stack/tcp/connection_table.h"

namespace nut::tcp {
namespace {

wire::EndpointPair PairOf(uint32_t number) {
  // As a busy server sees them: one local end, clients by address and port.
  return {{wire::Ipv4Address(198, 19, 0, 10), wire::Port(80)},
          {wire::Ipv4Address(0x0a000000 + number / 1000),
           wire::Port(static_cast<uint16_t>(32768 + number % 1000))}};
}

void FindByPair(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  VirtualClock clock;
  os::Executor executor(clock);
  Statistics statistics;
  ConnectionTable table(executor, statistics, count, Rng("bench"));
  for (uint32_t i = 0; i < count; ++i) table.Insert({}, {.ends = PairOf(i)});
  // In an order that no cache can guess.
  Rng rng("order");
  std::vector<wire::EndpointPair> wanted(4096);
  for (wire::EndpointPair& pair : wanted) pair = PairOf(static_cast<uint32_t>(rng.Below(count)));
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.Find(wanted[next]));
    next = (next + 1) % wanted.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(FindByPair)->RangeMultiplier(10)->Range(1, 100000);

void FindStranger(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  VirtualClock clock;
  os::Executor executor(clock);
  Statistics statistics;
  ConnectionTable table(executor, statistics, count, Rng("bench"));
  for (uint32_t i = 0; i < count; ++i) table.Insert({}, {.ends = PairOf(i)});
  uint32_t stranger = count;
  for (auto _ : state) benchmark::DoNotOptimize(table.Find(PairOf(stranger++ % 1000000 + count)));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(FindStranger)->RangeMultiplier(10)->Range(1, 100000);

void FindByHandle(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  VirtualClock clock;
  os::Executor executor(clock);
  Statistics statistics;
  ConnectionTable table(executor, statistics, count, Rng("bench"));
  std::vector<ConnectionHandle> handles;
  for (uint32_t i = 0; i < count; ++i) handles.push_back(table.Insert({}, {.ends = PairOf(i)})->handle);
  Rng rng("order");
  std::vector<ConnectionHandle> wanted(4096);
  for (ConnectionHandle& handle : wanted) handle = handles[rng.Below(count)];
  size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(table.Find(wanted[next]));
    next = (next + 1) % wanted.size();
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(FindByHandle)->RangeMultiplier(10)->Range(1, 100000);

void OpenAndClose(benchmark::State& state) {
  const auto count = static_cast<uint32_t>(state.range(0));
  VirtualClock clock;
  os::Executor executor(clock);
  Statistics statistics;
  ConnectionTable table(executor, statistics, count + 1, Rng("bench"));
  for (uint32_t i = 0; i < count; ++i) table.Insert({}, {.ends = PairOf(i)});
  for (auto _ : state) table.Erase(*table.Insert({}, {.ends = PairOf(count)}));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(OpenAndClose)->RangeMultiplier(10)->Range(1, 100000);

}  // namespace
}  // namespace nut::tcp
