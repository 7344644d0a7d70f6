// VnetHeader: what precedes each frame on a TAP attached with IFF_VNET_HDR (virtio 1.1, 5.1.6, struct
// virtio_net_hdr; <linux/virtio_net.h> is no C++). All zero: the frame is complete and is one packet. Numbers
// in the host's order.
#pragma once

#include <cstdint>

namespace nut::tap {

struct VnetHeader {
  uint8_t flags = 0;
  uint8_t gso_type = 0;
  uint16_t header_length = 0;
  uint16_t gso_size = 0;
  uint16_t checksum_start = 0;
  uint16_t checksum_offset = 0;
};

static_assert(sizeof(VnetHeader) == 10);

}  // namespace nut::tap
