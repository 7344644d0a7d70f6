#include "stack/link/segmenter.h"

#include "stack/base/invariant.h"
#include "stack/link/checksum_offload.h"

namespace nut::link {

void Segmenter::Split(FramePtr frame, FrameQueue& out, const DeviceCapabilities& capable) {
  if (frame->segmentation.segment_size == 0) {
    if (capable.checksum || FinishChecksum(*frame)) {
      out.Push(std::move(frame));
    } else {
      statistics_.Drop(DropReason::kOffloadMalformed);
    }
    return;
  }
  const std::optional<CuttingPlan> plan = CuttingPlan::Of(*frame);
  if (!plan || plan->packets() > options_.maximum_packets) {
    statistics_.Drop(DropReason::kOffloadMalformed);
    return;
  }
  Cut(std::move(frame), *plan, capable, out);
}

void Segmenter::Cut(FramePtr frame, const CuttingPlan& plan, const DeviceCapabilities& capable,
                    FrameQueue& out) {
  if (!frame->has_tail()) frame->TrimTo(plan.header_size() + plan.payload_size());  // padding is in no packet
  const size_t last = plan.packets() - 1;
  const size_t made = frame->has_tail() ? last + 1 : last;
  for (size_t index = 0; index < made; ++index) {
    if (FramePtr packet = MakePacket(*frame, plan, index, capable)) {
      out.Push(std::move(packet));
    } else {
      statistics_.Drop(DropReason::kFramePoolEmpty);
    }
  }
  if (frame->has_tail()) return;
  // The last packet stays where it is: the headers go over payload that has been copied away.
  frame->TrimFront(plan.OffsetOf(last));
  frame->segmentation = {};
  FillHeaders(*frame, plan, last, frame->checksum.state, capable);
  out.Push(std::move(frame));
}

FramePtr Segmenter::MakePacket(const Frame& frame, const CuttingPlan& plan, size_t index,
                               const DeviceCapabilities& capable) {
  const size_t offset = plan.OffsetOf(index);
  const size_t size = plan.SizeOf(index);
  const bool gathered = frame.has_tail() && capable.gather;
  FramePtr packet = pool_.Allocate(plan.header_size() + (gathered ? 0 : size));
  if (!packet) return packet;
  packet->Append(plan.header_size());
  if (gathered) {
    packet->SetTail(frame.tail().Part(offset, size));
  } else if (frame.has_tail()) {
    frame.tail().Part(offset, size).CopyTo(packet->Append(size));
  } else {
    std::memcpy(packet->Append(size).data(), frame.data().data() + plan.header_size() + offset, size);
  }
  FillHeaders(*packet, plan, index, frame.checksum.state, capable);
  packet->link_scope = frame.link_scope;
  packet->received = frame.received;
  packet->capture_ticket = frame.capture_ticket;
  return packet;
}

void Segmenter::FillHeaders(Frame& packet, const CuttingPlan& plan, size_t index, ChecksumState before,
                            const DeviceCapabilities& capable) {
  plan.PutHeaders(index, packet.mutable_data().first(plan.header_size()));
  packet.checksum = plan.unfinished_checksum();
  const bool verified = before == ChecksumState::kVerified;
  if (capable.checksum && !verified) return;
  const bool sound = FinishChecksum(packet);
  NUT_INVARIANT(sound, "a packet without a place for its checksum");
  if (verified) packet.checksum.state = ChecksumState::kVerified;
}

}  // namespace nut::link
