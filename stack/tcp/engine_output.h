// SegmentSender: the last steps of a segment in TCP: from fields and payload to a frame of its own, then
// handed to the IP layer (design: socket lifetime, rule 5: nothing that is under way points into a
// connection). The frame has a copy of the payload, or, for a device that gathers, its headers and references
// to the chunks that the payload lies in. A value of the machine.
#pragma once

#include <vector>

#include "stack/base/statistics.h"
#include "stack/net/ip_layer.h"
#include "stack/tcp/segment.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

// The IP header's part of a connection's options.
struct PacketOptions {
  uint8_t ttl = 64;
  uint8_t tos = 0;
  bool dont_fragment = true;
};

class SegmentSender {
 public:
  SegmentSender(net::IpLayer& ip, Statistics& statistics) : ip_(ip), statistics_(statistics) {}

  // Payload up to this size, a segment of an Ethernet frame, is copied all the same: one call with one piece
  // is cheaper for the device by more than the copy costs.
  static constexpr size_t kLargestCopied = 1460;

  // So many frames are sent one after the other, without the state machine's code in between.
  static constexpr size_t kBurst = 64;

  // A frame with `segment`, whose payload it may take, finished but for what the device does. Null when there
  // is none; that is counted below, and as if lost on the wire: retransmission is the answer.
  link::FramePtr Build(const wire::EndpointPair& ends, OutgoingSegment& segment);
  // Hands it to the IP layer. What fails there (no route) is counted there, and lost.
  void Send(link::FramePtr frame, const wire::EndpointPair& ends, const PacketOptions& options);
  // The same, no later than at the next Flush. The kernel's code and ours displace each other in the
  // processor's caches, so it is worth while to go over less often.
  void SendSoon(link::FramePtr frame, const wire::EndpointPair& ends, const PacketOptions& options);
  void Flush();
  bool has_queued() const { return !queued_.empty(); }

  bool segmentation() const { return ip_.offloads_segmentation(); }
  // How many frames this node writes for `segment`: one where the kernel cuts it.
  size_t FramesOf(const OutgoingSegment& segment) const {
    return ip_.cuts_in_software() ? segment.segments() : 1;
  }

 private:
  struct Queued {
    link::FramePtr frame;
    wire::EndpointPair ends;
    PacketOptions options;
  };

  net::IpLayer& ip_;
  Statistics& statistics_;
  std::vector<Queued> queued_;
};

}  // namespace nut::tcp
