// CuttingPlan: how a super-segment (a frame with SegmentationInfo, up to 64 KiB) becomes the packets that a
// TCP segment size makes of it: what has to be in the headers of each, and which part of the payload follows
// them. A value taken from the frame's bytes, which may be used again afterwards; whoever cuts has one on its
// stack.
#pragma once

#include <algorithm>
#include <array>
#include <optional>

#include "stack/link/frame.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "stack/wire/tcp.h"

namespace nut::link {

class CuttingPlan {
 public:
  // What headers take at most, in bytes.
  static constexpr size_t kMaxHeaders =
      wire::kEthernetHeaderSize + wire::kIpv4MaxHeaderSize + wire::kTcpMaxHeaderSize;

  // Nothing when the frame is no whole IPv4 packet with a TCP segment in it, or its tail contradicts its
  // headers. The frame is to be cut (an invariant).
  static std::optional<CuttingPlan> Of(const Frame& frame);

  size_t header_size() const { return header_size_; }          // Ethernet + IP + TCP
  size_t transport_start() const { return transport_start_; }  // of the TCP header, from the frame's begin
  size_t payload_size() const { return payload_size_; }        // of all packets together
  size_t packets() const { return packets_; }                  // at least one
  // Where the payload of packet `index` begins in that of the frame, and how long it is.
  size_t OffsetOf(size_t index) const { return index * segment_size_; }
  size_t SizeOf(size_t index) const { return std::min(segment_size_, payload_size_ - OffsetOf(index)); }

  // Puts the headers of packet `index` into `out`, which is header_size() long. They are finished but for the
  // TCP checksum, whose field holds the pseudo header's sum (ChecksumState::kPartial).
  void PutHeaders(size_t index, MutableByteView out) const;
  // What such a packet says about its checksum.
  ChecksumOffload unfinished_checksum() const {
    return {ChecksumState::kPartial, static_cast<uint16_t>(transport_start_), wire::kTcpChecksumOffset};
  }

 private:
  CuttingPlan() = default;
  wire::TcpFlags FlagsOf(size_t index) const;

  // Of the frame, with zeros where the sums are.
  std::array<uint8_t, kMaxHeaders> headers_;
  size_t transport_start_;
  size_t header_size_;
  size_t payload_size_;
  size_t segment_size_;
  size_t packets_;
  wire::SequenceNumber sequence_;
  wire::TcpFlags flags_;
  uint16_t urgent_pointer_;
  uint16_t identification_;
  uint32_t ip_sum_;      // of the IP header without its length, identification and checksum
  uint32_t pseudo_sum_;  // of the pseudo header without its length
};

}  // namespace nut::link
