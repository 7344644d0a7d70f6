// FlowBook: where the numbers of every connection of a scene begin, learned from what passes the wire, so
// that a transcript shows small relative ones: either side's SYN is 0, its first timestamp 0. Owned by the
// stage.
#pragma once

#include <map>

#include "tools/packets/flow.h"
#include "tools/packets/frame_reader.h"

namespace nut::transcripts {

// Who plays: "a" has the lower address, always; "b" or the peer the other one.
inline constexpr wire::Ipv4Address kAddressA(198, 19, 0, 10);
inline constexpr wire::Ipv4Address kAddressOther(198, 19, 0, 20);

class FlowBook {
 public:
  // `scripted_peer`: the numbers of the higher address are given and not learned.
  explicit FlowBook(bool scripted_peer) : scripted_peer_(scripted_peer) {}

  // One direction of a connection.
  struct Side {
    std::optional<uint32_t> isn, clock;
  };
  struct Entry {
    size_t number = 0;  // in the order of appearance, from 1
    Side sides[2];      // of the station with the lower address, and of the other one
  };

  // The scripted peer has sent it.
  bool IsOfPeer(const packets::Packet& packet) const;
  void Clear() { flows_.clear(); }
  // Learns from a segment, and makes the numbers of `packet` relative. Says which flow it is of.
  size_t MakeRelative(packets::ReadPacket& read);
  // The same for a segment that an ICMP error quotes; nothing is learned from it.
  void MakeQuoteRelative(packets::Packet& quoted, uint16_t source_port, uint16_t destination_port) const;
  // What a scripted peer of `peer_port` has to add when it speaks to `node_port`.
  packets::Bases PeerBases(uint16_t node_port, uint16_t peer_port) const;
  // Before the peer's first segment. A second call begins another connection of the same ends.
  void SetPeerIsn(uint16_t node_port, uint16_t peer_port, uint32_t isn);
  // The latest one that the node has opened; 0 without.
  uint16_t latest_node_port() const { return latest_node_port_; }
  // For what the engine tells of connections.
  const Entry* Find(uint16_t low_port, uint16_t high_port) const;

 private:
  using Key = std::pair<uint16_t, uint16_t>;  // ports of the lower address and of the higher
  Entry& Enter(const Key& key);
  static void Learn(Side& side, const packets::Packet& packet);

  const bool scripted_peer_;
  std::map<Key, Entry> flows_;
  uint16_t latest_node_port_ = 0;
};

}  // namespace nut::transcripts
