// Flow: one connection from its first packet to the next SYN on the same pair of endpoints, followed from
// outside. Gives each packet its place, has the rules judge it by what was known before, and then adds what
// it says. Owned by the auditor.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tools/tracecheck/finding.h"
#include "tools/tracecheck/half.h"
#include "tools/tracecheck/neighbours.h"
#include "tools/tracecheck/scoreboard.h"
#include "tools/tracecheck/settings.h"

namespace nut::tracecheck {

class RuleFamily;
struct Situation;

// Which of the two halves: 0 sent the first packet.
using Side = unsigned;

enum class Agreed : uint8_t { kNo, kYes, kUnknown };

// What a connection leaves behind for the next one between the same endpoints.
struct Predecessor {
  struct Side {
    Position next = 0;
    std::optional<uint32_t> stamp;  // the last TSval
  };
  std::array<Side, 2> sides;        // in the order of the successor's halves
  std::optional<unsigned> waiting;  // the side in TIME-WAIT
  Time since{};                     // when it got there
};

class Flow {
 public:
  // `settings`, `neighbours` and `findings` outlive it.
  Flow(const Endpoint& first, const Endpoint& second, const Settings& settings, const Neighbours& neighbours,
       std::vector<Finding>& findings, uint64_t& suppressed);
  ~Flow();
  Flow(const Flow&) = delete;

  void Take(const Packet& packet);
  // A SYN that may begin the next connection between the two; this one does not know it.
  void Stray(const Packet& packet);
  // The answer to that SYN: a RST that says that nobody is there.
  void StrayRefused(const Packet& packet);
  // The capture is over, or the next connection has begun.
  void End(Time now);
  // An ICMP error said that packets of `side` are too large.
  void PathChanged(Side side, Time now) { boards_[side].PathChanged(now); }

  Side SideOf(const Endpoint& source) const { return source == halves_[0].endpoint ? 0 : 1; }
  const Half& half(Side side) const { return halves_[side]; }
  const Scoreboard& board(Side side) const { return boards_[side]; }
  const Settings& settings() const { return settings_; }
  // Between the two `side` waited for a neighbour's address, so that its packets may have left late or never.
  bool WaitedForNeighbour(Side side, Time since, Time until) const {
    return neighbours_.Waited(halves_[side].endpoint.address, since, until);
  }

  // Both SYNs were seen, so that everything since is known.
  bool complete() const { return halves_[0].isn && halves_[1].isn; }
  bool reset() const { return halves_[0].reset_arrives || halves_[1].reset_arrives; }
  // It is over: both FINs are acknowledged, or it was reset.
  bool over() const { return closed_ || reset(); }
  // Both sides have sent something.
  bool mutual() const { return halves_[0].seen && halves_[1].seen; }

  Agreed Timestamps() const;
  Agreed Scaling() const;
  Agreed Ecn() const;
  // `side` may send SACK: the other one has permitted it.
  Agreed SackFrom(Side side) const;

  const Predecessor& predecessor() const { return predecessor_; }
  void SetPredecessor(const Predecessor& predecessor) { predecessor_ = predecessor; }
  // As seen by a successor whose first half is `first`.
  Predecessor Legacy(const Endpoint& first) const;

  // Takes a finding about something that `side` did; used by the rules.
  void Report(const Rule& rule, Side side, uint64_t packet, Time time, std::string text) const;

 private:
  Situation Look(const Segment& segment, Side side) const;
  Segment Place(const Packet& packet, Side side) const;
  template <typename Offers>
  Agreed AgreedBy(Offers offers) const;

  const Settings& settings_;
  const Neighbours& neighbours_;
  std::vector<Finding>& findings_;
  uint64_t& suppressed_;
  std::array<Half, 2> halves_;
  std::array<Scoreboard, 2> boards_;
  std::vector<std::unique_ptr<RuleFamily>> rules_;
  mutable std::map<const Rule*, size_t> reported_;
  Predecessor predecessor_;
  std::optional<Side> first_fin_;
  std::optional<Time> closed_;
  std::array<std::optional<uint32_t>, 2> stamps_;
};

}  // namespace nut::tracecheck
