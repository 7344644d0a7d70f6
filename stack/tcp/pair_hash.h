// The keyed hash of a pair of endpoints, as if of these bytes: for each end its family, its address (4 bytes
// or 16) and its port. The same pair, the same bytes; different pairs, different bytes. Pure.
#pragma once

#include <algorithm>
#include <array>
#include <bit>

#include "stack/base/siphash.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

class PairBytes {
 public:
  explicit PairBytes(const wire::EndpointPair& ends) {
    Add(ends.local);
    Add(ends.remote);
  }
  ByteView bytes() const { return {bytes_.data(), size_}; }

 private:
  void Add(const wire::Endpoint& end) {
    const size_t length = end.address.is_ipv4() ? 4 : 16;
    bytes_[size_++] = static_cast<uint8_t>(end.address.family());
    std::copy_n(end.address.bytes().begin(), length, bytes_.begin() + static_cast<ptrdiff_t>(size_));
    size_ += length;
    bytes_[size_++] = static_cast<uint8_t>(end.port.number() >> 8);
    bytes_[size_++] = static_cast<uint8_t>(end.port.number());
  }

  std::array<uint8_t, 38> bytes_;
  size_t size_ = 0;
};

// Two IPv4 ends are 14 bytes, which never leave the registers.
template <typename Hash>
uint64_t HashPair(const Hash& hash, const wire::EndpointPair& ends) {
  if (!ends.local.address.is_ipv4() || !ends.remote.address.is_ipv4()) [[unlikely]]
    return hash(PairBytes(ends).bytes());
  // The lowest 7 bytes are an end's.
  const auto word = [](const wire::Endpoint& end) {
    const uint8_t* bytes = end.address.bytes().data();
    const uint32_t address =
        bytes[0] | uint32_t{bytes[1]} << 8 | uint32_t{bytes[2]} << 16 | uint32_t{bytes[3]} << 24;
    const uint64_t port = __builtin_bswap16(end.port.number());
    return uint64_t{static_cast<uint8_t>(wire::IpFamily::kIpv4)} | uint64_t{address} << 8 | port << 40;
  };
  const uint64_t local = word(ends.local);
  const uint64_t remote = word(ends.remote);
  return hash.OfWords(local | remote << 56, remote >> 8, 14);
}

// `a == b` for a search that nearly always says yes: no calls, and no branch but one.
inline bool SamePair(const wire::EndpointPair& a, const wire::EndpointPair& b) {
  const auto difference = [](const wire::Endpoint& one, const wire::Endpoint& other) {
    const auto left = std::bit_cast<std::array<uint64_t, 2>>(one.address.bytes());
    const auto right = std::bit_cast<std::array<uint64_t, 2>>(other.address.bytes());
    return (left[0] ^ right[0]) | (left[1] ^ right[1]) |
           static_cast<uint64_t>(one.port.number() ^ other.port.number()) |
           static_cast<uint64_t>(static_cast<uint8_t>(one.address.family()) ^
                                 static_cast<uint8_t>(other.address.family()));
  };
  return (difference(a.local, b.local) | difference(a.remote, b.remote)) == 0;
}

}  // namespace nut::tcp
