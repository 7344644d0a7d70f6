#include "tools/tracecheck/neighbour_notice.h"

#include <tins/arp.h>

namespace nut::tracecheck {
namespace {

constexpr size_t kEthernetHeader = 14;
constexpr uint8_t kIpv4Size = 4;

bool CarriesArp(const Record& record) {
  return record.link == LinkType::kEthernet && record.bytes.size() > kEthernetHeader &&
         record.bytes[12] == 0x08 && record.bytes[13] == 0x06;
}

Address AddressOf(const Tins::IPv4Address& address) {
  const uint32_t bytes = address;  // in network order
  return Address::FromIpv4(reinterpret_cast<const uint8_t*>(&bytes));
}

}  // namespace

std::optional<NeighbourNotice> NeighbourNotice::Of(const Record& record) {
  if (!CarriesArp(record)) return std::nullopt;
  try {
    const Tins::ARP arp(record.bytes.data() + kEthernetHeader,
                        static_cast<uint32_t>(record.bytes.size() - kEthernetHeader));
    if (arp.prot_addr_length() != kIpv4Size) return std::nullopt;
    return NeighbourNotice{.request = arp.opcode() == Tins::ARP::REQUEST,
                           .sender = AddressOf(arp.sender_ip_addr()),
                           .target = AddressOf(arp.target_ip_addr())};
  } catch (const std::exception&) {
    return std::nullopt;  // too short
  }
}

}  // namespace nut::tracecheck
