// Segmenter: cuts a super-segment (a frame with SegmentationInfo, up to 64 KiB) into the packets that a TCP
// segment size makes of it, in software, as a network card with TSO would. Owned by the device decorator that
// uses it; pool and statistics outlive it. Called from the node's threads.
#pragma once

#include <cstddef>

#include "stack/base/statistics.h"
#include "stack/link/cutting_plan.h"
#include "stack/link/device.h"
#include "stack/link/frame.h"
#include "stack/link/frame_pool.h"
#include "stack/link/frame_queue.h"

namespace nut::link {

struct SegmenterOptions {
  size_t maximum_packets = 4096;  // of one frame; 64 KiB in pieces of 16 bytes. More: kOffloadMalformed
};

class Segmenter {
 public:
  Segmenter(FramePool& pool, Statistics& statistics, SegmenterOptions options = {})
      : pool_(pool), statistics_(statistics), options_(options) {}

  // Appends to `out` what `frame` is made of, each one packet with every checksum finished (kAbsent, or
  // kVerified where the frame was), or left to a device that is `capable` of it. A frame that is one packet
  // already is moved, not copied, its tail with it. The packets of one with a tail have tails, too, and no
  // byte of the payload is copied, where `capable` says gather; otherwise they are in one piece.
  //
  // Packets for which the pool has nothing left are dropped (kFramePoolEmpty), the others still come: TCP
  // sends the missing ones again. A frame whose notes contradict its bytes is dropped whole
  // (kOffloadMalformed).
  void Split(FramePtr frame, FrameQueue& out, const DeviceCapabilities& capable = {});

 private:
  // `capable` is who takes the packets.
  void Cut(FramePtr frame, const CuttingPlan& plan, const DeviceCapabilities& capable, FrameQueue& out);
  // One packet of its own, or null.
  FramePtr MakePacket(const Frame& frame, const CuttingPlan& plan, size_t index,
                      const DeviceCapabilities& capable);
  // Puts the headers in front of a payload that is in its place already. `before` was said of the frame.
  static void FillHeaders(Frame& packet, const CuttingPlan& plan, size_t index, ChecksumState before,
                          const DeviceCapabilities& capable);

  FramePool& pool_;
  Statistics& statistics_;
  const SegmenterOptions options_;
};

}  // namespace nut::link
