// IcmpOut: sends ICMP errors about packets that arrived, and decides whether one may be sent at all (RFC 1122
// 3.2.2). Owned by Network. Never blocks.
#pragma once

#include "stack/base/statistics.h"
#include "stack/net/drops.h"
#include "stack/net/icmp_limiter.h"
#include "stack/net/interface_address.h"
#include "stack/net/ip_layer.h"
#include "stack/wire/icmp.h"

namespace nut::net {

struct IcmpOutOptions {
  // Bytes of the offending packet's payload that an error quotes: as many as fit 576 bytes (RFC 1812
  // 4.3.2.3); at least 8 (RFC 792).
  size_t maximum_quote = 528;
  IcmpLimiterOptions limiter;
};

class IcmpOut {
 public:
  IcmpOut(IpLayer& ip, const InterfaceAddress& interface, const Rng& rng, Statistics& statistics,
          Drops& drops, IcmpOutOptions options = {})
      : ip_(ip),
        interface_(interface),
        limiter_(rng, options.limiter),
        statistics_(statistics),
        drops_(drops),
        options_(options) {}

  // Tells the sender of `packet` (from its IP header on, possibly cut) what is wrong with it, unless RFC 1122
  // 3.2.2 forbids that or the rate is used up (counted as kIcmpRateLimited). `scope`: how the packet reached
  // our link.
  void SendError(ByteView packet, link::LinkScope scope, const wire::IcmpFields& error, Instant now);

  void SendUnreachable(ByteView packet, link::LinkScope scope, wire::UnreachableCode code, Instant now) {
    SendError(packet, scope, {wire::IcmpType::kDestinationUnreachable, static_cast<uint8_t>(code), 0}, now);
  }

 private:
  bool MayBeAnswered(const wire::Ipv4View& packet) const;

  IpLayer& ip_;
  const InterfaceAddress& interface_;
  IcmpLimiter limiter_;
  Statistics& statistics_;
  Drops& drops_;
  const IcmpOutOptions options_;
};

}  // namespace nut::net
