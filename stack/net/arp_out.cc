#include "stack/net/arp_out.h"

namespace nut::net {

using wire::ArpOperation;
using wire::MacAddress;

void ArpOut::Request(wire::Ipv4Address target) {
  Send({ArpOperation::kRequest, interface_.mac(), interface_.address(), unknown_, target},
       MacAddress::Broadcast());
}

void ArpOut::Poll(wire::Ipv4Address target, const MacAddress& neighbour) {
  Send({ArpOperation::kRequest, interface_.mac(), interface_.address(), unknown_, target}, neighbour);
}

void ArpOut::Reply(wire::Ipv4Address neighbour_address, const MacAddress& neighbour) {
  Send({ArpOperation::kReply, interface_.mac(), interface_.address(), neighbour, neighbour_address},
       neighbour);
}

void ArpOut::Probe() {
  Send({ArpOperation::kRequest, interface_.mac(), wire::Ipv4Address(), unknown_, interface_.address()},
       MacAddress::Broadcast());
}

void ArpOut::Announce() {
  Send({ArpOperation::kRequest, interface_.mac(), interface_.address(), unknown_, interface_.address()},
       MacAddress::Broadcast());
}

void ArpOut::Send(const wire::ArpFields& fields, const MacAddress& neighbour) {
  // RFC 3927 2.5: "All ARP packets (*replies* as well as requests) that contain a Link-Local 'sender IP address'
  // MUST be sent using link-layer broadcast instead of link-layer unicast": others shall notice a conflict.
  const MacAddress destination = fields.sender_ip.is_link_local() ? MacAddress::Broadcast() : neighbour;
  link::FramePtr frame = pool_.Allocate(wire::kArpSize);
  if (!frame) return drops_.Counted(DropReason::kFramePoolEmpty);
  wire::Emit(frame->Append(wire::kArpSize), fields);
  statistics_.Add(fields.operation == ArpOperation::kReply ? Counter::kArpRepliesOut
                                                           : Counter::kArpRequestsOut);
  ethernet_out_.Send(std::move(frame), destination, wire::EtherType::kArp);
}

}  // namespace nut::net
