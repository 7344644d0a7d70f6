// Snapshots: what a node looks like at one moment, as plain values. Filled by an Inspector, rendered as text
// tables for the command server and as JSON for the status page and the tools. A snapshot owns all that it
// shows: it stays good when the thread, socket or neighbour that it describes is gone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "stack/base/log.h"
#include "stack/base/time.h"
#include "stack/wire/endpoint.h"
#include "stack/wire/ip_address.h"
#include "stack/wire/mac_address.h"

namespace nut::pro {

struct NodeSnapshot {
  std::string name;
  std::string version;  // of the program: "5.2.4.0"
  std::string profile;  // "modern", "classic"
  std::string seed;
  std::string device;  // the host's interface or wire: "nut-n1"
  wire::MacAddress mac;
  wire::IpAddress address;
  unsigned prefix_length = 0;
  wire::IpAddress gateway;  // none where there is no gateway
  size_t mtu = 0;           // bytes of an IP packet
  Instant now{};            // when the snapshot was made
  Duration uptime{};
  Duration unix_time{};  // since 1970-01-01 UTC
};

struct ThreadSnapshot {
  uint32_t id = 0;
  std::string name;
  unsigned priority = 0;        // 0 is the highest, 255 the lowest
  std::string state;            // "running", "ready", "sleeping", "waiting"
  std::string waits_for;        // the queue's name, or empty
  size_t stack_size = 0;        // bytes
  size_t stack_used = 0;        // bytes in use now
  size_t stack_high_water = 0;  // most bytes ever in use
  uint64_t switches = 0;        // times it was given the processor
};

// The columns of ss(8) -tani. What a protocol does not have is 0.
struct SocketSnapshot {
  uint64_t id = 0;
  std::string protocol;  // "tcp", "udp"
  std::string state;     // "ESTABLISHED", "LISTEN", … as RFC 9293 spells them; "UNCONN" for UDP
  wire::Endpoint local;
  wire::Endpoint remote;
  size_t receive_queue =
      0;                  // bytes the application has not read; of a listener, connections waiting for accept
  size_t send_queue = 0;  // bytes not acknowledged yet; of a listener, the backlog
  uint64_t bytes_in = 0;  // since the socket exists: rates are differences over time
  uint64_t bytes_out = 0;
  uint64_t packets_in = 0;
  uint64_t packets_out = 0;
  uint64_t retransmits = 0;
  size_t mss = 0;          // bytes
  size_t cwnd = 0;         // bytes
  size_t ssthresh = 0;     // bytes; 0: not known before the first loss
  size_t pipe = 0;         // bytes thought to be in the network (RFC 6675)
  size_t sacked = 0;       // bytes that the peer has, behind a gap
  size_t send_window = 0;  // bytes
  Duration srtt{};
  Duration rttvar{};
  Duration rto{};
  std::string timer;  // "retransmit", "persist", …; empty without one
  Duration timer_left{};
  Duration age{};   // since it was opened
  Duration idle{};  // since something was last sent or received
};

struct SocketList {
  std::vector<SocketSnapshot> sockets;
  size_t total = 0;  // how many there are; the list may hold fewer
};

struct TimerSnapshot {
  std::string name;
  Duration left{};      // until it fires
  Duration interval{};  // zero for a one-shot timer
};

struct NeighborSnapshot {
  wire::IpAddress address;
  wire::MacAddress mac;  // zero while unresolved
  std::string device;
  std::string state;  // "REACHABLE", "STALE", "INCOMPLETE", "PERMANENT": as ip-neighbour(8) says
  Duration age{};     // since it was last confirmed
  size_t queued = 0;  // frames that wait for the answer
};

struct RouteSnapshot {
  wire::IpAddress destination;
  unsigned prefix_length = 0;
  wire::IpAddress gateway;  // none: on link
  wire::IpAddress source;
  std::string device;
};

struct FilterRuleSnapshot {
  std::string rule;      // "drop in tcp from any to any port 23"
  uint64_t packets = 0;  // that it has decided about
  uint64_t bytes = 0;
};

struct CounterSnapshot {
  std::string name;
  uint64_t value = 0;
};

struct CounterList {
  std::vector<CounterSnapshot> counters;  // Statistics by Counter
  std::vector<CounterSnapshot> drops;     // Statistics by DropReason
};

struct PoolSnapshot {
  std::string name;      // "frames", "stacks"
  size_t item_size = 0;  // bytes; 0 where items differ in size
  size_t in_use = 0;     // items
  size_t peak = 0;
  size_t limit = 0;      // 0: none
  uint64_t refused = 0;  // requests turned down at the limit
};

struct MemorySnapshot {
  size_t heap_size = 0;        // the node's heap budget, bytes; 0: none
  size_t heap_used = 0;        // bytes
  size_t heap_high_water = 0;  // bytes
  std::vector<PoolSnapshot> pools;
};

struct LogLineSnapshot {
  uint64_t number = 0;  // counts up from 1: a reader sees which lines are new
  Instant at{};
  LogLevel level = LogLevel::kInfo;
  std::string module;
  std::string text;
};

}  // namespace nut::pro
