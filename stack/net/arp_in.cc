#include "stack/net/arp_in.h"

namespace nut::net {

using wire::ArpOperation;
using wire::ArpView;

void ArpIn::Receive(link::FramePtr frame, Instant now) {
  const auto arp = ArpView::Parse(frame->data());
  if (!arp) return drops_.Received(*frame, arp.error());
  if (arp->operation() != ArpOperation::kRequest && arp->operation() != ArpOperation::kReply) {
    return drops_.Received(*frame, DropReason::kArpBadHeader);
  }
  const bool is_request = arp->operation() == ArpOperation::kRequest;
  statistics_.Add(is_request ? Counter::kArpRequestsIn : Counter::kArpRepliesIn);

  const DropReason fault = CheckSender(*arp);
  if (fault != DropReason::kNone) return drops_.Received(*frame, fault);
  if (IsConflict(*arp)) {
    conflict_.OnConflict(arp->sender_mac(), now);
    return drops_.Received(*frame, DropReason::kArpConflict);
  }

  const wire::Ipv4Address sender = arp->sender_ip();
  const bool for_us = interface_.IsOwn(arp->target_ip());
  // RFC 826, "packet reception": the sender's entry is updated in any case, and made only if we are the
  // target. A probe (sender 0.0.0.0) says nothing about its sender; one that is not on our network is never a
  // next hop.
  if (interface_.IsOnLink(sender)) resolve_.Learn(sender, arp->sender_mac(), for_us, now);
  if (!for_us) return drops_.Received(*frame, DropReason::kArpNotForUs);
  if (is_request) arp_out_.Reply(sender, arp->sender_mac());
}

DropReason ArpIn::CheckSender(const ArpView& arp) const {
  // A group as a neighbour's MAC would make us send unicast packets to many; our own would make us talk to
  // ourselves.
  if (!arp.sender_mac().is_station() || arp.sender_mac() == interface_.mac())
    return DropReason::kArpBadSender;
  const wire::Ipv4Address sender = arp.sender_ip();
  if (sender.is_unspecified())
    return arp.operation() == ArpOperation::kRequest ? DropReason::kNone : DropReason::kArpBadSender;
  const bool is_host = !sender.is_this_network() && !sender.is_multicast() && !sender.is_broadcast() &&
                       !sender.is_reserved() && !sender.is_loopback() &&
                       !interface_.IsDirectedBroadcast(sender);
  return is_host ? DropReason::kNone : DropReason::kArpBadSender;
}

bool ArpIn::IsConflict(const ArpView& arp) const {
  const wire::Ipv4Address own = interface_.address();
  if (own.is_unspecified()) return false;
  if (arp.sender_ip() == own) return true;
  // RFC 5227 2.1.1: somebody else is probing for the address that we probe for.
  return interface_.state() == AddressState::kTentative && arp.sender_ip().is_unspecified() &&
         arp.target_ip() == own;
}

}  // namespace nut::net
