#include "stack/link/segmenting_device.h"

#include "stack/link/checksum_offload.h"

namespace nut::link {

void SegmentingDevice::Send(FramePtr frame) {
  const DeviceCapabilities capable = inner().capabilities();
  if (frame->segmentation.segment_size != 0 && !capable.tcp_segmentation) {
    FrameQueue packets;
    segmenter_.Split(std::move(frame), packets, capable);
    while (FramePtr packet = packets.Pop()) inner().Send(std::move(packet));
    return;
  }
  if (!capable.gather) {
    frame = pool_.Linearise(std::move(frame));
    if (!frame) return statistics_.Drop(DropReason::kFramePoolEmpty);
  }
  if (!capable.checksum && !FinishChecksum(*frame)) {
    statistics_.Drop(DropReason::kOffloadMalformed);
    return;
  }
  inner().Send(std::move(frame));
}

}  // namespace nut::link
