// TapDevice's way in: one read(2) a packet, into the frame that goes up the stack.
#include <array>
#include <cstring>
#include <utility>

#include "tap/tap_device.h"
#include "tap/vnet_in.h"

namespace nut::tap {
namespace {

// A super-segment: Ethernet header and VLAN tag in front of the largest IPv4 packet.
constexpr size_t kLongestFrame = 14 + 4 + 65535;

// What fits a small frame of the pool.
constexpr size_t kCopied = 1536;

}  // namespace

size_t TapDevice::Receive(std::span<link::FramePtr> batch) {
  size_t count = 0;
  size_t bytes = 0;
  size_t drops = 0;
  const Instant now = drained_ && !ahead_ ? Instant{} : clock_.Now();
  if (ahead_ && !batch.empty()) {
    ahead_->received = now;
    bytes = ahead_->size();
    batch[count++] = std::move(ahead_);
  }
  while (!drained_ && count < batch.size() && bytes < options_.maximum_bytes_per_receive) {
    switch (ReadFrame(now, batch[count])) {
      case ReadOutcome::kFrame: bytes += batch[count++]->size(); break;
      case ReadOutcome::kDropped: ++drops; break;
      case ReadOutcome::kDrained: drained_ = true; break;
    }
    if (drops >= options_.maximum_drops_per_receive) {
      // Zero frames mean "you will be told": the edge has passed, so ask for another.
      if (count == 0) poller_.Rearm(fd_.number());
      break;
    }
  }
  return count;
}

// A frame that comes where the last look found nothing goes up alone, so that its answer does not wait for a
// read in vain; the next look, or the edge, which nobody has taken yet, brings what may have come behind it.
// One that is there at once is one of many, and they go up together.
bool TapDevice::Look() {
  if (!drained_ || ahead_ || listener_ == nullptr) return false;
  const ReadOutcome outcome = ReadFrame({}, ahead_);
  if (outcome == ReadOutcome::kDrained) {
    was_empty_ = true;
    return false;
  }
  drained_ = std::exchange(was_empty_, false) && ahead_;
  listener_->OnReceivable();
  return true;
}

TapDevice::ReadOutcome TapDevice::ReadFrame(Instant now, link::FramePtr& frame) {
  const bool may_be_large = options_.offload == Offload::kAll;
  link::FramePtr& into = may_be_large ? large_ : frame;
  const size_t longest = may_be_large ? kLongestFrame : longest_frame();
  if (const ReadOutcome outcome = Read(longest, into); outcome != ReadOutcome::kFrame) return outcome;
  if (may_be_large && !Shrink(frame)) return ReadOutcome::kDropped;
  frame->received = now;
  return ReadOutcome::kFrame;
}

// Reads a packet of at most `longest` bytes into `frame`, which is made where there is none, and takes the
// kernel's notes off.
TapDevice::ReadOutcome TapDevice::Read(size_t longest, link::FramePtr& frame) {
  // One byte more than the longest frame, so that a longer one shows.
  const size_t capacity = vnet_size_ + longest + 1;
  const size_t headroom = link::Frame::kHeadroom - vnet_size_;
  if (!frame) {
    frame = pool_.Allocate(capacity, headroom);
    if (!frame) return ReadAway();
  } else {
    frame->Reset(headroom);
  }
  const MutableByteView buffer = frame->Append(capacity);
  const ssize_t size = system_.Read(fd_.number(), buffer.data(), buffer.size());
  if (size < 0) {
    if (&frame != &large_) frame.reset();
    return OnReadError(static_cast<int>(-size));
  }
  frame->TrimTo(static_cast<size_t>(size));
  const DropReason fault = TakeHeader(*frame);
  if (fault == DropReason::kNone) return ReadOutcome::kFrame;
  if (&frame != &large_) frame.reset();
  statistics_.Drop(fault);
  return ReadOutcome::kDropped;
}

// Strips what the kernel has put in front of the Ethernet frame, and heeds it. kNone, or why the frame is
// none.
DropReason TapDevice::TakeHeader(link::Frame& frame) {
  if (frame.size() <= vnet_size_) return DropReason::kEthernetTruncated;
  VnetHeader header;
  if (vnet_size_ > 0) std::memcpy(&header, frame.data().data(), sizeof header);
  frame.TrimFront(vnet_size_);
  if (options_.offload != Offload::kNone && !TakeNotes(header, frame)) return DropReason::kOffloadMalformed;
  const bool may_be_longer = frame.segmentation.segment_size != 0 && frame.size() <= kLongestFrame;
  return frame.size() <= longest_frame() || may_be_longer ? DropReason::kNone : DropReason::kFrameTooLong;
}

// Hands on what was read into the large frame: as it is, or, where a small one holds it, copied, which costs
// far less than the read did, and leaves the large one to the next packet.
bool TapDevice::Shrink(link::FramePtr& frame) {
  if (large_->size() > kCopied) {
    frame = std::move(large_);
    return true;
  }
  frame = pool_.Clone(*large_);
  if (!frame) statistics_.Drop(DropReason::kFramePoolEmpty);
  return frame != nullptr;
}

// Without a frame to hold it the packet still has to leave the kernel's queue: left there, it would be the
// oldest one when frames are free again, and nothing would tell that it is there.
TapDevice::ReadOutcome TapDevice::ReadAway() {
  std::array<uint8_t, 64> scratch;  // the kernel discards what does not fit
  const ssize_t size = system_.Read(fd_.number(), scratch.data(), scratch.size());
  if (size < 0) return OnReadError(static_cast<int>(-size));
  statistics_.Drop(DropReason::kFramePoolEmpty);
  return ReadOutcome::kDropped;
}

}  // namespace nut::tap
