#include "tools/packets/matcher.h"

#include <fmt/format.h>

#include <algorithm>

#include "tools/packets/segment_text.h"
#include "tools/packets/tcp_bits.h"

namespace nut::packets {
namespace {

using Differences = std::vector<Difference>;
using Option = TcpOptionText;

std::string TextOf(const wire::Ipv4Address& address) { return address.ToText(); }
std::string TextOf(const wire::MacAddress& address) { return address.ToText(); }
std::string TextOf(uint64_t number) { return std::to_string(number); }

// Where the script says something, it has to be so.
template <typename T, typename U>
void Field(Differences& differences, std::string_view what, const std::optional<T>& expected,
           const std::optional<U>& got) {
  if (!expected || (got && *expected == *got)) return;
  differences.push_back({std::string(what), TextOf(*expected), got ? TextOf(*got) : "nothing"});
}

void Truth(Differences& differences, std::string_view what, const std::optional<bool>& expected,
           const std::optional<bool>& got) {
  if (!expected || expected == got) return;
  differences.push_back({std::string(what), *expected ? "set" : "not set", *expected ? "not set" : "set"});
}

bool Fits(const std::optional<uint32_t>& expected, const std::optional<uint32_t>& got) {
  return !expected || expected == got;
}

bool Fits(const Option& expected, const Option& got) {
  return expected.kind == got.kind && Fits(expected.first, got.first) && Fits(expected.second, got.second) &&
         expected.blocks == got.blocks && expected.number == got.number && expected.bytes == got.bytes;
}

bool IsFiller(const Option& option) {
  return option.kind == Option::Kind::kNop || option.kind == Option::Kind::kEnd;
}

std::string ListText(const std::vector<Option>& options, bool open) {
  std::string text = "<";
  for (const Option& option : options) text += (text.size() > 1 ? "," : "") + PrintOption(option);
  if (open) text += text.size() > 1 ? ",..." : "...";
  return text + ">";
}

// A script that writes nop or eol means the exact order; others only what is there.
void CompareOptions(Differences& differences, const TcpPart& expected, const TcpPart& got) {
  const bool exact = std::ranges::any_of(expected.options, IsFiller);
  bool equal = true;
  if (exact) {
    equal = expected.options_open ? expected.options.size() <= got.options.size()
                                  : expected.options.size() == got.options.size();
    for (size_t i = 0; equal && i < expected.options.size(); ++i) {
      equal = Fits(expected.options[i], got.options[i]);
    }
  } else {
    std::vector<Option> left;
    std::ranges::copy_if(got.options, std::back_inserter(left), [](const Option& o) { return !IsFiller(o); });
    for (const Option& wanted : expected.options) {
      const auto found = std::ranges::find_if(left, [&](const Option& o) { return Fits(wanted, o); });
      equal = equal && found != left.end();
      if (found != left.end()) left.erase(found);
    }
    equal = equal && (expected.options_open || left.empty());
  }
  if (equal) return;
  differences.push_back(
      {"options", ListText(expected.options, expected.options_open), ListText(got.options, false)});
}

void CompareTcp(Differences& differences, const TcpPart& expected, const TcpPart& got, bool quoted) {
  if (expected.flags && expected.flags != got.flags) {
    differences.push_back({"flags", PrintFlags(*expected.flags), PrintFlags(got.flags.value_or(0))});
  }
  Field(differences, "sequence number", expected.sequence, got.sequence);
  Field(differences, "acknowledgement", expected.ack, got.ack);
  Field(differences, "window", expected.window, got.window);
  Field(differences, "urgent pointer", expected.urgent, got.urgent);
  Field(differences, "data offset", expected.header_words, got.header_words);
  Field(differences, "reserved bits", expected.reserved, got.reserved);
  if (!quoted) CompareOptions(differences, expected, got);
}

void CompareIp(Differences& differences, const IpPart& expected, const IpPart& got) {
  Field(differences, "source", expected.source, got.source);
  Field(differences, "destination", expected.destination, got.destination);
  Field(differences, "TTL", expected.ttl, got.ttl);
  Field(differences, "TOS", expected.tos, got.tos);
  Field(differences, "identification", expected.id, got.id);
  Field(differences, "protocol", expected.protocol, got.protocol);
  Field(differences, "fragment offset", expected.offset, got.offset);
  Field(differences, "total length", expected.length, got.length);
  Field(differences, "header length", expected.header_words, got.header_words);
  Truth(differences, "don't fragment", expected.dont_fragment, got.dont_fragment);
  Truth(differences, "more fragments", expected.more_fragments, got.more_fragments);
  if (expected.options && expected.options != got.options) {
    differences.push_back(
        {"IP options", PrintHex(*expected.options), PrintHex(got.options.value_or(Bytes{}))});
  }
}

// The octets that should be in the packet, as far as anybody knows.
std::optional<Bytes> ExpectedPayload(const Packet& expected, const Packet& got, const Flow* flow) {
  if (expected.any_payload) return std::nullopt;
  if (expected.payload) return expected.payload;
  const size_t size = got.payload_size.value_or(0);
  if (expected.protocol == Protocol::kTcp) {
    if (flow == nullptr || !flow->has_calls || size == 0) return std::nullopt;
    // Its first octet of text has number 1; what lies beyond the text was never sent by anybody.
    const uint32_t first = *got.tcp.sequence - 1;
    Bytes text;
    for (size_t at = first; at < std::min<size_t>(size_t{first} + size, flow->sent.size()); ++at) {
      text.push_back(flow->sent[at]);
    }
    return text;
  }
  if (expected.protocol == Protocol::kRaw || !expected.payload_size || expected.quoted) return std::nullopt;
  Bytes pattern(*expected.payload_size);
  for (size_t at = 0; at < pattern.size(); ++at) pattern[at] = PatternAt(static_cast<uint32_t>(at));
  return pattern;
}

void ComparePayload(Differences& differences, const Packet& expected, const Packet& got, const Flow* flow) {
  Field(differences, "length of text", expected.payload_size, got.payload_size);
  if (expected.payload_size && expected.payload_size != got.payload_size) return;
  const auto wanted = ExpectedPayload(expected, got, flow);
  if (!wanted || !got.payload || *wanted == *got.payload) return;
  const auto [left, right] = std::ranges::mismatch(*wanted, *got.payload);
  const auto describe = [](auto at, const Bytes& all) {
    return at == all.end() ? "the end" : fmt::format("{:02x}", *at);
  };
  differences.push_back({fmt::format("octet {} of the text", left - wanted->begin()), describe(left, *wanted),
                         describe(right, *got.payload)});
}

std::string_view NameOf(Protocol protocol) {
  constexpr std::string_view kNames[] = {"tcp", "udp", "icmp", "igmp", "arp", "raw", "anything"};
  return kNames[static_cast<size_t>(protocol)];
}

void CompareAll(Differences& differences, const Packet& expected, const Packet& got, const Flow* flow,
                bool quoted) {
  if (expected.protocol != got.protocol) {
    differences.push_back(
        {"protocol", std::string(NameOf(expected.protocol)), std::string(NameOf(got.protocol))});
    return;
  }
  Field(differences, "Ethernet source", expected.ethernet.source, got.ethernet.source);
  Field(differences, "Ethernet destination", expected.ethernet.destination, got.ethernet.destination);
  CompareIp(differences, expected.ip, got.ip);
  switch (expected.protocol) {
    case Protocol::kTcp: CompareTcp(differences, expected.tcp, got.tcp, quoted); break;
    case Protocol::kUdp:
      Field(differences, "source port", expected.udp.source, got.udp.source);
      Field(differences, "destination port", expected.udp.destination, got.udp.destination);
      Field(differences, "UDP length", expected.udp.length, got.udp.length);
      if (expected.udp.no_checksum && !got.udp.no_checksum) {
        differences.push_back({"checksum", "none", "there is one"});
      }
      break;
    case Protocol::kIcmp:
      Field(differences, "ICMP type", expected.icmp.type, got.icmp.type);
      Field(differences, "ICMP code", expected.icmp.code, got.icmp.code);
      Field(differences, "ICMP second word", expected.icmp.rest, got.icmp.rest);
      if (expected.quoted && !got.quoted) {
        differences.push_back({"quoted packet", PrintPacket(*expected.quoted), "none"});
      } else if (expected.quoted) {
        Differences inner;
        CompareAll(inner, *expected.quoted, *got.quoted, nullptr, true);
        for (Difference& one : inner) differences.push_back({"quoted " + one.what, one.expected, one.got});
      }
      if (expected.quoted_size) {
        Field(differences, "quoted octets", expected.quoted_size, got.quoted_size);
      }
      break;
    case Protocol::kIgmp:
      Field(differences, "IGMP type", expected.igmp.type, got.igmp.type);
      Field(differences, "group", expected.igmp.group, got.igmp.group);
      Field(differences, "time", expected.igmp.max_response, got.igmp.max_response);
      break;
    case Protocol::kArp:
      Field(differences, "operation", expected.arp.operation, got.arp.operation);
      Field(differences, "sender's MAC", expected.arp.sender_mac, got.arp.sender_mac);
      Field(differences, "sender's address", expected.arp.sender_ip, got.arp.sender_ip);
      Field(differences, "target's MAC", expected.arp.target_mac, got.arp.target_mac);
      Field(differences, "target's address", expected.arp.target_ip, got.arp.target_ip);
      break;
    case Protocol::kRaw:
    case Protocol::kAnything: break;
  }
  if (!quoted) ComparePayload(differences, expected, got, flow);
}

}  // namespace

Differences Compare(const Packet& expected, const Packet& got, const Flow* flow) {
  Differences differences;
  if (expected.protocol != Protocol::kAnything) CompareAll(differences, expected, got, flow, false);
  return differences;
}

}  // namespace nut::packets
