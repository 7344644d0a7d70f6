// InputQueue: segments and ICMP errors on their way from the receive thread to the state machine, checked and
// parsed, in order of arrival. Owns the frames. Bounded; what does not fit is refused, and the caller counts
// it.
#pragma once

#include <cstddef>
#include <vector>

#include "stack/base/error.h"
#include "stack/tcp/coalescer.h"
#include "stack/tcp/queued_segment.h"

namespace nut::tcp {

// What an ICMP error means to the connection of `ends`.
struct QueuedError {
  wire::EndpointPair ends;
  wire::SequenceNumber sequence;  // of the segment that the error is about
  Error error{};
  bool hard = false;
  bool too_big = false;  // "fragmentation needed and DF set": `mtu` bytes go through
  size_t mtu = 0;
};

class InputQueue {
 public:
  // `maximum_coalesced`: octets of text in one segment that was joined of several; 0: they are left as they
  // are.
  InputQueue(size_t maximum_segments, size_t maximum_errors, size_t maximum_coalesced)
      : maximum_segments_(maximum_segments), maximum_errors_(maximum_errors), coalescer_(maximum_coalesced) {}

  // Takes the frame, whole as it came, if its segment continues one that waits here already.
  bool Join(link::FramePtr& frame) {
    if (count_ >= maximum_segments_ || !coalescer_.Join(segments_, frame)) return false;
    ++count_;
    return true;
  }
  // Takes one more segment, which `fill(QueuedSegment&)` makes in its place. kTcpInputQueueFull, or what
  // `fill` says: with a reason other than kNone the segment is not taken.
  template <typename Fill>
  DropReason Push(Fill fill) {
    if (count_ >= maximum_segments_) return DropReason::kTcpInputQueueFull;
    if (const DropReason reason = fill(segments_.emplace_back()); reason != DropReason::kNone) {
      segments_.pop_back();
      return reason;
    }
    coalescer_.Note(segments_);
    ++count_;
    return DropReason::kNone;
  }
  bool Push(const QueuedError& error) {
    if (errors_.size() >= maximum_errors_) return false;
    errors_.push_back(error);
    return true;
  }

  bool empty() const { return segments_.empty() && errors_.empty(); }
  size_t segment_count() const { return count_; }  // those that were joined are counted, too

  // Hands over everything and is empty. What the arguments held is let go; their memory serves the next
  // batch.
  void Take(std::vector<QueuedSegment>& segments, std::vector<QueuedError>& errors) {
    segments.clear();
    errors.clear();
    segments_.swap(segments);
    errors_.swap(errors);
    count_ = 0;
  }

 private:
  const size_t maximum_segments_;
  const size_t maximum_errors_;
  Coalescer coalescer_;
  std::vector<QueuedSegment> segments_;
  size_t count_ = 0;
  std::vector<QueuedError> errors_;
};

}  // namespace nut::tcp
