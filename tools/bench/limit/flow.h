// One TCP connection as the limit program knows it: what it must say next, and nothing that a stack would
// need when something went wrong. Owned by the table of the peer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <unordered_map>

namespace nut::bench {

enum class Service : uint8_t { kEcho, kDiscard, kChargen, kHttp, kOpener };

struct Flow {
  uint32_t remote_address;  // network order, as are the ports
  uint16_t remote_port;
  uint16_t local_port;
  Service service;
  uint8_t remote_shift = 0;  // window scale of the other end
  bool ack_due = false;      // in the list of those that get one ACK at the end of the batch
  bool fin_sent = false;
  bool fin_received = false;
  uint32_t receive_next = 0;  // the octet expected next
  uint32_t send_next = 0;
  uint32_t send_acknowledged = 0;
  uint32_t send_limit = 0;  // what the other end's window allows
  uint64_t sent = 0;        // octets of content, for the place in the pattern
};

// By both ends; the local address is always the same.
struct FlowKey {
  uint64_t value;
  bool operator==(const FlowKey&) const = default;
};

struct FlowHash {
  // A multiplication spreads neighbouring ports; nobody attacks a benchmark.
  size_t operator()(FlowKey key) const {
    const uint64_t product = key.value * 0x9e3779b97f4a7c15u;
    return product ^ (product >> 32);
  }
};

using FlowTable = std::unordered_map<FlowKey, Flow, FlowHash>;

}  // namespace nut::bench
