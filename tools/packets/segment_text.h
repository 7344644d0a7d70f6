// Packets as a script writes them: what the node sent, in messages, and whole scripts made from captures.
// What is printed can be parsed again (parser.h) into the same packet. Numbers are printed as they are: make
// them relative first. Pure.
#pragma once

#include <string>

#include "tools/packets/packet.h"

namespace nut::packets {

// Without the `<` or `>` in front: "P. 1:1001(1000) ack 1 win 65535 <nop,nop,ts 3 1>". IP fields are shown
// where they are not the usual ones.
std::string PrintPacket(const Packet& packet);

std::string PrintFlags(uint8_t flags);
std::string PrintOption(const TcpOptionText& option);
std::string PrintHex(const Bytes& bytes);

}  // namespace nut::packets
