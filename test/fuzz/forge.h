// Frames from hosts beside the node, right in everything that their maker does not lie about on purpose. Pure functions.
#pragma once

#include <cstdint>
#include <vector>

#include "stack/wire/arp.h"
#include "stack/wire/icmp.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/mac_address.h"

namespace nut::fuzz {

using Bytes = std::vector<uint8_t>;

// A host on the node's link, or behind the gateway (then the MAC is the gateway's).
struct Host {
  wire::Ipv4Address ip;
  wire::MacAddress mac;
};

// A TCP segment whose fields may be anything.
struct ForgedSegment {
  uint16_t source_port = 0;
  uint16_t destination_port = 0;
  uint32_t sequence = 0;
  uint32_t acknowledgement = 0;
  uint8_t flags = 0;
  uint16_t window = 65535;
  uint16_t urgent_pointer = 0;
  ByteView options;  // as they are, 40 bytes at most; padded to a multiple of 4
  ByteView payload;
};

// `fields`: source, destination and payload size are filled in. `payload` is complete.
Bytes ForgeIpv4(const Host& from, const Host& to, wire::Ipv4Fields fields, ByteView payload);
Bytes ForgeTcp(const Host& from, const Host& to, const ForgedSegment& segment);
Bytes ForgeUdp(const Host& from, const Host& to, uint16_t source_port, uint16_t destination_port, ByteView payload);
Bytes ForgeIcmp(const Host& from, const Host& to, const wire::IcmpFields& fields, ByteView payload);
// `ethernet`: whom the frame says it is from and for.
Bytes ForgeArp(const wire::MacAddress& from, const wire::MacAddress& to, const wire::ArpFields& fields);

}  // namespace nut::fuzz
