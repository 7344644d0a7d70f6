// ArpIn: what others say and ask by ARP (RFC 826). Owned by Network; called by the receive thread.
#pragma once

#include "stack/base/statistics.h"
#include "stack/net/address_conflict.h"
#include "stack/net/arp_out.h"
#include "stack/net/arp_resolve.h"
#include "stack/net/drops.h"
#include "stack/net/interface_address.h"
#include "stack/wire/arp.h"

namespace nut::net {

class ArpIn {
 public:
  ArpIn(const InterfaceAddress& interface, ArpResolve& resolve, ArpOut& arp_out, AddressConflict& conflict,
        Statistics& statistics, Drops& drops)
      : interface_(interface),
        resolve_(resolve),
        arp_out_(arp_out),
        conflict_(conflict),
        statistics_(statistics),
        drops_(drops) {}

  // `frame` begins at the ARP packet; its Ethernet header is still in front of it in the buffer.
  void Receive(link::FramePtr frame, Instant now);

 private:
  // kNone, or what is wrong with the sender's addresses.
  DropReason CheckSender(const wire::ArpView& arp) const;
  bool IsConflict(const wire::ArpView& arp) const;

  const InterfaceAddress& interface_;
  ArpResolve& resolve_;
  ArpOut& arp_out_;
  AddressConflict& conflict_;
  Statistics& statistics_;
  Drops& drops_;
};

}  // namespace nut::net
