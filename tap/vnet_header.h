// VnetHeader: what precedes each frame on a TAP attached with IFF_VNET_HDR (virtio 1.1, 5.1.6, struct
// virtio_net_hdr; <linux/virtio_net.h> is no C++). All zero: the frame is complete and is one packet. Numbers
// in the host's order; offsets count from the first byte of the Ethernet header.
#pragma once

#include <cstdint>

namespace nut::tap {

struct VnetHeader {
  // Bits of `flags`. In both directions: the sum over everything from checksum_start on, which begins with
  // the pseudo header's sum in the field itself, is still to be put at checksum_start + checksum_offset.
  static constexpr uint8_t kNeedsChecksum = 1;
  // From the kernel: somebody has checked the packet already.
  static constexpr uint8_t kDataValid = 2;

  // Values of `gso_type`.
  static constexpr uint8_t kOnePacket = 0;
  static constexpr uint8_t kTcpV4 = 1;
  static constexpr uint8_t kTcpV6 = 4;
  static constexpr uint8_t kUdpL4 =
      5;  // a train of datagrams; never without TUN_F_USO4, which is not asked for
  // A bit besides kTcpV4 and kTcpV6: the super-segment has CWR set, which is for its first packet alone
  // (RFC 3168 6.1.2).
  static constexpr uint8_t kEcn = 0x80;

  uint8_t flags = 0;
  uint8_t gso_type = kOnePacket;
  uint16_t header_length = 0;  // Ethernet + IP + TCP: a hint
  uint16_t gso_size = 0;       // TCP payload of each packet but the last
  uint16_t checksum_start = 0;
  uint16_t checksum_offset = 0;
};

static_assert(sizeof(VnetHeader) == 10);

}  // namespace nut::tap
