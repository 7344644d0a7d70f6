#include "stack/wire/checksum.h"

#include <bit>
#include <cstring>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace nut::wire {
namespace {

// The sums below add wide words in the host's order. Since 2^16 = 1 modulo 2^16 - 1, a word of 64 bits counts
// as the sum of its four quarters, and the swapped sum of swapped words is the sum (RFC 1071 section 2 (B),
// (C)).

uint64_t AddCarry(uint64_t a, uint64_t b) {
  const uint64_t sum = a + b;
  return sum + (sum < b);
}

// `kSize` bytes from `p` as the first of a word in the host's order, zeroes behind them.
template <size_t kSize>
uint64_t LoadHost(const uint8_t* p) {
  uint64_t word = 0;
  std::memcpy(&word, p, kSize);
  return word;
}

uint64_t SumHostOrder(const uint8_t* p, size_t size) {
  uint64_t even = 0;
  uint64_t odd = 0;
  for (; size >= 32; p += 32, size -= 32) {
    even = AddCarry(even, LoadHost<8>(p));
    odd = AddCarry(odd, LoadHost<8>(p + 8));
    even = AddCarry(even, LoadHost<8>(p + 16));
    odd = AddCarry(odd, LoadHost<8>(p + 24));
  }
  uint64_t sum = AddCarry(even, odd);
  for (; size >= 8; p += 8, size -= 8) sum = AddCarry(sum, LoadHost<8>(p));
  // Fixed sizes: a memcpy of a variable one would cost more than the rest of a short header.
  if (size & 4) {
    sum = AddCarry(sum, LoadHost<4>(p));
    p += 4;
  }
  if (size & 2) {
    sum = AddCarry(sum, LoadHost<2>(p));
    p += 2;
  }
  if (size & 1) sum = AddCarry(sum, LoadHost<1>(p));
  return sum;
}

#if defined(__x86_64__)

// Worth its entry from here on.
constexpr size_t kVectorMinimum = 256;

// Halves of 64-bit lanes added into 64-bit lanes: no carry before 2^32 additions, so none to care for.
__attribute__((target("avx2"))) uint64_t SumHostOrderAvx2(const uint8_t* p, size_t size) {
  const __m256i low_half = _mm256_set1_epi64x(0xffffffff);
  __m256i lows = _mm256_setzero_si256();
  __m256i highs = _mm256_setzero_si256();
  __m256i more_lows = _mm256_setzero_si256();
  __m256i more_highs = _mm256_setzero_si256();
  for (; size >= 64; p += 64, size -= 64) {
    const __m256i first = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
    const __m256i second = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p + 32));
    lows = _mm256_add_epi64(lows, _mm256_and_si256(first, low_half));
    highs = _mm256_add_epi64(highs, _mm256_srli_epi64(first, 32));
    more_lows = _mm256_add_epi64(more_lows, _mm256_and_si256(second, low_half));
    more_highs = _mm256_add_epi64(more_highs, _mm256_srli_epi64(second, 32));
  }
  alignas(32) uint64_t lanes[4];
  const __m256i all =
      _mm256_add_epi64(_mm256_add_epi64(lows, highs), _mm256_add_epi64(more_lows, more_highs));
  _mm256_store_si256(reinterpret_cast<__m256i*>(lanes), all);
  uint64_t sum = SumHostOrder(p, size);
  for (const uint64_t lane : lanes) sum = AddCarry(sum, lane);
  return sum;
}

uint64_t BestSum(const uint8_t* p, size_t size) {
  if (size >= kVectorMinimum && __builtin_cpu_supports("avx2")) return SumHostOrderAvx2(p, size);
  return SumHostOrder(p, size);
}

#else

uint64_t BestSum(const uint8_t* p, size_t size) { return SumHostOrder(p, size); }

#endif

constexpr uint16_t SwapBytes(uint16_t word) { return static_cast<uint16_t>(word << 8 | word >> 8); }

}  // namespace

uint32_t PartialSum(ByteView bytes, uint32_t seed) {
  uint16_t sum = Fold(BestSum(bytes.data(), bytes.size()));
  if constexpr (std::endian::native == std::endian::little) sum = SwapBytes(sum);
  return Fold(uint64_t{seed} + sum);
}

void InternetChecksum::Add(ByteView chunk) {
  const auto sum = static_cast<uint16_t>(PartialSum(chunk));
  sum_ = Fold(uint64_t{sum_} + (odd_ ? SwapBytes(sum) : sum));
  odd_ ^= chunk.size() % 2 != 0;
}

}  // namespace nut::wire
