#include "test/transcripts/frame_line.h"

#include <fmt/format.h>

#include "stack/wire/ecn.h"
#include "test/transcripts/transcript.h"
#include "tools/packets/segment_text.h"
#include "tools/packets/tcp_bits.h"

namespace nut::transcripts {
namespace {

using packets::Packet;
using packets::Protocol;

constexpr size_t kSpelled = 16;

// Takes text out that needs no spelling; gives a digest of what is too long for it.
std::string TakeText(Packet& packet) {
  if (!packet.payload || packet.payload->empty()) return "";
  const uint32_t first = *packet.tcp.sequence + ((*packet.tcp.flags & packets::kSyn) != 0 ? 1 : 0);
  bool pattern = true;
  for (size_t at = 0; at < packet.payload->size() && pattern; ++at) {
    pattern = (*packet.payload)[at] == packets::PatternAt(first + static_cast<uint32_t>(at));
  }
  if (!pattern && packet.payload->size() <= kSpelled) return "";
  const std::string octets(packet.payload->begin(), packet.payload->end());
  packet.payload.reset();
  return pattern ? "" : fmt::format(" digest {:08x}", Digest(octets));
}

// Its ECN codepoint, and whether it may be cut on its way (which a scripted peer's may).
std::string IpText(Packet& packet, bool by_peer) {
  constexpr std::string_view kCodepoints[] = {"", "[ect1] ", "[ect0] ", "[ce] "};
  std::string text(kCodepoints[*packet.ip.tos & wire::kEcnMask]);
  packet.ip.tos = *packet.ip.tos & ~uint32_t{wire::kEcnMask};
  if (!by_peer && !packet.ip.dont_fragment.value_or(true)) text += "nodf ";
  return text;
}

}  // namespace

std::optional<std::string> FrameLine(ByteView frame, FlowBook& flows, bool unfinished) {
  packets::ReadPacket read = packets::ReadFrame(frame);
  Packet& packet = read.packet;
  if (packet.protocol != Protocol::kTcp && packet.protocol != Protocol::kIcmp) return std::nullopt;
  std::string line = IpText(packet, flows.IsOfPeer(packet)), behind;
  if (packet.protocol == Protocol::kTcp) {
    const size_t flow = flows.MakeRelative(read);
    if (flow != 1) line = fmt::format("#{} {}", flow, line);
    behind = TakeText(packet);
  } else if (packet.quoted && packet.quoted->protocol == Protocol::kTcp && packet.quoted->tcp.sequence) {
    const packets::ReadPacket quoted = packets::ReadQuoted(*packet.payload);
    flows.MakeQuoteRelative(*packet.quoted, quoted.source_port, quoted.destination_port);
    packet.quoted->payload_size = 0;
    packet.quoted->payload.reset();
  }
  line += packets::PrintPacket(packet) + behind;
  if (!read.fault.empty() && !unfinished) line += " (" + read.fault + ")";
  return line;
}

}  // namespace nut::transcripts
