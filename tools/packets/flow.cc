#include "tools/packets/flow.h"

#include "tools/packets/tcp_bits.h"

namespace nut::packets {

void Flow::Learn(const Packet& packet) {
  if ((*packet.tcp.flags & kSyn) != 0 && !node_isn) node_isn = packet.tcp.sequence;
  for (const TcpOptionText& option : packet.tcp.options) {
    if (option.kind == TcpOptionText::Kind::kTimestamps && !node_clock) node_clock = option.first;
  }
}

void MakeRelative(Packet& packet, const Bases& bases) {
  TcpPart& tcp = packet.tcp;
  if (tcp.sequence) *tcp.sequence -= bases.sequence;
  if (tcp.ack && (tcp.flags.value_or(kAck) & kAck) != 0) *tcp.ack -= bases.ack;
  for (TcpOptionText& option : tcp.options) {
    if (option.kind == TcpOptionText::Kind::kTimestamps) {
      // Nothing echoed yet is 0 on the wire and in scripts.
      *option.first -= bases.timestamp;
      if (*option.second != 0) *option.second -= bases.echo;
    }
    for (auto& [left, right] : option.blocks) {
      left -= bases.ack;
      right -= bases.ack;
    }
  }
}

}  // namespace nut::packets
