// ParsePacket: the part of a line behind `<` and `>`.
#include <fmt/format.h>

#include "tools/packets/names.h"
#include "tools/packets/parser.h"
#include "tools/packets/tcp_option_parser.h"

namespace nut::packets {
namespace {

wire::Ipv4Address ParseAddress(Tokens& tokens) {
  const auto address = wire::Ipv4Address::FromText(tokens.Word("an address"));
  if (!address) tokens.Fail("this is no address");
  return *address;
}

wire::MacAddress ParseMac(Tokens& tokens) {
  const std::string word = tokens.Word("a MAC address");
  if (word == "broadcast") return wire::MacAddress::Broadcast();
  const auto mac = wire::MacAddress::FromText(word);
  if (!mac) tokens.Fail("this is no MAC address");
  return *mac;
}

// "(" field "," field … ")", each read by `take`, which gets its name.
template <typename Take>
void ParseFields(Tokens& tokens, Take take) {
  tokens.Expect("(");
  while (!tokens.Take(")")) {
    take(tokens.Word("a field"));
    if (!tokens.NextIs(")")) tokens.Expect(",");
  }
}

uint8_t EcnOf(const Tokens& tokens, std::string_view name) {
  constexpr std::string_view kNames[] = {"noecn", "ect1", "ect0", "ce"};
  for (uint8_t bits = 0; bits < 4; ++bits) {
    if (kNames[bits] == name) return bits;
  }
  tokens.Fail("ECN is noecn, ect0, ect1 or ce");
}

void ParseIpField(Tokens& tokens, const std::string& name, IpPart& ip) {
  if (name == "src") {
    ip.source = ParseAddress(tokens);
  } else if (name == "dst") {
    ip.destination = ParseAddress(tokens);
  } else if (name == "ttl") {
    ip.ttl = ParseNumber(tokens, name, 255);
  } else if (name == "tos") {
    ip.tos = ParseNumber(tokens, name, 255);
  } else if (name == "ecn") {
    ip.tos = EcnOf(tokens, tokens.Word("noecn, ect0, ect1 or ce"));
  } else if (name == "id") {
    ip.id = ParseNumber(tokens, name, 65535);
  } else if (name == "proto") {
    ip.protocol = ParseNumber(tokens, name, 255);
  } else if (name == "offset") {
    ip.offset = ParseNumber(tokens, name, 65528);
  } else if (name == "length") {
    ip.length = ParseNumber(tokens, name, 65535);
  } else if (name == "version") {
    ip.version = ParseNumber(tokens, name, 15);
  } else if (name == "ihl") {
    ip.header_words = ParseNumber(tokens, name, 15);
  } else if (name == "df" || name == "nodf") {
    ip.dont_fragment = name == "df";
  } else if (name == "mf" || name == "nomf") {
    ip.more_fragments = name == "mf";
  } else if (name == "options") {
    ip.options = tokens.Take("none") ? Bytes{} : BytesOf(tokens, tokens.Word("octets in hexadecimal"));
  } else if (name == "checksum") {
    tokens.Expect("bad");
    ip.checksum_error = 0x0001;
  } else {
    tokens.Fail(fmt::format("\"{}\" is no field of an IP header", name));
  }
}

void ParseEthernetField(Tokens& tokens, const std::string& name, EthernetPart& ethernet) {
  if (name == "src") {
    ethernet.source = ParseMac(tokens);
  } else if (name == "dst") {
    ethernet.destination = ParseMac(tokens);
  } else if (name == "type") {
    ethernet.type = static_cast<uint16_t>(ParseNumber(tokens, name, 65535));
  } else if (name == "pad") {
    ethernet.padding = ParseNumber(tokens, name, 1500);
  } else {
    tokens.Fail(fmt::format("\"{}\" is no field of an Ethernet header", name));
  }
}

// "1:1001" with "(1000)" behind, which may be left out; "*" for any.
void ParseSequence(Tokens& tokens, Packet& packet) {
  const std::string word = tokens.Word("a range such as 1:1001");
  if (word != "*") {
    const size_t colon = word.find(':');
    if (colon == word.npos) tokens.Fail(fmt::format("\"{}\" is no range such as 1:1001(1000)", word));
    const std::string first = word.substr(0, colon), last = word.substr(colon + 1);
    if (first != "*") packet.tcp.sequence = NumberOf(tokens, first, "a sequence number");
    if (last != "*") {
      const uint32_t end = NumberOf(tokens, last, "a sequence number");
      if (!packet.tcp.sequence) tokens.Fail("an end without a beginning");
      if (end - *packet.tcp.sequence > 65535) tokens.Fail("the range is longer than any segment");
      packet.payload_size = end - *packet.tcp.sequence;
    }
  }
  if (tokens.Take("(")) {
    const auto length = ParseNumberOrAny(tokens, "a length", 65535);
    if (length && packet.payload_size && *packet.payload_size != *length) {
      tokens.Fail("the range and its length contradict each other");
    }
    if (length) packet.payload_size = *length;
    tokens.Expect(")");
  }
}

uint8_t FlagsOf(const Tokens& tokens, std::string_view letters) {
  uint8_t flags = 0;
  if (letters == "-") return flags;
  for (const char letter : letters) {
    const size_t bit = kTcpFlagLetters.find(letter);
    if (bit == kTcpFlagLetters.npos) tokens.Fail(fmt::format("\"{}\" are no TCP flags", letters));
    flags = static_cast<uint8_t>(flags | 1u << bit);
  }
  return flags;
}

void SetPayload(Tokens& tokens, Packet& packet, Bytes payload) {
  if (packet.payload_size && *packet.payload_size != payload.size()) {
    tokens.Fail("the length and the text contradict each other");
  }
  packet.payload_size = payload.size();
  packet.payload = std::move(payload);
}

// What may stand behind any transport header.
bool ParsePayload(Tokens& tokens, Packet& packet) {
  if (const auto text = tokens.TakeText()) {
    SetPayload(tokens, packet, Bytes(text->begin(), text->end()));
  } else if (tokens.Take("hex")) {
    SetPayload(tokens, packet, BytesOf(tokens, tokens.Word("octets")));
  } else if (tokens.Take("any")) {
    packet.any_payload = true;
  } else if (tokens.Take("checksum")) {
    if (tokens.Take("none")) {
      packet.udp.no_checksum = true;
    } else {
      tokens.Expect("bad");
      packet.bad_checksum = true;
    }
  } else if (tokens.Take("(")) {
    const auto length = ParseNumberOrAny(tokens, "a length", 65535);
    if (length) packet.payload_size = *length;
    tokens.Expect(")");
  } else {
    return false;
  }
  return true;
}

void ParseTcp(Tokens& tokens, Packet& packet, bool quoted) {
  if (tokens.Take("[")) {  // packetdrill's [ect0] and the like
    packet.ip.tos = EcnOf(tokens, tokens.Word("noecn, ect0, ect1 or ce"));
    tokens.Expect("]");
  }
  if (!quoted || (tokens.Peek() != nullptr && tokens.Peek()->text.find(':') == std::string::npos)) {
    const std::string flags = tokens.Word("TCP flags");
    if (flags != "*") packet.tcp.flags = FlagsOf(tokens, flags);
  }
  ParseSequence(tokens, packet);
  while (!tokens.empty() && !tokens.NextIs("]") && !tokens.NextIs("fragment")) {
    if (tokens.Take("ack")) {
      packet.tcp.ack = ParseNumberOrAny(tokens, "an acknowledgement");
    } else if (tokens.Take("win")) {
      packet.tcp.window = ParseNumberOrAny(tokens, "a window", 65535);
    } else if (tokens.Take("urg")) {
      packet.tcp.urgent = ParseNumber(tokens, "an urgent pointer", 65535);
    } else if (tokens.Take("doff")) {
      packet.tcp.header_words = ParseNumber(tokens, "a data offset", 15);
    } else if (tokens.Take("reserved")) {
      packet.tcp.reserved = ParseNumber(tokens, "the reserved bits", 15);
    } else if (tokens.Take("<")) {
      ParseTcpOptions(tokens, packet.tcp);
    } else if (!ParsePayload(tokens, packet)) {
      tokens.Fail("this is nothing of a TCP segment");
    }
  }
}

void ParseUdp(Tokens& tokens, Packet& packet) {
  if (tokens.Peek() != nullptr && tokens.Peek()->kind == Token::Kind::kWord && tokens.Peek(1) != nullptr &&
      tokens.Peek(1)->text == ">") {
    if (const auto port = ParseNumberOrAny(tokens, "a port", 65535))
      packet.udp.source = static_cast<uint16_t>(*port);
    tokens.Expect(">");
    if (const auto port = ParseNumberOrAny(tokens, "a port", 65535)) {
      packet.udp.destination = static_cast<uint16_t>(*port);
    }
  }
  while (!tokens.empty() && !tokens.NextIs("]") && !tokens.NextIs("fragment")) {
    if (tokens.Take("length")) {
      packet.udp.length = static_cast<uint16_t>(ParseNumber(tokens, "a length", 65535));
    } else if (!ParsePayload(tokens, packet)) {
      tokens.Fail("this is nothing of a UDP datagram");
    }
  }
}

void ParseIcmpName(Tokens& tokens, IcmpPart& icmp) {
  const std::string name = tokens.Word("a kind of ICMP message");
  if (name == "type") {
    icmp.type = ParseNumber(tokens, "a type", 255);
    return;
  }
  bool found = false;
  for (const IcmpName& known : kIcmpNames) {
    if (known.type_name != name) continue;
    found = true;
    icmp.type = known.type;
    if (known.code_name.empty()) icmp.code = known.code;
    if (!known.code_name.empty() && tokens.Take(known.code_name)) {
      icmp.code = known.code;
      return;
    }
  }
  if (!found) tokens.Fail(fmt::format("\"{}\" is no kind of ICMP message", name));
}

void ParseIcmp(Tokens& tokens, Packet& packet) {
  ParseIcmpName(tokens, packet.icmp);
  while (!tokens.empty() && !tokens.NextIs("]") && !tokens.NextIs("fragment")) {
    if (tokens.Take("code")) {
      packet.icmp.code = ParseNumber(tokens, "a code", 255);
    } else if (tokens.Take("mtu")) {
      packet.icmp.rest = ParseNumber(tokens, "an MTU", 65535);
    } else if (tokens.Take("gateway")) {
      packet.icmp.rest = ParseAddress(tokens).number();
    } else if (tokens.Take("at")) {  // the pointer of a parameter problem
      packet.icmp.rest = ParseNumber(tokens, "a pointer", 255) << 24;
    } else if (tokens.Take("rest")) {
      packet.icmp.rest = ParseNumber(tokens, "the second word");
    } else if (tokens.Take("id")) {
      packet.icmp.rest = (packet.icmp.rest.value_or(0) & 0xffff) | ParseNumber(tokens, "an identifier", 65535)
                                                                       << 16;
    } else if (tokens.Take("seq")) {
      packet.icmp.rest =
          (packet.icmp.rest.value_or(0) & 0xffff0000) | ParseNumber(tokens, "a sequence number", 65535);
    } else if (tokens.Take("quote")) {
      packet.quoted_size = ParseNumber(tokens, "a number of octets", 65535);
    } else if (tokens.Take("[")) {
      packet.quoted = std::make_shared<Packet>(ParsePacket(tokens, true));
      tokens.Expect("]");
    } else if (!ParsePayload(tokens, packet)) {
      tokens.Fail("this is nothing of an ICMP message");
    }
  }
}

void ParseIgmp(Tokens& tokens, Packet& packet) {
  const std::string name = tokens.Word("a kind of IGMP message");
  for (const IgmpName& known : kIgmpNames) {
    if (known.name == name) packet.igmp.type = known.type;
  }
  if (name == "type") packet.igmp.type = ParseNumber(tokens, "a type", 255);
  if (!packet.igmp.type) tokens.Fail(fmt::format("\"{}\" is no kind of IGMP message", name));
  while (!tokens.empty() && !tokens.NextIs("fragment")) {
    if (tokens.Take("group")) {
      packet.igmp.group = ParseAddress(tokens);
    } else if (tokens.Take("max")) {
      packet.igmp.max_response = ParseNumber(tokens, "a time in tenths of a second", 255);
    } else if (!ParsePayload(tokens, packet)) {
      tokens.Fail("this is nothing of an IGMP message");
    }
  }
}

// "who-has A tell B", "reply A is-at MAC", and fields for everything else.
void ParseArp(Tokens& tokens, ArpPart& arp) {
  if (tokens.Take("who-has")) {
    arp.operation = 1;
    arp.target_ip = ParseAddress(tokens);
    tokens.Expect("tell");
    arp.sender_ip = ParseAddress(tokens);
  } else if (tokens.Take("reply")) {
    arp.operation = 2;
    arp.sender_ip = ParseAddress(tokens);
    tokens.Expect("is-at");
    arp.sender_mac = ParseMac(tokens);
  } else {
    tokens.Expect("operation");
    arp.operation = ParseNumber(tokens, "an operation", 65535);
  }
  while (!tokens.empty()) {
    const std::string name = tokens.Word("a field");
    if (name == "sha") {
      arp.sender_mac = ParseMac(tokens);
    } else if (name == "spa") {
      arp.sender_ip = ParseAddress(tokens);
    } else if (name == "tha") {
      arp.target_mac = ParseMac(tokens);
    } else if (name == "tpa") {
      arp.target_ip = ParseAddress(tokens);
    } else {
      tokens.Fail(fmt::format("\"{}\" is no field of an ARP packet", name));
    }
  }
}

void ParseSlice(Tokens& tokens, Packet& packet) {
  std::string word = tokens.Word("a range such as 0:1480+");
  Packet::Slice slice;
  if (word.ends_with('+')) {
    slice.more = true;
    word.pop_back();
  }
  const size_t colon = word.find(':');
  if (colon == word.npos) tokens.Fail("a fragment is BEGIN:END, with + behind when more follow");
  slice.begin = NumberOf(tokens, word.substr(0, colon), "a place", 65535);
  slice.end = NumberOf(tokens, word.substr(colon + 1), "a place", 131072);
  if (slice.end < slice.begin) tokens.Fail("the fragment ends before it begins");
  if (tokens.Take("fill")) slice.fill = static_cast<uint8_t>(ParseNumber(tokens, "an octet", 255));
  packet.slice = slice;
}

}  // namespace

Packet ParsePacket(Tokens& tokens, bool quoted) {
  Packet packet;
  for (;;) {
    if (tokens.Take("ip")) {
      ParseFields(tokens, [&](const std::string& name) { ParseIpField(tokens, name, packet.ip); });
    } else if (tokens.Take("eth")) {
      ParseFields(tokens,
                  [&](const std::string& name) { ParseEthernetField(tokens, name, packet.ethernet); });
    } else {
      break;
    }
  }
  if (tokens.Take("...")) {
    packet.protocol = Protocol::kAnything;
  } else if (tokens.Take("udp")) {
    packet.protocol = Protocol::kUdp;
    ParseUdp(tokens, packet);
  } else if (tokens.Take("icmp")) {
    packet.protocol = Protocol::kIcmp;
    ParseIcmp(tokens, packet);
  } else if (tokens.Take("igmp")) {
    packet.protocol = Protocol::kIgmp;
    ParseIgmp(tokens, packet);
  } else if (tokens.Take("arp")) {
    packet.protocol = Protocol::kArp;
    ParseArp(tokens, packet.arp);
  } else if (tokens.Take("raw")) {
    packet.protocol = Protocol::kRaw;
    while (!tokens.empty() && !tokens.NextIs("]") && !tokens.NextIs("fragment")) {
      if (!ParsePayload(tokens, packet)) tokens.Fail("this is no payload");
    }
  } else {
    tokens.Take("tcp");
    ParseTcp(tokens, packet, quoted);
  }
  if (tokens.Take("fragment")) ParseSlice(tokens, packet);
  return packet;
}

}  // namespace nut::packets
