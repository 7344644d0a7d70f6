// ModelPeer: one end of a TCP connection to the node, as an input plays it: it follows what the node answers, so that the
// next segment can be right in everything but what the input wants wrong. It also watches that the node keeps to the
// windows that it was offered. Owned by the script's run.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "stack/wire/tcp.h"
#include "test/fuzz/forge.h"

namespace nut::fuzz {

class ModelPeer {
 public:
  ModelPeer(const Host& host, uint16_t port) : host_(host), port_(port) {}

  const Host& host() const { return host_; }
  uint16_t port() const { return port_; }
  uint16_t node_port() const { return node_port_; }
  void set_node_port(uint16_t port) { node_port_ = port; }

  // Where this end is: the next number to send, the next one expected, what the node can take, its latest timestamp.
  uint32_t snd_nxt() const { return snd_nxt_; }
  uint32_t rcv_nxt() const { return rcv_nxt_; }
  uint32_t window_edge() const { return window_edge_; }
  uint32_t timestamp_to_echo() const { return timestamp_to_echo_; }
  bool timestamps() const { return timestamps_; }

  // A new incarnation starts at `sequence`.
  void Restart(uint32_t sequence) {
    snd_nxt_ = sequence;
    timestamps_ = false;
  }
  // Whether something came in order since it was last asked.
  bool TakeUnacknowledged() { return std::exchange(unacknowledged_, false); }
  // What was sent took this many numbers.
  void Advance(uint32_t count) { snd_nxt_ += count; }

  // Whether a segment between these ends is part of this connection.
  bool Matches(wire::Ipv4Address ip, wire::Port port, wire::Port node_port) const {
    return ip == host_.ip && port.number() == port_ && node_port.number() == node_port_;
  }
  // The node has sent this. Breaks an invariant when it sends what it was offered no window for, or acknowledges what
  // was never sent to it.
  void OnFromNode(const wire::TcpView& segment);
  // This was brought to the node, by whatever way: it may have taken the window in it.
  void OnToNode(const wire::TcpView& segment);

 private:
  // A segment that was brought: the numbers from `start` to `start` + `length`.
  struct Brought {
    uint32_t start;
    uint32_t length;
  };

  void CheckWindow(uint32_t end) const;
  void CheckAcknowledgement(uint32_t acknowledgement) const;

  static constexpr size_t kMostOffers = 4096;

  const Host host_;
  const uint16_t port_;
  uint16_t node_port_ = 0;
  uint32_t snd_nxt_ = 0;
  uint32_t rcv_nxt_ = 0;
  uint32_t window_edge_ = 0;
  uint8_t node_shift_ = 0;
  uint8_t own_shift_ = 0;  // the largest that any SYN has named
  bool unacknowledged_ = false;
  bool timestamps_ = false;
  uint32_t timestamp_to_echo_ = 0;
  // What the node may have believed. An ACK may be taken without the window beside it (SND.WL1, SND.WL2), so that any ACK
  // and any window may stand together.
  std::vector<uint32_t> offered_acks_;
  uint32_t largest_window_ = 0;
  std::vector<Brought> brought_;
};

}  // namespace nut::fuzz
