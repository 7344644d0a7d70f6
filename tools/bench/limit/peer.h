// The faked peer: answers ARP, ICMP echo, UDP echo and TCP as a host would, from one frame to the next, with
// no stack behind it: no timers, no retransmission, no reassembly, no checks. What it does not do is what the
// figures of a real stack are compared with. One thread; lives as long as the process.
#pragma once

#include <array>
#include <vector>

#include "tools/bench/limit/flow.h"
#include "tools/bench/limit/options.h"
#include "tools/bench/limit/tap.h"
#include "tools/bench/limit/wire.h"

namespace nut::bench {

class Peer {
 public:
  struct Counts {
    uint64_t frames = 0;
    uint64_t octets_in = 0;
    uint64_t octets_out = 0;
    uint64_t accepted = 0;
    uint64_t opened = 0;  // by the opener, answered and closed in order
    uint64_t failed = 0;  // refused or reset
    uint64_t out_of_order =
        0;  // segments that were not the expected one: the kernel retransmitted or lost some
  };

  Peer(const LimitOptions& options, Tap& tap);

  // Reads what waits, at most a batch, and answers; then one ACK to whom it is due and what the chargen
  // connections may send. False: nothing waited and there is nothing to send.
  bool Turn();
  // Opens connections to the target until `open` are under way.
  void Open();
  bool idle() const { return flows_.empty(); }
  void StopOpening() { opening_ = false; }
  const Counts& counts() const { return counts_; }

 private:
  // A frame as it came, and what it is found to be.
  struct Segment {
    Head* head;
    tcphdr* tcp;
    const uint8_t* content;
    size_t size;
  };

  void Take(uint8_t* frame, size_t size);
  void AnswerArp(uint8_t* frame, size_t size);
  void EchoIcmp(uint8_t* frame, size_t size);
  void EchoUdp(uint8_t* frame, size_t size);
  void TurnRound(Head& head);

  void TakeSegment(uint8_t* frame, size_t size);
  void Accept(const Segment& segment, FlowKey key);
  void Acknowledged(Flow& flow, const Segment& segment);
  // False: the flow is over and gone.
  bool TakeContent(FlowKey key, Flow& flow, const Segment& segment);
  void Deliver(Flow& flow, const uint8_t* content, size_t size);
  void AnswerHttp(Flow& flow, const uint8_t* content, size_t size);
  void Drop(FlowKey key);

  void Send(Flow& flow, uint8_t flags, const uint8_t* content = nullptr, size_t size = 0);
  void SendSyn(Flow& flow, uint8_t flags);
  bool Pump(Flow& flow);
  void AckLater(Flow& flow);
  TcpHead& Address(const Flow& flow, uint8_t flags, size_t options, size_t size);
  uint16_t OfferedWindow() const;

  const LimitOptions options_;
  Tap& tap_;
  const size_t largest_;  // octets of content in one written frame
  FlowTable flows_;
  std::vector<Flow*> ack_due_;
  std::vector<Flow*> chargen_;
  Counts counts_;
  uint32_t next_sequence_ = 1;
  uint16_t next_port_ = 1024;
  int under_way_ = 0;
  bool opening_ = true;
  TcpHead out_{};
  const std::vector<uint8_t> pattern_;
  std::vector<uint8_t> user_buffer_;
  size_t user_at_ = 0;
  alignas(64) std::array<uint8_t, 1 << 17> in_;
};

}  // namespace nut::bench
