// AddressConflict: claims this node's address on the link, and notices others that claim it (RFC 5227). Owned
// by Network; called by the receive thread, and when an address is configured.
#pragma once

#include "stack/base/log.h"
#include "stack/base/rng.h"
#include "stack/base/time.h"
#include "stack/net/arp_out.h"
#include "stack/net/interface_address.h"

namespace nut::net {

// The constants of RFC 5227 1.1, in its spelling.
struct AddressConflictOptions {
  bool probe = false;  // ask before using the address; costs 4–7 s
  unsigned probe_num = 3;
  Duration probe_wait = 1s;
  Duration probe_min = 1s;
  Duration probe_max = 2s;
  Duration announce_wait = 2s;
  unsigned announce_num = 2;
  Duration announce_interval = 2s;
  Duration defend_interval = 10s;
};

// Told what became of an address.
class AddressWatcher {
 public:
  virtual ~AddressWatcher() = default;
  // It was probed for, and nobody objected.
  virtual void OnAddressUsable(Instant now) = 0;
  // Somebody else has it: it is not used any more. Another one may be configured in here.
  virtual void OnAddressLost(Instant now) = 0;
};

// How an address is held against others.
struct AddressClaim {
  bool probe = false;  // asked for before it is used
  bool cede = false;   // given up when defending it once did not help
};

class AddressConflict {
 public:
  AddressConflict(InterfaceAddress& interface, ArpOut& arp_out, AddressWatcher& watcher, const Rng& rng,
                  Log& log, AddressConflictOptions options = {})
      : interface_(interface),
        arp_out_(arp_out),
        watcher_(watcher),
        rng_(rng),
        log_(log),
        options_(options) {}

  // The interface has a new address: probes for it, or announces it at once. Does nothing when it is
  // unconfigured.
  void Start(const AddressClaim& claim, Instant now);
  // An address that somebody has configured: as the options say, and never given up.
  AddressClaim configured() const { return {.probe = options_.probe, .cede = false}; }

  // Somebody else sent an ARP packet with our address as its own; or, while we probe, asked for it with a
  // probe.
  void OnConflict(const wire::MacAddress& other, Instant now);

  void OnTimer(Instant now);
  Instant poll_at() const { return poll_at_; }
  uint64_t conflicts() const { return conflicts_; }

 private:
  void Announce(Instant now);
  void Lose(const wire::MacAddress& other, Instant now);
  Duration Between(Duration least, Duration most);

  InterfaceAddress& interface_;
  ArpOut& arp_out_;
  AddressWatcher& watcher_;
  Rng rng_;
  Log& log_;
  const AddressConflictOptions options_;
  AddressClaim claim_;
  unsigned probes_left_ = 0;
  unsigned announcements_left_ = 0;
  Instant poll_at_ = kNever;
  Instant may_defend_at_{};
  uint64_t conflicts_ = 0;
};

}  // namespace nut::net
