#include "stack/tcp/coalescer.h"

namespace nut::tcp {

bool Coalescer::Join(std::vector<QueuedSegment>& queue, link::FramePtr& frame) const {
  const auto next = wire::TextFrame::Parse(frame->data());
  if (!next) return false;
  const size_t place =
      last_[Slot(next->source_port(), next->destination_port(), next->last_byte_of_source())];
  if (place >= queue.size()) return false;
  QueuedSegment& last = queue[place];
  IncomingSegment& segment = last.segment;
  const ByteView text = next->text();
  if (segment.headers_size != next->headers_size() || !Fits(segment, text.size())) return false;
  if (next->sequence() != segment.sequence + segment.text_size()) return false;
  // All else that TCP looks at is in the headers, which lie in front of the first one's text still: what is
  // acknowledged, the window, timestamps, and the mark of a congested router (RFC 3168).
  if (!next->HasHeadersOf(segment.payload.data() - segment.headers_size)) return false;
  // One that a device has joined is left alone.
  if (frame->segmentation.segment_size != 0) return false;
  // The usual way finds out and counts it.
  if (frame->checksum.state == link::ChecksumState::kAbsent && !next->TcpChecksumOk()) return false;

  if (segment.segment_size == 0) segment.segment_size = static_cast<uint16_t>(segment.payload.size());
  segment.text_behind += static_cast<uint32_t>(text.size());
  frame->TrimFront(segment.headers_size);
  last.frames.behind.Push(std::move(frame));
  if (text.size() < segment.segment_size) segment.headers_size = 0;
  return true;
}

// All are of a size but the last, so that their number is known (IncomingSegment::segments).
bool Coalescer::Fits(const IncomingSegment& segment, size_t size) const {
  return size <= segment.payload.size() && segment.text_size() + size <= maximum_text_;
}

}  // namespace nut::tcp
