// The way out of a TapDevice: one system call for each frame, or for each packet of one that is cut here,
// from where its bytes lie, with what is left for the kernel to do in the header in front.
#include <array>
#include <cerrno>
#include <cstring>

#include "stack/base/invariant.h"
#include "stack/link/cutting_plan.h"
#include "tap/packet_cutter.h"
#include "tap/tap_device.h"
#include "tap/vnet_header.h"

namespace nut::tap {
namespace {

using link::ChecksumState;

constexpr size_t kTcpFlags = 13;
constexpr uint8_t kCwr = 0x80;

DropReason ReasonFor(ssize_t error) {
  switch (-error) {
    case EAGAIN:
    case ENOBUFS:
    case ENOMEM: return DropReason::kDeviceQueueFull;
    case EMSGSIZE:
    case EINVAL: return DropReason::kFrameTooLong;
    default: return DropReason::kDeviceDown;  // EIO: the interface is down. EBADFD: it is gone
  }
}

// What the frame's notes are in the header's terms.
VnetHeader HeaderOf(const link::Frame& frame) {
  VnetHeader header;
  if (frame.checksum.state == ChecksumState::kPartial) {
    header.flags = VnetHeader::kNeedsChecksum;
    header.checksum_start = frame.checksum.start;
    header.checksum_offset = frame.checksum.offset;
  }
  if (frame.segmentation.segment_size > 0) {
    header.gso_type = VnetHeader::kTcpV4;
    if (frame.data()[frame.checksum.start + kTcpFlags] & kCwr) header.gso_type |= VnetHeader::kEcn;
    header.gso_size = frame.segmentation.segment_size;
    header.header_length = frame.segmentation.header_size;
  }
  return header;
}

}  // namespace

void TapDevice::Send(link::FramePtr frame) {
  const bool unfinished = frame->checksum.state == ChecksumState::kPartial;
  const bool super_segment = frame->segmentation.segment_size > 0;
  NUT_INVARIANT(!unfinished || super_segment || capabilities().checksum,
                "a TAP without offload was given a checksum to finish");
  NUT_INVARIANT(!super_segment || unfinished, "a TAP was given a frame to cut whose checksum is finished");
  // A super-segment: each of the packets that it becomes.
  const size_t longest = super_segment
                             ? size_t{frame->segmentation.header_size} + frame->segmentation.segment_size
                             : frame->total_size();
  if (longest > longest_frame()) return statistics_.Drop(DropReason::kFrameTooLong);
  if (super_segment && options_.offload != Offload::kAll) return WritePackets(*frame);
  const ssize_t result = gone_ ? -EBADFD : WriteFrame(*frame);
  if (result < 0) statistics_.Drop(ReasonFor(result));
}

void TapDevice::WritePackets(const link::Frame& frame) {
  const auto plan = link::CuttingPlan::Of(frame);
  if (!plan) return statistics_.Drop(DropReason::kOffloadMalformed);
  PacketCutter cutter(frame, *plan, vnet_size_,
                      options_.offload == Offload::kNone ? PacketCutter::Checksums::kFinished
                                                         : PacketCutter::Checksums::kLeftUndone);
  while (cutter.left() > 0) {
    const auto pieces = cutter.Next();
    const ssize_t result = gone_ ? -EBADFD : system_.Writev(fd_.number(), pieces);
    if (result >= 0) continue;
    // What has no room for this one has none for those behind it, which are of no use to the peer either:
    // each is a packet lost.
    statistics_.Drop(ReasonFor(result), cutter.left() + 1);
    return;
  }
}

ssize_t TapDevice::WriteFrame(link::Frame& frame) {
  std::array<iovec, 2 + link::SliceList::kCapacity> parts;
  size_t count = 0;
  VnetHeader header;
  if (vnet_size_ > 0) {
    header = HeaderOf(frame);
    if (frame.headroom() >= vnet_size_) {
      std::memcpy(frame.Prepend(vnet_size_).data(), &header, sizeof header);
    } else {
      parts[count++] = {&header, sizeof header};
    }
  }
  parts[count++] = {frame.mutable_data().data(), frame.size()};
  for (const link::Slice& slice : frame.tail()) {
    // writev only reads.
    parts[count++] = {const_cast<uint8_t*>(slice.bytes.data()), slice.bytes.size()};
  }
  if (count == 1) return system_.Write(fd_.number(), parts[0].iov_base, parts[0].iov_len);
  return system_.Writev(fd_.number(), std::span(parts).first(count));
}

}  // namespace nut::tap
