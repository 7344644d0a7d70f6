#include "tools/tracecheck/packet.h"

#include <fmt/format.h>
#include <tins/ip.h>
#include <tins/ipv6.h>
#include <tins/rawpdu.h>
#include <tins/tcp.h>

#include <algorithm>

#include "tools/tracecheck/checksum.h"
#include "tools/tracecheck/link_header.h"

namespace nut::tracecheck {
namespace {

constexpr uint8_t kTcpProtocol = 6;

// What the comments of our own captures say (stack/link/capture_device.h): losses of the impairment begin
// with its name, frames that the host let go below TCP with that of the layer; everything else that was said
// about a frame makes its fate uncertain.
Fate FateOf(const Record& record) {
  const std::string& comment = record.comment;
  if (comment.empty()) return Fate::kUnknown;
  for (const char* lost :
       {"impair: loss", "impair: burst loss", "impair: queue full", "ethernet: ", "ip: "}) {
    if (comment.find(lost) != std::string::npos) return Fate::kLost;
  }
  // Delayed, reordered and duplicated frames do arrive; what TCP dropped may still have been heard in part.
  for (const char* changed : {"corrupt", "truncate", "tcp: "}) {
    if (comment.find(changed) != std::string::npos) return Fate::kUncertain;
  }
  return comment.starts_with("impair: ") ? Fate::kUnknown : Fate::kUncertain;
}

uint16_t Get16(const uint8_t* bytes) { return static_cast<uint16_t>(bytes[0] << 8 | bytes[1]); }
uint32_t Get32(const uint8_t* bytes) { return uint32_t{Get16(bytes)} << 16 | Get16(bytes + 2); }

void TakeOption(const Tins::TCP::option& option, TcpOptions& options) {
  const uint8_t* const data = option.data_ptr();
  const size_t size = option.data_size();
  const auto needs = [&](size_t expected, std::string_view name) {
    if (size == expected) return true;
    options.fault = fmt::format("the {} option has length {}, not {}", name, size + 2, expected + 2);
    return false;
  };
  switch (option.option()) {
    case Tins::TCP::MSS:
      if (needs(2, "MSS")) options.mss = Get16(data);
      break;
    case Tins::TCP::WSCALE:
      if (needs(1, "window scale")) options.window_scale = data[0];
      break;
    case Tins::TCP::SACK_OK:
      if (needs(0, "SACK-permitted")) options.sack_permitted = true;
      break;
    case Tins::TCP::TSOPT:
      if (needs(8, "timestamps")) options.timestamps = {Get32(data), Get32(data + 4)};
      break;
    case Tins::TCP::SACK:
      if (size == 0 || size % 8 != 0) {
        options.fault = fmt::format("the SACK option has length {}", size + 2);
        break;
      }
      for (size_t i = 0; i < size; i += 8) options.sack.emplace_back(Get32(data + i), Get32(data + i + 4));
      break;
    default: break;
  }
}

// RFC 9293 MUST-69: what follows the end of options is zero.
bool PaddingIsZero(const uint8_t* options, size_t size) {
  for (size_t at = 0; at < size;) {
    if (options[at] == 0) return std::all_of(options + at, options + size, [](uint8_t b) { return b == 0; });
    if (options[at] == 1) {
      ++at;
    } else if (at + 1 < size && options[at + 1] >= 2) {
      at += options[at + 1];
    } else {
      return true;  // malformed, which another rule says
    }
  }
  return true;
}

void TakeTcp(const Tins::TCP& tcp, Packet& packet) {
  packet.source.port = tcp.sport();
  packet.destination.port = tcp.dport();
  packet.sequence = tcp.seq();
  packet.acknowledgement = tcp.ack_seq();
  packet.window = tcp.window();
  packet.urgent = tcp.urg_ptr();
  packet.header_size = size_t{tcp.data_offset()} * 4;
  packet.fin = tcp.get_flag(Tins::TCP::FIN) != 0;
  packet.syn = tcp.get_flag(Tins::TCP::SYN) != 0;
  packet.rst = tcp.get_flag(Tins::TCP::RST) != 0;
  packet.psh = tcp.get_flag(Tins::TCP::PSH) != 0;
  packet.ack = tcp.get_flag(Tins::TCP::ACK) != 0;
  packet.urg = tcp.get_flag(Tins::TCP::URG) != 0;
  packet.ece = tcp.get_flag(Tins::TCP::ECE) != 0;
  packet.cwr = tcp.get_flag(Tins::TCP::CWR) != 0;
  for (const Tins::TCP::option& option : tcp.options()) TakeOption(option, packet.options);
  if (const auto* raw = tcp.find_pdu<Tins::RawPDU>()) packet.text = raw->payload();
}

// The addresses and the length, from libtins' view of either version; gives TCP's place behind the IP header.
struct IpHeader {
  size_t size;
  size_t total;
  const Tins::TCP* tcp;
};

IpHeader TakeIpv4(const Tins::IP& ip, size_t there, Packet& packet) {
  const uint32_t source = ip.src_addr(), destination = ip.dst_addr();
  packet.source.address = Address::FromIpv4(reinterpret_cast<const uint8_t*>(&source));
  packet.destination.address = Address::FromIpv4(reinterpret_cast<const uint8_t*>(&destination));
  packet.ip_id = ip.id();
  packet.ttl = ip.ttl();
  packet.ecn = ip.tos() & 3;
  const unsigned flags = static_cast<unsigned>(ip.flags());
  packet.dont_fragment = (flags & Tins::IP::DONT_FRAGMENT) != 0;
  packet.ip_reserved_bit = (flags & Tins::IP::FLAG_RESERVED) != 0;
  // A super-segment may be longer than the field can say, and then has 0.
  const size_t total = ip.tot_len() != 0 ? ip.tot_len() : there;
  return {size_t{ip.head_len()} * 4, total, ip.is_fragmented() ? nullptr : ip.find_pdu<Tins::TCP>()};
}

IpHeader TakeIpv6(const Tins::IPv6& ip, size_t there, Packet& packet) {
  const auto source = ip.src_addr(), destination = ip.dst_addr();
  std::copy(source.begin(), source.end(), packet.source.address.bytes.begin());
  std::copy(destination.begin(), destination.end(), packet.destination.address.bytes.begin());
  packet.ttl = ip.hop_limit();
  packet.ecn = ip.traffic_class() & 3;
  packet.dont_fragment = true;
  const size_t total = ip.payload_length() != 0 ? size_t{ip.payload_length()} + 40 : there;
  const auto* const tcp = ip.find_pdu<Tins::TCP>();
  // Extension headers are counted by what is left in front of TCP.
  size_t behind = 0;
  for (const Tins::PDU* pdu = tcp; pdu != nullptr; pdu = pdu->inner_pdu()) behind += pdu->header_size();
  const bool cut = there < total;
  return {cut || behind > total ? 40 : total - behind, total, tcp};
}

// A packet that libtins cannot read may be one that was damaged on its way: then its checksums say so, as far
// as its lengths can be believed.
bool Damaged(const uint8_t* ip, size_t captured) {
  const size_t header = size_t{ip[0] & 0xfu} * 4;
  const size_t total = Get16(ip + 2);
  if (header < 20 || header + 20 > captured || Ipv4HeaderSum(ip, header) == Sum::kBad) return true;
  if (total < header + 20 || total > captured) return true;
  return TcpSum(Address::FromIpv4(ip + 12), Address::FromIpv4(ip + 16), ip + header, total - header) ==
         Sum::kBad;
}

}  // namespace

std::string Packet::Flags() const {
  std::string text;
  const auto add = [&](bool set, std::string_view name) {
    if (set) text += (text.empty() ? "" : ",") + std::string(name);
  };
  add(syn, "SYN");
  add(fin, "FIN");
  add(rst, "RST");
  add(psh, "PSH");
  add(ack, "ACK");
  add(urg, "URG");
  add(ece, "ECE");
  add(cwr, "CWR");
  return text.empty() ? "no flags" : text;
}

ParsedPacket ParsePacket(const Record& record) {
  const auto link = LinkHeader::Of(record);
  if (!link || record.bytes.size() <= link->size) return {};
  const uint8_t* const bytes = record.bytes.data() + link->size;
  const size_t captured = record.bytes.size() - link->size;
  const size_t there = record.original_size - std::min(record.original_size, link->size);
  Packet packet{.number = record.number,
                .time = record.time,
                .interface = record.interface,
                .direction = record.direction,
                .fate = FateOf(record)};
  const bool looks_like_tcp = link->version == 4 && captured >= 20 && bytes[9] == kTcpProtocol;
  try {
    IpHeader header{};
    std::optional<Tins::IP> ipv4;
    std::optional<Tins::IPv6> ipv6;
    if (link->version == 4) {
      header = TakeIpv4(ipv4.emplace(bytes, static_cast<uint32_t>(captured)), there, packet);
    } else {
      header = TakeIpv6(ipv6.emplace(bytes, static_cast<uint32_t>(captured)), there, packet);
    }
    if (header.tcp == nullptr) return {};
    TakeTcp(*header.tcp, packet);
    // A length that was damaged on the way.
    if (header.total < header.size + packet.header_size) return {};
    packet.ip_size = header.total;
    const uint8_t* const tcp = bytes + header.size;
    packet.reserved = (tcp[12] >> 1) & 7;
    packet.options.padding_is_zero = PaddingIsZero(tcp + 20, packet.header_size - 20);
    packet.text_size = header.total - std::min(header.total, header.size + packet.header_size);
    if (packet.text.size() > packet.text_size) packet.text.resize(packet.text_size);  // the link's padding
    if (link->version == 4) packet.ip_sum = Ipv4HeaderSum(bytes, header.size);
    packet.tcp_sum = captured >= header.total ? TcpSum(packet.source.address, packet.destination.address, tcp,
                                                       header.total - header.size)
                                              : Sum::kUnknown;
    return {.packet = std::move(packet), .fault = {}};
  } catch (const std::exception& error) {
    const bool whole = record.bytes.size() >= record.original_size;
    if (whole && looks_like_tcp && !Damaged(bytes, captured)) return {.packet = {}, .fault = error.what()};
    return {};
  }
}

}  // namespace nut::tracecheck
