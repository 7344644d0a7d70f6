// SlowStartExit: leaves slow start before it has filled the path's queue until it overflows (HyStart++, RFC
// 9406): when round trips get longer growth is slower for a while, and ends unless they get shorter again.
// Fed with each ACK of a connection in slow start. Owned by a SackState.
#pragma once

#include "stack/base/time.h"
#include "stack/wire/sequence_number.h"

namespace nut::tcp {

class SlowStartExit {
 public:
  enum class Advice : uint8_t {
    kGrow,        // as slow start does
    kGrowSlowly,  // a fourth of that: Conservative Slow Start
    kLeave,       // ssthresh is cwnd
  };

  // An ACK up to `una` while everything below `nxt` is sent; `rtt` of what it acknowledges, kForever without
  // a sample.
  Advice OnAck(wire::SequenceNumber una, wire::SequenceNumber nxt, Duration rtt);

 private:
  void BeginRound(wire::SequenceNumber nxt);
  bool HasGrown() const;

  wire::SequenceNumber round_end_;       // windowEnd
  Duration last_minimum_ = kForever;     // lastRoundMinRTT
  Duration current_minimum_ = kForever;  // currentRoundMinRTT
  Duration baseline_ = kForever;         // cssBaselineMinRtt
  uint8_t samples_ = 0;                  // rttSampleCount
  uint8_t slow_rounds_ = 0;              // rounds in Conservative Slow Start
  bool slow_ = false;
  bool begun_ = false;
};

}  // namespace nut::tcp
