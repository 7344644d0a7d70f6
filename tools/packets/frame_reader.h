// From the octets of a frame to a Packet with all its fields, sequence numbers absolute. Pure; reads any
// octets: what is no packet that it knows is Protocol::kRaw.
#pragma once

#include <span>

#include "tools/packets/packet.h"

namespace nut::packets {

struct ReadPacket {
  Packet packet;
  uint16_t source_port = 0, destination_port = 0;  // of TCP and UDP
  // What is wrong with its lengths and checksums; empty: nothing.
  std::string fault;
};

// `as_raw`: stop behind the IP header.
ReadPacket ReadFrame(std::span<const uint8_t> frame, bool as_raw = false);

// The packet that an ICMP error quotes: cut, its checksums not to be had.
ReadPacket ReadQuoted(std::span<const uint8_t> packet);

}  // namespace nut::packets
