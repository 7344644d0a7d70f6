// Packet: what matters of a captured frame with a TCP segment in it, as the wire had it: no sequence number
// is interpreted yet. libtins takes the frame apart. A value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tools/tracecheck/endpoint.h"
#include "tools/tracecheck/record.h"

namespace nut::tracecheck {

// What became of it behind the place of capture, as far as the capture's comments tell.
enum class Fate : uint8_t {
  kUnknown,    // went on
  kLost,       // certainly never arrived: the comment says so
  kUncertain,  // dropped or changed on its way
};

enum class Sum : uint8_t {
  kGood,
  kBad,
  kUnfinished,  // only the pseudo-header's sum is there: left to the device
  kUnknown,     // not all octets were captured
};

struct TcpOptions {
  std::optional<uint16_t> mss;
  std::optional<uint8_t> window_scale;
  bool sack_permitted = false;
  struct Timestamps {
    uint32_t value;
    uint32_t echo;
  };
  std::optional<Timestamps> timestamps;
  std::vector<std::pair<uint32_t, uint32_t>> sack;  // left and right edges
  std::string fault;                                // "" or what is wrong with their form
  bool padding_is_zero = true;                      // behind the end of options
};

struct Packet {
  uint64_t number = 0;
  Time time{};
  uint32_t interface = 0;
  Direction direction = Direction::kUnknown;
  Fate fate = Fate::kUnknown;

  Endpoint source;
  Endpoint destination;
  uint16_t ip_id = 0;
  uint8_t ttl = 0;
  uint8_t ecn = 0;  // codepoint: 0 none, 1 and 2 ECT, 3 CE
  bool dont_fragment = false;
  bool ip_reserved_bit = false;
  size_t ip_size = 0;  // of the whole IP packet

  uint32_t sequence = 0;
  uint32_t acknowledgement = 0;
  uint16_t window = 0;
  uint16_t urgent = 0;
  uint8_t reserved = 0;  // the three bits in front of AE (RFC 9293 3.1, RFC 9768)
  bool fin = false, syn = false, rst = false, psh = false, ack = false, urg = false, ece = false, cwr = false;
  size_t header_size = 0;  // of TCP, with its options
  TcpOptions options;
  size_t text_size = 0;       // octets of the stream that it carries
  std::vector<uint8_t> text;  // those of them that were captured
  Sum ip_sum = Sum::kGood;
  Sum tcp_sum = Sum::kGood;

  bool pure_ack() const { return ack && !syn && !fin && !rst && text_size == 0; }
  // Positions that it takes in the sequence space.
  size_t sequence_size() const { return text_size + (syn ? 1 : 0) + (fin ? 1 : 0); }
  std::string Flags() const;  // "SYN,ACK"
};

struct ParsedPacket {
  std::optional<Packet> packet;  // nothing: no TCP, or a fragment
  std::string fault;             // why a whole frame with TCP in it cannot be read; else ""
};

ParsedPacket ParsePacket(const Record& record);

}  // namespace nut::tracecheck
