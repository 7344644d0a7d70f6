// What the load program can measure against a server at an address, each over plain kernel sockets, bounded
// in time and count. All times are wall seconds; all functions end the process with a message when the peer
// fails them.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <vector>

namespace nut::bench {

struct Target {
  in_addr address;
  uint16_t echo_port = 7;
  uint16_t discard_port = 9;
  uint16_t chargen_port = 19;
};

struct Latency {
  double median_us = 0;
  double p99_us = 0;
};

// Octets a second that the discard service takes, over `seconds`.
double BulkIntoServer(const Target& target, double seconds);
// Octets a second that the chargen service gives.
double BulkOutOfServer(const Target& target, double seconds);
// Connections a second: connect, one octet to the echo service and back, close; `clients` of them at any
// time.
double ConnectionRate(const Target& target, int clients, double seconds);
// One octet to the echo service and back on one connection.
Latency TcpRoundTrip(const Target& target, int count);
// ICMP echo of 56 octets; needs CAP_NET_RAW.
Latency IcmpRoundTrip(const Target& target, int count);
// UDP echoes a second of 16 octets with `outstanding` under way; the lost ones are not counted.
double UdpEchoRate(const Target& target, int outstanding, double seconds);
// `count` connections to the echo service, left open; the sockets.
std::vector<int> OpenIdle(const Target& target, int count);

// A connected TCP socket with TCP_NODELAY; ends the process with a message when it fails.
int ConnectOrDie(const Target& target, uint16_t port);

}  // namespace nut::bench
