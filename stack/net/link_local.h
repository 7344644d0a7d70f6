// LinkLocal: gives this node an address of its own making, for a link where nobody hands out any (RFC 3927):
// one out of 169.254/16, by chance that depends on the MAC alone, so that the same node takes the same
// address when it can; another one when somebody has it already, or insists on having it later. Probing,
// announcing and defending is AddressConflict's business. Owned by Network; called on the receive thread, and
// when addresses are configured.
#pragma once

#include "stack/base/log.h"
#include "stack/base/rng.h"
#include "stack/base/time.h"
#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"

namespace nut::net {

// The constants of RFC 3927 section 9 that RFC 5227 does not have, in its spelling.
struct LinkLocalOptions {
  unsigned max_conflicts = 10;
  Duration rate_limit_interval = 60s;
};

// Who puts addresses on the interface, and has them probed for.
class AddressTaker {
 public:
  virtual ~AddressTaker() = default;
  virtual void TakeLinkLocal(const wire::Ipv4Prefix& address, Instant now) = 0;
  virtual void ReleaseLinkLocal() = 0;
};

class LinkLocal {
 public:
  LinkLocal(AddressTaker& taker, const wire::MacAddress& mac, Log& log, LinkLocalOptions options = {})
      : taker_(taker), rng_(Rng(mac.ToText()).Split("link-local")), log_(log), options_(options) {}

  // Takes the first address.
  void Start(Instant now);
  // The node is given another kind of address.
  void Stop();
  bool active() const { return active_; }

  // The address taken last is ours: nobody objected.
  void OnAddressUsable();
  // Somebody else has it.
  void OnAddressLost(Instant now);

  void OnTimer(Instant now);
  Instant poll_at() const { return poll_at_; }

 private:
  wire::Ipv4Address Draw();
  void Take(Instant now);

  AddressTaker& taker_;
  Rng rng_;
  Log& log_;
  const LinkLocalOptions options_;
  bool active_ = false;
  wire::Ipv4Address address_;
  unsigned conflicts_ = 0;  // since an address was usable
  Instant poll_at_ = kNever;
};

}  // namespace nut::net
