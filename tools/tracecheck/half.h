// Half: what is known from outside of one side of a connection: which octets it has sent and which of them
// may have arrived, what it has acknowledged and offered. Kept by the flow; the rules read it.
#pragma once

#include <deque>
#include <optional>

#include "tools/tracecheck/endpoint.h"
#include "tools/tracecheck/packet.h"
#include "tools/tracecheck/range_set.h"
#include "tools/tracecheck/sequence.h"

namespace nut::tracecheck {

struct Segment;

struct Half {
  Endpoint endpoint;
  bool exact = false;  // the capture was taken at this host

  // What it has sent.
  bool seen = false;
  std::optional<Position> isn;  // its SYN was seen
  bool syn_acked = false;       // it has sent a SYN with ACK
  bool synchronised = false;    // it has sent something that was no SYN and no RST
  TcpOptions offer;             // of its SYN
  bool offered_ecn = false;     // ECE and CWR on a SYN that may have arrived, or ECE on a SYN,ACK
  bool refused_ecn = false;     // a SYN without them; some ask again without ECN
  Position first = 0;           // of the first segment seen
  Position next = 0;            // the end of all it has sent
  RangeSet arrived;             // what of it may be at the peer
  RangeSet repeated;            // what of it may be at the peer twice
  size_t largest_text = 0;      // of one packet
  std::optional<Position> fin;  // the position of its FIN
  std::optional<Time> reset;    // when it sent its first RST in sequence
  bool reset_arrives = false;   // which was not lost

  // What it has acknowledged and offered, in the peer's sequence space.
  bool acknowledges = false;
  Position acked = 0;                  // the highest acknowledgement number, lost ones included
  Position acked_arrived = 0;          // of those that may have arrived
  std::optional<Position> right_edge;  // the greatest ever offered that may have arrived
  Position last_edge = 0;              // the latest one that may have arrived
  uint16_t syn_window = 0;             // on a SYN without ACK, which has no place yet
  struct Acknowledged {
    Time time;
    Position position;
  };
  std::deque<Acknowledged> history;  // of acked_arrived, the younger ones

  // The acknowledgement that its peer must have noticed, if whatever passed before `time` is there.
  Position AckedBy(Time time) const;

  void Take(const Segment& segment, const Half& peer);

 private:
  void TakeAcknowledgement(const Segment& segment);

  static constexpr size_t kHistory = 512;
  static constexpr size_t kRepeatedRanges = 1024;
};

}  // namespace nut::tracecheck
