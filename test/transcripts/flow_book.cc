#include "test/transcripts/flow_book.h"

#include "tools/packets/tcp_bits.h"

namespace nut::transcripts {

using packets::Bases;

FlowBook::Entry& FlowBook::Enter(const Key& key) {
  Entry& entry = flows_[key];
  if (entry.number == 0) entry.number = flows_.size();
  return entry;
}

const FlowBook::Entry* FlowBook::Find(uint16_t low_port, uint16_t high_port) const {
  const auto found = flows_.find({low_port, high_port});
  return found == flows_.end() ? nullptr : &found->second;
}

void FlowBook::Learn(Side& side, const packets::Packet& packet) {
  const bool syn = (packet.tcp.flags.value_or(0) & packets::kSyn) != 0;
  if (syn && side.isn != packet.tcp.sequence) side = {.isn = packet.tcp.sequence, .clock = {}};
  for (const packets::TcpOptionText& option : packet.tcp.options) {
    if (option.kind == packets::TcpOptionText::Kind::kTimestamps && !side.clock) side.clock = option.first;
  }
}

bool FlowBook::IsOfPeer(const packets::Packet& packet) const {
  return scripted_peer_ && packet.ip.source == kAddressOther;
}

size_t FlowBook::MakeRelative(packets::ReadPacket& read) {
  packets::Packet& packet = read.packet;
  const bool from_low = packet.ip.source == kAddressA;
  const Key key =
      from_low ? Key(read.source_port, read.destination_port) : Key(read.destination_port, read.source_port);
  Entry& entry = Enter(key);
  Side& from = entry.sides[from_low ? 0 : 1];
  const Side& to = entry.sides[from_low ? 1 : 0];
  // A peer's numbers are known beforehand: what it says in the disguise of a SYN changes nothing.
  if (from_low || !scripted_peer_) Learn(from, packet);
  if (from_low && (packet.tcp.flags.value_or(0) & packets::kSyn) != 0) latest_node_port_ = read.source_port;
  packets::MakeRelative(
      packet, {from.isn.value_or(0), to.isn.value_or(0), from.clock.value_or(0), to.clock.value_or(0)});
  return entry.number;
}

void FlowBook::MakeQuoteRelative(packets::Packet& quoted, uint16_t source_port,
                                 uint16_t destination_port) const {
  const bool from_low = quoted.ip.source == kAddressA;
  const Entry* entry = from_low ? Find(source_port, destination_port) : Find(destination_port, source_port);
  if (entry == nullptr) return;
  const Side& from = entry->sides[from_low ? 0 : 1];
  const Side& to = entry->sides[from_low ? 1 : 0];
  packets::MakeRelative(quoted, {from.isn.value_or(0), to.isn.value_or(0), 0, 0});
}

Bases FlowBook::PeerBases(uint16_t node_port, uint16_t peer_port) const {
  const Entry* entry = Find(node_port, peer_port);
  if (entry == nullptr) return {};
  const auto& [node, peer] = entry->sides;
  return {peer.isn.value_or(0), node.isn.value_or(0), 0, node.clock.value_or(0)};
}

void FlowBook::SetPeerIsn(uint16_t node_port, uint16_t peer_port, uint32_t isn) {
  Enter({node_port, peer_port}).sides[1] = {.isn = isn, .clock = 0};
}

}  // namespace nut::transcripts
