#include "tools/packets/segment_text.h"

#include <fmt/format.h>

#include "tools/packets/names.h"
#include "tools/packets/tcp_bits.h"

namespace nut::packets {
namespace {

std::string NumberText(const std::optional<uint32_t>& number) {
  return number ? std::to_string(*number) : "*";
}

void AppendField(std::string& fields, const std::string& field) {
  if (!fields.empty()) fields += ", ";
  fields += field;
}

// "ip(ttl 1, df) ", or nothing.
std::string PrintIp(const Packet& packet) {
  const IpPart& ip = packet.ip;
  std::string fields;
  if (packet.protocol == Protocol::kRaw && ip.protocol)
    AppendField(fields, fmt::format("proto {}", *ip.protocol));
  if (ip.ttl && *ip.ttl != 64) AppendField(fields, fmt::format("ttl {}", *ip.ttl));
  if (ip.tos && *ip.tos != 0) AppendField(fields, fmt::format("tos {}", *ip.tos));
  if (ip.offset && *ip.offset != 0) AppendField(fields, fmt::format("offset {}", *ip.offset));
  if (ip.more_fragments.value_or(false)) AppendField(fields, "mf");
  if (ip.options && !ip.options->empty()) AppendField(fields, "options " + PrintHex(*ip.options));
  return fields.empty() ? "" : "ip(" + fields + ") ";
}

bool IsPattern(const Bytes& payload, uint32_t first) {
  for (size_t at = 0; at < payload.size(); ++at) {
    if (payload[at] != PatternAt(first + static_cast<uint32_t>(at))) return false;
  }
  return true;
}

// " "text"" where the text is neither the pattern nor unknown.
std::string PrintPayload(const Packet& packet, uint32_t first) {
  if (!packet.payload || packet.payload->empty() || IsPattern(*packet.payload, first)) return "";
  const Bytes& payload = *packet.payload;
  std::string text = "\"";
  for (const uint8_t octet : payload) {
    if (octet == '"' || octet == '\\') {
      text += '\\';
      text += static_cast<char>(octet);
    } else if (octet == '\r' || octet == '\n') {
      text += octet == '\r' ? "\\r" : "\\n";
    } else if (octet < 0x20 || octet >= 0x7f) {
      return " hex " + PrintHex(payload);
    } else {
      text += static_cast<char>(octet);
    }
  }
  return " " + text + "\"";
}

std::string PrintTcp(const Packet& packet) {
  const TcpPart& tcp = packet.tcp;
  std::string text;
  if (tcp.flags) text += PrintFlags(*tcp.flags) + " ";
  const uint32_t length = static_cast<uint32_t>(packet.payload_size.value_or(0));
  if (tcp.sequence) {
    text += fmt::format("{}:{}({})", *tcp.sequence, *tcp.sequence + length, length);
  } else {
    text += "*";
  }
  if (tcp.ack && (tcp.flags.value_or(kAck) & kAck) != 0) text += fmt::format(" ack {}", *tcp.ack);
  if (tcp.window) text += fmt::format(" win {}", *tcp.window);
  if (tcp.urgent && (tcp.flags.value_or(0) & kUrg) != 0) text += fmt::format(" urg {}", *tcp.urgent);
  if (!tcp.options.empty()) {
    text += " <";
    for (const TcpOptionText& option : tcp.options) {
      if (&option != &tcp.options.front()) text += ",";
      text += PrintOption(option);
    }
    text += ">";
  }
  return text + PrintPayload(packet, tcp.sequence.value_or(0));
}

std::string PrintIcmp(const Packet& packet) {
  const IcmpPart& icmp = packet.icmp;
  std::string text = fmt::format("icmp type {} code {}", icmp.type.value_or(0), icmp.code.value_or(0));
  for (const IcmpName& known : kIcmpNames) {
    if (known.type == icmp.type && known.code == icmp.code) {
      text = fmt::format("icmp {}{}{}", known.type_name, known.code_name.empty() ? "" : " ", known.code_name);
      break;
    }
  }
  const uint32_t rest = icmp.rest.value_or(0);
  if (icmp.type == 0u || icmp.type == 8u) {
    text += fmt::format(" id {} seq {}", rest >> 16, rest & 0xffff);
  } else if (icmp.type == 3u && icmp.code == 4u) {
    text += fmt::format(" mtu {}", rest);
  } else if (icmp.type == 5u) {
    text += " gateway " + wire::Ipv4Address(rest).ToText();
  } else if (icmp.type == 12u) {
    text += fmt::format(" at {}", rest >> 24);
  } else if (rest != 0) {
    text += fmt::format(" rest {}", rest);
  }
  if (packet.quoted) return text + fmt::format(" [{}]", PrintPacket(*packet.quoted));
  return text + fmt::format(" ({})", packet.payload_size.value_or(0)) + PrintPayload(packet, 0);
}

std::string PrintArp(const ArpPart& arp) {
  const auto address = [](const auto& value) { return value ? value->ToText() : "*"; };
  if (arp.operation == 1u) {
    return fmt::format("arp who-has {} tell {}", address(arp.target_ip), address(arp.sender_ip));
  }
  if (arp.operation == 2u)
    return fmt::format("arp reply {} is-at {}", address(arp.sender_ip), address(arp.sender_mac));
  return fmt::format("arp operation {}", arp.operation.value_or(0));
}

std::string PrintIgmp(const IgmpPart& igmp) {
  std::string text = fmt::format("igmp type {}", igmp.type.value_or(0));
  for (const IgmpName& known : kIgmpNames) {
    if (known.type == igmp.type) text = fmt::format("igmp {}", known.name);
  }
  if (igmp.group) text += " group " + igmp.group->ToText();
  if (igmp.max_response.value_or(0) != 0) text += fmt::format(" max {}", *igmp.max_response);
  return text;
}

}  // namespace

std::string PrintHex(const Bytes& bytes) {
  std::string text;
  for (const uint8_t octet : bytes) text += fmt::format("{:02x}", octet);
  return text;
}

std::string PrintFlags(uint8_t flags) {
  // The order that tcpdump and packetdrill have: the acknowledgement's dot last.
  std::string text;
  for (size_t bit = 0; bit < kTcpFlagLetters.size(); ++bit) {
    if ((flags & 1u << bit) != 0 && kTcpFlagLetters[bit] != '.') text += kTcpFlagLetters[bit];
  }
  if ((flags & kAck) != 0) text += '.';
  return text.empty() ? "-" : text;
}

std::string PrintOption(const TcpOptionText& option) {
  using Kind = TcpOptionText::Kind;
  switch (option.kind) {
    case Kind::kMss: return "mss " + NumberText(option.first);
    case Kind::kWindowScale: return "wscale " + NumberText(option.first);
    case Kind::kSackPermitted: return "sackOK";
    case Kind::kTimestamps:
      return fmt::format("ts {} {}", NumberText(option.first), NumberText(option.second));
    case Kind::kNop: return "nop";
    case Kind::kEnd: return "eol";
    case Kind::kRaw: return "raw " + PrintHex(option.bytes);
    case Kind::kOther:
      return fmt::format("opt {}{}{}", option.number, option.bytes.empty() ? "" : " ",
                         PrintHex(option.bytes));
    case Kind::kSack: break;
  }
  std::string text = "sack";
  for (const auto& [left, right] : option.blocks) text += fmt::format(" {}:{}", left, right);
  return text;
}

std::string PrintPacket(const Packet& packet) {
  const std::string ip = PrintIp(packet);
  switch (packet.protocol) {
    case Protocol::kTcp: return ip + PrintTcp(packet);
    case Protocol::kUdp:
      return ip +
             fmt::format("udp {} > {} ({})", packet.udp.source.value_or(0),
                         packet.udp.destination.value_or(0), packet.payload_size.value_or(0)) +
             PrintPayload(packet, 0);
    case Protocol::kIcmp: return ip + PrintIcmp(packet);
    case Protocol::kIgmp: return ip + PrintIgmp(packet.igmp);
    case Protocol::kArp: return PrintArp(packet.arp);
    case Protocol::kRaw: return ip + fmt::format("raw ({})", packet.payload_size.value_or(0));
    case Protocol::kAnything: break;
  }
  return "...";
}

}  // namespace nut::packets
