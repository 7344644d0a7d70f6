// What the load program can measure against a server at an address, each over plain kernel sockets, bounded
// in time and count. All times are wall seconds; a peer that gives wrong content ends the process with a
// message, connections that fail are counted.
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

// Sorts what it gets.
Latency Summary(std::vector<double>& microseconds);

struct BulkRate {
  double rate = 0;    // octets a second, as the other end acknowledged or gave them
  double octets = 0;  // in the whole exchange, warm-up included: what the other's CPU time went into
};

struct ConnectionRate {
  double rate = 0;  // a second, from connect to the answer, closed in order
  uint64_t done = 0;
  uint64_t failed = 0;   // refused, reset, ended without an answer
  uint64_t stalled = 0;  // not answered within ten seconds after the last was launched
  Latency latency;       // from connect to the answer
};

struct DatagramRate {
  double rate = 0;
  uint64_t lost = 0;
};

// What the discard service takes over `seconds`, in messages of `size` octets handed to the kernel at a time.
BulkRate BulkIntoServer(const Target& target, double seconds, size_t size);
// What the chargen service gives; every block's content is looked at (RFC 864's pattern).
BulkRate BulkOutOfServer(const Target& target, double seconds);
// Connect, one octet to the echo service and back, close in order; `clients` of them at any time.
ConnectionRate ShortConnections(const Target& target, int clients, double seconds);
// One octet to the echo service and back on one connection. A client that spins asks for the answer until it is
// there, instead of sleeping until it is woken.
enum class Waiting { kSleeps, kSpins };
Latency TcpRoundTrip(const Target& target, int count, Waiting waiting);
// ICMP echo of 56 octets; needs CAP_NET_RAW.
Latency IcmpRoundTrip(const Target& target, int count);
// UDP echoes of 16 octets with `outstanding` under way.
DatagramRate UdpEchoes(const Target& target, int outstanding, double seconds);
// `count` connections to the echo service, left open; the sockets. From an address of this machine, so that
// ports do not run out; zeros: any.
std::vector<int> OpenIdle(const Target& target, int count, in_addr source);

// A connected TCP socket with TCP_NODELAY; ends the process with a message when it fails.
int ConnectOrDie(const Target& target, uint16_t port, in_addr source = {});
[[noreturn]] void Die(const char* what);
sockaddr_in AddressOf(const Target& target, uint16_t port);

}  // namespace nut::bench
