// Scoreboard: what one host has sent and what it has heard about it, kept by somebody who stands beside that
// host. What it says about lost, acknowledged and outstanding octets is what the host may know at most. Owned
// by the flow; only of use when the capture was taken at that host.
#pragma once

#include <map>
#include <optional>

#include "tools/tracecheck/half.h"
#include "tools/tracecheck/segment.h"
#include "tools/tracecheck/settings.h"
#include "tools/tracecheck/transmission.h"

namespace nut::tracecheck {

class Scoreboard {
 public:
  // Why `segment` was sent; call before Sent. `sack`: SACK may be in use.
  Transmission Classify(const Segment& segment, const Half& self, const Half& peer, bool sack,
                        const Settings& settings) const;

  void Sent(const Segment& segment, const Transmission& transmission, const Half& self);

  // A segment of the peer that may have arrived.
  void Heard(const Segment& segment, const Half& peer_before);

  // The path said that packets are too large: what follows is repeated in smaller ones.
  void PathChanged(Time now) { path_changed_ = now; }

  // Everything acknowledged in full.
  Position una() const { return una_; }
  // Octets sent and neither acknowledged nor reported by SACK.
  Position Flight(Position next) const { return next - una_ - sacked_octets_; }
  bool recovering() const { return recover_.has_value(); }
  // How the recovery that goes on, or the last one, began.
  bool timed_out() const { return timed_out_; }
  unsigned duplicate_acks() const { return duplicate_acks_; }
  // Since the beginning: what acknowledgements and SACK have reported, and in how many transmitted pieces.
  uint64_t delivered() const { return delivered_; }
  uint64_t delivered_pieces() const { return delivered_pieces_; }
  // Duplicate acknowledgements since the beginning: each says that something has left the network.
  uint64_t all_duplicates() const { return all_duplicates_; }
  // How often something showed that a retransmission was not needed (D-SACK, an echoed older stamp), so that
  // a sender may take its reaction back.
  uint64_t undone() const { return undone_; }

 private:
  struct Piece {
    Position end;
    Time first;      // when it was sent first
    Time last;       // and last
    unsigned count;  // how often
    bool sacked = false;
    // The sender's own clock at both times, where it tells.
    std::optional<uint32_t> first_stamp{};
    std::optional<uint32_t> last_stamp{};
  };
  using Pieces = std::map<Position, Piece>;

  // Makes `place` the start of a piece, if it lies within one.
  void Split(Position place);
  void Advance(Position ack);
  void TakeSack(const Segment& segment);
  Pieces::const_iterator PieceAt(Position place) const;
  bool FollowsTimeout(Time now, Position start, const Settings& settings) const;
  bool HeardOfLoss(const Piece& piece, Position start) const;

  Pieces pieces_;
  bool begun_ = false;
  Position una_ = 0;
  Position sacked_octets_ = 0;
  Position highest_sacked_ = 0;
  Time latest_delivered_{Time::min()};  // when the latest of what has arrived was sent
  unsigned duplicate_acks_ = 0;
  unsigned tail_probes_ = 0;  // since the last progress
  std::optional<Position> recover_;
  Position suspected_ = 0;  // a recovery of what is below may have begun unseen
  bool timed_out_ = false;
  std::optional<uint32_t> repeated_stamp_;  // TSval of the first retransmission of the recovery
  Time heard_{Time::min()};
  Time opened_{Time::min()};  // a window that was shut
  Time path_changed_{Time::min()};
  // The last time-out, while nothing was heard since.
  std::optional<Position> silent_first_;
  Time silent_time_{};
  Time silent_interval_{};
  uint64_t delivered_ = 0;
  uint64_t delivered_pieces_ = 0;
  uint64_t all_duplicates_ = 0;
  uint64_t undone_ = 0;
};

}  // namespace nut::tracecheck
