#include "stack/net/ethernet_in.h"

#include "stack/wire/ethernet.h"

namespace nut::net {

void EthernetIn::Receive(link::FramePtr frame, Instant now) {
  statistics_.Add(Counter::kFramesIn);
  statistics_.Add(Counter::kBytesIn, frame->size());
  const auto ethernet = wire::EthernetView::Parse(frame->data());
  if (!ethernet) return drops_.Received(*frame, ethernet.error());

  // IEEE 802.3 3.2.3: a source is never a group; our own comes back only from a loop or a forger.
  const wire::MacAddress source = ethernet->source();
  if (source.is_group() || source == interface_.mac())
    return drops_.Received(*frame, DropReason::kEthernetBadSource);

  // A TAP or a hub hands us everything: what a network card filters is filtered here.
  const wire::MacAddress destination = ethernet->destination();
  if (destination == interface_.mac()) {
    frame->link_scope = link::LinkScope::kUnicast;
  } else if (destination.is_broadcast()) {
    frame->link_scope = link::LinkScope::kBroadcast;
  } else if (destination.is_group()) {
    frame->link_scope = link::LinkScope::kMulticast;
  } else {
    return drops_.Received(*frame, DropReason::kEthernetNotForUs);
  }

  if (ethernet->Is(wire::EtherType::kIpv4)) {
    frame->TrimFront(wire::kEthernetHeaderSize);
    ipv4_in_.Receive(std::move(frame), now);
  } else if (ethernet->Is(wire::EtherType::kArp)) {
    frame->TrimFront(wire::kEthernetHeaderSize);
    arp_in_.Receive(std::move(frame), now);
  } else {
    drops_.Received(*frame, DropReason::kEthernetUnknownType);
  }
}

}  // namespace nut::net
