// How the limit program's frames lie in memory: virtio header, Ethernet, IPv4, then TCP, UDP or ICMP. Plain
// structs over bytes, as the kernel's headers give them; the checks of a stack are left out on purpose.
#pragma once

#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace nut::bench {

using MacAddress = std::array<uint8_t, ETH_ALEN>;

// Virtio 1.2, 5.1.6; the kernel's own header of it is not C++.
struct VirtioHeader {
  static constexpr uint8_t kNeedsChecksum = 1;
  static constexpr uint8_t kTcp4 = 1;
  uint8_t flags;
  uint8_t segmentation;
  uint16_t header_size;
  uint16_t segment_size;
  uint16_t checksum_start;
  uint16_t checksum_offset;
};

struct Head {
  VirtioHeader vnet;
  ethhdr ethernet;
  iphdr ip;
};
static_assert(offsetof(Head, ip) == 24 && sizeof(Head) == 44, "the parts follow each other without gaps");

struct TcpHead : Head {
  tcphdr tcp;
  uint8_t options[8];
};
static_assert(sizeof(TcpHead) == sizeof(Head) + sizeof(tcphdr) + 8);

constexpr size_t kVirtioSize = sizeof(VirtioHeader);
constexpr uint16_t kIpStart = sizeof(ethhdr);
constexpr uint16_t kTransportStart = sizeof(ethhdr) + sizeof(iphdr);

// RFC 1071: sum of 16-bit words, folded, not inverted.
inline uint16_t Fold(uint64_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

// The IPv4 header's checksum; the kernel looks at it whatever the virtio header says.
inline void SealIp(iphdr& ip) {
  ip.check = 0;
  uint64_t sum = 0;
  const auto* words = reinterpret_cast<const uint16_t*>(&ip);
  for (size_t i = 0; i < sizeof ip / 2; ++i) sum += words[i];
  ip.check = static_cast<uint16_t>(~Fold(sum));
}

// What kNeedsChecksum wants in the checksum's place: the pseudo header alone (RFC 9293, 3.1).
inline uint16_t PseudoHeaderSum(const iphdr& ip, size_t transport_size) {
  const uint64_t sum = (ip.saddr & 0xffff) + (ip.saddr >> 16) + (ip.daddr & 0xffff) + (ip.daddr >> 16) +
                       htons(ip.protocol) + htons(static_cast<uint16_t>(transport_size));
  return Fold(sum);
}

}  // namespace nut::bench
