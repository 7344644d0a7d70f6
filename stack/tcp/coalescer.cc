#include "stack/tcp/coalescer.h"

#include <algorithm>

namespace nut::tcp {
namespace {

// Text in order and nothing else. PSH is no more than a hint (RFC 9293 3.9.1.2): nothing here waits for it.
bool IsPlainText(wire::TcpFlags flags) { return flags - wire::TcpFlags::kPsh == wire::TcpFlags::kAck; }

}  // namespace

bool Coalescer::Join(std::vector<QueuedSegment>& queue, const wire::EndpointPair& ends,
                     const wire::TcpView& view, uint8_t tos, link::FramePtr& frame) const {
  const size_t place = last_[Slot(ends)];
  if (place >= queue.size()) return false;
  QueuedSegment& last = queue[place];
  if (!Continues(last, view, tos) || last.ends != ends) return false;
  // Of one that a device has joined nobody knows here what the last piece's size was.
  if (frame->segmentation.segment_size != 0) return false;

  IncomingSegment& segment = last.segment;
  if (segment.segment_size == 0) segment.segment_size = static_cast<uint16_t>(segment.payload.size());
  const ByteView text = view.payload();
  segment.text_behind += static_cast<uint32_t>(text.size());
  frame->TrimFront(view.header_size());
  last.frames.behind.Push(std::move(frame));
  return true;
}

bool Coalescer::Continues(const QueuedSegment& last, const wire::TcpView& view, uint8_t tos) const {
  const IncomingSegment& segment = last.segment;
  const size_t size = view.payload().size();
  const uint32_t before = segment.text_size();
  if (size == 0 || before == 0 || before + size > maximum_text_) return false;
  if (view.sequence() != segment.sequence + before) return false;
  if (!IsPlainText(view.flags()) || !IsPlainText(segment.flags)) return false;
  // All of a size but the last, so that their number is known (IncomingSegment::segments).
  const size_t one = segment.segment_size != 0 ? segment.segment_size : before;
  if (size > one || before % one != 0 || one > UINT16_MAX) return false;
  // What is acknowledged, the window, and the mark of a congested router (RFC 3168) count for each segment.
  if (view.acknowledgement() != segment.acknowledgement || view.window() != segment.window ||
      tos != segment.tos) {
    return false;
  }
  // Options as they are, timestamps above all; the first one's lie in front of its text still.
  const ByteView options = view.options();
  const uint8_t* const known = segment.payload.data() - options.size();
  return segment.options_size == options.size() && std::equal(options.begin(), options.end(), known);
}

}  // namespace nut::tcp
