// Flow: one conversation between the scripted peer and the node, as scripts count it: the SYN of either side
// is 0, its first octet of text 1; the node's clock in timestamps starts at 0. Owned by the runner; lives as
// long as the script runs.
#pragma once

#include <optional>
#include <string>

#include "stack/wire/ipv4_address.h"
#include "tools/packets/packet.h"

namespace nut::packets {

// Where one direction's numbers start on the wire.
struct Bases {
  uint32_t sequence = 0, ack = 0;
  uint32_t timestamp = 0, echo = 0;
};

struct Flow {
  std::string name = "main";
  wire::Ipv4Address peer;
  uint16_t peer_port = 40000;
  wire::Ipv4Address node;
  std::optional<uint16_t> node_port;  // absent: the node has not chosen it yet
  // In front of 2^32, so that a script of some length crosses the wrap.
  uint32_t peer_isn = 0xffff'ff00;
  std::optional<uint32_t> node_isn;    // of the node's SYN
  std::optional<uint32_t> node_clock;  // its first TSval

  Bytes sent;              // the text that the node's application has handed over
  bool has_calls = false;  // there is such an application, and not a service of the node
  size_t received = 0;     // octets that the application has read
  bool spelled = false;    // the peer has sent text that is not the pattern

  // What the peer sends, and what the node sends.
  Bases peer_bases() const { return {peer_isn, node_isn.value_or(0), 0, node_clock.value_or(0)}; }
  Bases node_bases() const { return {node_isn.value_or(0), peer_isn, node_clock.value_or(0), 0}; }

  // Learns the node's numbers from a segment that it sent (absolute).
  void Learn(const Packet& packet);
};

// Absolute numbers become relative ones.
void MakeRelative(Packet& packet, const Bases& bases);

}  // namespace nut::packets
