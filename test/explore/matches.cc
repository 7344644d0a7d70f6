#include "test/explore/matches.h"

#include <optional>

#include "stack/wire/arp.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace nut::explore {
namespace {

std::optional<wire::TcpView> TcpOf(ByteView frame) {
  const auto ethernet = wire::EthernetView::Parse(frame);
  if (!ethernet || !ethernet->Is(wire::EtherType::kIpv4)) return std::nullopt;
  const auto ip = wire::Ipv4View::Parse(ethernet->payload());
  if (!ip || ip->protocol() != wire::IpProtocol::kTcp) return std::nullopt;
  const auto tcp = wire::TcpView::Parse(ip->payload());
  return tcp ? std::optional(*tcp) : std::nullopt;
}

}  // namespace

bool IsArp(ByteView frame) {
  const auto ethernet = wire::EthernetView::Parse(frame);
  return ethernet && ethernet->Is(wire::EtherType::kArp);
}

bool IsArpReply(ByteView frame) {
  if (!IsArp(frame)) return false;
  const auto arp = wire::ArpView::Parse(frame.subspan(wire::kEthernetHeaderSize));
  return arp && arp->operation() == wire::ArpOperation::kReply;
}

bool IsSyn(ByteView frame) {
  const auto tcp = TcpOf(frame);
  return tcp && tcp->flags().syn() && !tcp->flags().ack();
}

bool IsSynAck(ByteView frame) {
  const auto tcp = TcpOf(frame);
  return tcp && tcp->flags().syn() && tcp->flags().ack();
}

bool IsFin(ByteView frame) {
  const auto tcp = TcpOf(frame);
  return tcp && tcp->flags().fin();
}

bool IsData(ByteView frame) {
  const auto tcp = TcpOf(frame);
  return tcp && !tcp->payload().empty();
}

bool IsBareAck(ByteView frame) {
  const auto tcp = TcpOf(frame);
  return tcp && tcp->flags().ack() && !tcp->flags().rst() && tcp->sequence_length() == 0;
}

bool IsReset(ByteView frame) {
  const auto tcp = TcpOf(frame);
  return tcp && tcp->flags().rst();
}

bool IsTcp(ByteView frame) { return TcpOf(frame).has_value(); }

}  // namespace nut::explore
