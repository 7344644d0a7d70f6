#include "stack/net/link_local.h"

namespace nut::net {
namespace {

// RFC 3927 2.1: "The first 256 and last 256 addresses in the 169.254/16 prefix are reserved".
constexpr wire::Ipv4Address kFirst(169, 254, 1, 0);
constexpr wire::Ipv4Address kLast(169, 254, 254, 255);
constexpr unsigned kPrefixLength = 16;

}  // namespace

void LinkLocal::Start(Instant now) {
  active_ = true;
  conflicts_ = 0;
  Take(now);
}

void LinkLocal::Stop() {
  active_ = false;
  poll_at_ = kNever;
}

void LinkLocal::OnAddressUsable() {
  conflicts_ = 0;
  log_.Print(LogLevel::kInfo, "arp", "{} is ours on this link", address_.ToText());
}

void LinkLocal::OnAddressLost(Instant now) {
  // RFC 3927 2.2.1: after MAX_CONFLICTS no more than one new address per RATE_LIMIT_INTERVAL, "to prevent
  // excessive ARP storms in pathological failure cases".
  if (++conflicts_ <= options_.max_conflicts) return Take(now);
  taker_.ReleaseLinkLocal();
  poll_at_ = now + options_.rate_limit_interval;
}

void LinkLocal::OnTimer(Instant now) {
  if (now >= poll_at_) Take(now);
}

wire::Ipv4Address LinkLocal::Draw() {
  // RFC 3927 2.1: uniform over the range, and not the same again.
  wire::Ipv4Address drawn;
  do {
    drawn = wire::Ipv4Address(kFirst.number() +
                              static_cast<uint32_t>(rng_.Below(kLast.number() - kFirst.number() + 1)));
  } while (drawn == address_);
  return drawn;
}

void LinkLocal::Take(Instant now) {
  poll_at_ = kNever;
  address_ = Draw();
  taker_.TakeLinkLocal(wire::Ipv4Prefix(address_, kPrefixLength), now);
}

}  // namespace nut::net
