// InputQueue: segments and ICMP errors on their way from the receive thread to the state machine, checked and
// parsed, in order of arrival. Owns the frames. Bounded; what does not fit is refused, and the caller counts
// it.
#pragma once

#include <cstddef>
#include <vector>

#include "stack/base/error.h"
#include "stack/link/frame.h"
#include "stack/tcp/segment.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

// `segment.payload` lies in `frame`, whose buffer stays where it is until the frame is let go.
struct QueuedSegment {
  link::FramePtr frame;
  wire::EndpointPair ends;  // as this node sees them
  IncomingSegment segment;
};

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
  InputQueue(size_t maximum_segments, size_t maximum_errors)
      : maximum_segments_(maximum_segments), maximum_errors_(maximum_errors) {}

  // Takes the segment, or leaves it to the caller and returns false when full.
  bool Push(QueuedSegment& segment) {
    if (segments_.size() >= maximum_segments_) return false;
    segments_.push_back(std::move(segment));
    return true;
  }
  bool Push(const QueuedError& error) {
    if (errors_.size() >= maximum_errors_) return false;
    errors_.push_back(error);
    return true;
  }

  bool empty() const { return segments_.empty() && errors_.empty(); }
  size_t segment_count() const { return segments_.size(); }

  // Hands over everything and is empty. What the arguments held is let go; their memory serves the next
  // batch.
  void Take(std::vector<QueuedSegment>& segments, std::vector<QueuedError>& errors) {
    segments.clear();
    errors.clear();
    segments_.swap(segments);
    errors_.swap(errors);
  }

 private:
  const size_t maximum_segments_;
  const size_t maximum_errors_;
  std::vector<QueuedSegment> segments_;
  std::vector<QueuedError> errors_;
};

}  // namespace nut::tcp
