// QueuedSegment: a segment on its way from the receive thread to the state machine, checked and parsed. Owns
// its frames.
#pragma once

#include "stack/tcp/incoming_text.h"
#include "stack/tcp/segment.h"
#include "stack/wire/endpoint.h"

namespace nut::tcp {

// `segment.payload` lies in the first frame, whose buffer stays where it is until the frame is let go.
struct QueuedSegment {
  // Not "= default": a new one in its queue would be zeroed as a whole before its members are set.
  QueuedSegment() {}

  SegmentFrames frames;
  wire::EndpointPair ends;  // as this node sees them
  IncomingSegment segment;
};

}  // namespace nut::tcp
