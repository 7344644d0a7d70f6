// The keyed hash of a pair of endpoints, as if of these bytes: for each end its family, its address (4 bytes or
// 16) and its port. The same pair, the same bytes; different pairs, different bytes. Pure.
#pragma once

#include <algorithm>

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
    const uint64_t port = end.port.number();
    return uint64_t{static_cast<uint8_t>(wire::IpFamily::kIpv4)} |
           uint64_t{__builtin_bswap32(end.address.v4().number())} << 8 | (port >> 8 | (port & 0xff) << 8) << 40;
  };
  const uint64_t local = word(ends.local);
  const uint64_t remote = word(ends.remote);
  return hash.OfWords(local | remote << 56, remote >> 8, 14);
}

}  // namespace nut::tcp
