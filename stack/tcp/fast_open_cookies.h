// FastOpenCookies: what a server gives to clients, so that it knows them when they come again with text in
// their SYN (RFC 7413 4.1.2): a keyed hash over both addresses and the time. A value of the machine.
#pragma once

#include "stack/base/rng.h"
#include "stack/base/siphash.h"
#include "stack/base/time.h"
#include "stack/tcp/pair_hash.h"
#include "stack/wire/endpoint.h"
#include "stack/wire/tcp_options.h"

namespace nut::tcp {

class FastOpenCookies {
 public:
  // For so long at least a cookie is good, and for twice as long at most.
  static constexpr Duration kSlot = 24h;
  static constexpr uint8_t kSize = 8;

  explicit FastOpenCookies(Rng rng) : hash_(rng) {}

  wire::TcpFastOpenCookie Make(const wire::EndpointPair& ends, Instant now) const {
    return OfSlot(ends, SlotOf(now));
  }
  bool IsGood(const wire::EndpointPair& ends, const wire::TcpFastOpenCookie& cookie, Instant now) const {
    const uint64_t slot = SlotOf(now);
    return cookie == OfSlot(ends, slot) || cookie == OfSlot(ends, slot - 1);
  }

 private:
  static uint64_t SlotOf(Instant now) { return static_cast<uint64_t>(now.time_since_epoch() / kSlot); }

  // The ports say nothing here; the slot takes the place of one.
  wire::TcpFastOpenCookie OfSlot(const wire::EndpointPair& ends, uint64_t slot) const {
    wire::EndpointPair hosts = ends;
    hosts.local.port = {};
    hosts.remote.port = wire::Port(static_cast<uint16_t>(slot));
    uint64_t hash = HashPair(hash_, hosts);
    wire::TcpFastOpenCookie cookie;
    cookie.size = kSize;
    for (size_t i = 0; i < kSize; ++i, hash >>= 8) cookie.octets[i] = static_cast<uint8_t>(hash);
    return cookie;
  }

  SipHash hash_;
};

}  // namespace nut::tcp
