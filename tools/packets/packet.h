// Packet: one packet as a script speaks of it. The same fields serve three masters: a line `<`, where what is
// absent has its usual value; a line `>`, where what is absent may be anything; and what the node sent, where
// all is there. A plain value.
//
// Sequence numbers are relative to the flow's SYN in scripts, absolute in what was read from the wire (flow.h
// translates).
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"

namespace nut::packets {

using Bytes = std::vector<uint8_t>;

enum class Protocol : uint8_t { kTcp, kUdp, kIcmp, kIgmp, kArp, kRaw, kAnything };

// `eth(...)`.
struct EthernetPart {
  std::optional<wire::MacAddress> source, destination;
  std::optional<uint16_t> type;
  size_t padding = 0;  // octets behind the packet
};

// `ip(...)`.
struct IpPart {
  std::optional<wire::Ipv4Address> source, destination;
  std::optional<uint32_t> ttl, tos, id, protocol, offset, length, version, header_words;
  std::optional<bool> dont_fragment, more_fragments;
  std::optional<Bytes> options;
  std::optional<uint16_t> checksum_error;  // flipped bits
};

struct TcpOptionText {
  enum class Kind : uint8_t {
    kMss,
    kWindowScale,
    kSackPermitted,
    kSack,
    kTimestamps,
    kNop,
    kEnd,
    kOther,
    kRaw
  };
  Kind kind{};
  std::optional<uint32_t> first, second;  // value; TSval and TSecr; absent: "*"
  std::vector<std::pair<uint32_t, uint32_t>> blocks;
  uint8_t number = 0;  // of kOther
  Bytes bytes;         // of kOther and kRaw

  friend bool operator==(const TcpOptionText&, const TcpOptionText&) = default;
};

struct TcpPart {
  std::optional<uint8_t> flags;
  std::optional<uint32_t> sequence, ack, window, urgent, header_words, reserved;
  std::vector<TcpOptionText> options;
  bool options_open = false;  // `<...>`: others may be there
};

struct UdpPart {
  std::optional<uint16_t> source, destination, length;
  bool no_checksum = false;
};

struct IcmpPart {
  std::optional<uint32_t> type, code, rest;
};

struct IgmpPart {
  std::optional<uint32_t> type, max_response;
  std::optional<wire::Ipv4Address> group;
};

struct ArpPart {
  std::optional<uint32_t> operation;
  std::optional<wire::MacAddress> sender_mac, target_mac;
  std::optional<wire::Ipv4Address> sender_ip, target_ip;
};

struct Packet {
  Protocol protocol = Protocol::kTcp;
  EthernetPart ethernet;
  IpPart ip;
  TcpPart tcp;
  UdpPart udp;
  IcmpPart icmp;
  IgmpPart igmp;
  ArpPart arp;

  std::optional<size_t> payload_size;
  std::optional<Bytes> payload;  // absent: the pattern
  bool any_payload = false;      // `any`: its octets are not compared
  bool bad_checksum = false;     // of the transport

  // `[...]`: the packet that an ICMP error quotes, and so many octets behind its IP header.
  std::shared_ptr<Packet> quoted;
  std::optional<size_t> quoted_size;

  // `fragment A:B+`: only these octets of the IP payload, as a fragment.
  struct Slice {
    size_t begin = 0, end = 0;
    bool more = false;
    std::optional<uint8_t> fill;
  };
  std::optional<Slice> slice;
};

// The octet at place `index` of every payload that a script does not spell out; of TCP's text the relative
// sequence number counts.
constexpr uint8_t PatternAt(uint32_t index) { return static_cast<uint8_t>(index % 251); }

}  // namespace nut::packets
