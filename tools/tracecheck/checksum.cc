#include "tools/tracecheck/checksum.h"

namespace nut::tracecheck {
namespace {

constexpr uint32_t kTcp = 6;
constexpr size_t kChecksumPlace = 16;  // in TCP's header
constexpr size_t kLargestUncut = 1500;

// The ones' complement sum of 16-bit words, as it goes on the wire before it is complemented.
uint16_t Fold(uint64_t sum) {
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

uint64_t Add(const uint8_t* bytes, size_t size) {
  uint64_t sum = 0;
  for (size_t i = 0; i + 1 < size; i += 2) sum += static_cast<uint64_t>(bytes[i] << 8 | bytes[i + 1]);
  if (size % 2 != 0) sum += static_cast<uint64_t>(bytes[size - 1]) << 8;
  return sum;
}

uint64_t PseudoHeader(const Address& source, const Address& destination, size_t size) {
  const size_t skip = source.is_ipv4() ? 12 : 0;
  return Add(source.bytes.data() + skip, 16 - skip) + Add(destination.bytes.data() + skip, 16 - skip) + kTcp +
         (size >> 16) + (size & 0xffff);
}

}  // namespace

Sum Ipv4HeaderSum(const uint8_t* header, size_t size) {
  if (Fold(Add(header, size)) == 0xffff) return Sum::kGood;
  return header[10] == 0 && header[11] == 0 ? Sum::kUnfinished : Sum::kBad;
}

Sum TcpSum(const Address& source, const Address& destination, const uint8_t* segment, size_t size) {
  const uint64_t pseudo = PseudoHeader(source, destination, size);
  if (Fold(pseudo + Add(segment, size)) == 0xffff) return Sum::kGood;
  const auto field = static_cast<uint16_t>(segment[kChecksumPlace] << 8 | segment[kChecksumPlace + 1]);
  // A device that finishes it finds the sum of the pseudo-header there; one that also cuts may want it
  // without the length. Of a damaged packet either may be the case by chance, once in 65536.
  if (field == Fold(pseudo)) return Sum::kUnfinished;
  const bool to_be_cut = size > kLargestUncut;
  if (to_be_cut && field == Fold(PseudoHeader(source, destination, 0))) return Sum::kUnfinished;
  return Sum::kBad;
}

}  // namespace nut::tracecheck
