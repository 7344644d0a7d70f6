// The Internet checksum of a header, a small segment, a full segment and the largest packet, beside the loop
// of RFC 1071 section 4.1 that adds word by word.
#include <benchmark/benchmark.h>

#include <vector>

#include "stack/base/rng.h"
#include "stack/wire/checksum.h"

namespace nut::wire {
namespace {

uint32_t WordByWord(ByteView bytes) {
  uint32_t sum = 0;
  const uint8_t* p = bytes.data();
  size_t size = bytes.size();
  for (; size > 1; size -= 2, p += 2) sum += LoadBe16(p);
  if (size > 0) sum += uint32_t{*p} << 8;
  return Fold(sum);
}

std::vector<uint8_t> Bytes(const benchmark::State& state) {
  Rng rng("checksum benchmark");
  std::vector<uint8_t> bytes(static_cast<size_t>(state.range(0)));
  rng.Fill(bytes);
  return bytes;
}

template <typename Sum>
void Run(benchmark::State& state, Sum sum) {
  const std::vector<uint8_t> bytes = Bytes(state);
  const uint8_t* data = bytes.data();
  for (auto _ : state) {
    benchmark::DoNotOptimize(data);
    benchmark::DoNotOptimize(sum({data, bytes.size()}));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * state.range(0));
}

void BM_ChecksumWordByWord(benchmark::State& state) { Run(state, WordByWord); }
void BM_Checksum(benchmark::State& state) {
  Run(state, [](ByteView bytes) { return PartialSum(bytes); });
}

BENCHMARK(BM_ChecksumWordByWord)->Arg(20)->Arg(64)->Arg(1460)->Arg(65535);
BENCHMARK(BM_Checksum)->Arg(20)->Arg(64)->Arg(1460)->Arg(65535);

}  // namespace
}  // namespace nut::wire
