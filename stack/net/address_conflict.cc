#include "stack/net/address_conflict.h"

namespace nut::net {

void AddressConflict::Start(const AddressClaim& claim, Instant now) {
  claim_ = claim;
  poll_at_ = kNever;
  probes_left_ = announcements_left_ = 0;
  may_defend_at_ = now;
  if (interface_.state() == AddressState::kUnconfigured) return;
  if (!claim.probe) {
    announcements_left_ = options_.announce_num;
    return Announce(now);
  }
  interface_.set_state(AddressState::kTentative);
  probes_left_ = options_.probe_num;
  // RFC 5227 2.1.1: hosts that are switched on together shall not probe together.
  poll_at_ = now + Between(Duration::zero(), options_.probe_wait);
}

void AddressConflict::OnTimer(Instant now) {
  if (now < poll_at_) return;
  if (interface_.state() != AddressState::kTentative) return Announce(now);
  if (probes_left_ > 0) {
    arp_out_.Probe();
    --probes_left_;
    poll_at_ =
        now + (probes_left_ > 0 ? Between(options_.probe_min, options_.probe_max) : options_.announce_wait);
    return;
  }
  interface_.set_state(AddressState::kUsable);
  announcements_left_ = options_.announce_num;
  Announce(now);
  watcher_.OnAddressUsable(now);
}

void AddressConflict::Announce(Instant now) {
  poll_at_ = kNever;
  if (announcements_left_ == 0 || !interface_.usable()) return;
  arp_out_.Announce();
  if (--announcements_left_ > 0) poll_at_ = now + options_.announce_interval;
}

void AddressConflict::OnConflict(const wire::MacAddress& other, Instant now) {
  ++conflicts_;
  // RFC 5227 2.1.1: the address must not be used.
  if (interface_.state() == AddressState::kTentative) return Lose(other, now);
  if (!interface_.usable()) return;
  if (now < may_defend_at_) {
    // RFC 5227 2.4 (b), RFC 3927 2.5 (b): a second claim within DEFEND_INTERVAL, and the address is theirs.
    if (claim_.cede) Lose(other, now);
    return;
  }
  // RFC 5227 2.4 (c): a host whose address must not change defends it, but no more often than every
  // DEFEND_INTERVAL, or two such hosts would shout at each other for ever.
  may_defend_at_ = now + options_.defend_interval;
  log_.Print(LogLevel::kWarning, "arp", "{} claims our address {}", other.ToText(),
             interface_.address().ToText());
  arp_out_.Announce();
}

void AddressConflict::Lose(const wire::MacAddress& other, Instant now) {
  interface_.set_state(AddressState::kConflict);
  poll_at_ = kNever;
  // Who can have another address says so himself.
  log_.Print(claim_.cede ? LogLevel::kInfo : LogLevel::kError, "arp", "{} is in use by {}: not taken",
             interface_.address().ToText(), other.ToText());
  watcher_.OnAddressLost(now);
}

Duration AddressConflict::Between(Duration least, Duration most) {
  return least + Duration(rng_.Below(static_cast<uint64_t>((most - least).count()) + 1));
}

}  // namespace nut::net
