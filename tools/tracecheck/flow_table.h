// FlowTable: the connections of a capture by their endpoints. Decides which packet belongs to which, when the
// same two endpoints talk again and again. Owned by the auditor.
#pragma once

#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "tools/tracecheck/flow.h"
#include "tools/tracecheck/path_notice.h"

namespace nut::tracecheck {

class FlowTable {
 public:
  // All of them outlive it.
  FlowTable(const Settings& settings, const Neighbours& neighbours, std::vector<Finding>& findings,
            uint64_t& suppressed)
      : settings_(settings), neighbours_(neighbours), findings_(findings), suppressed_(suppressed) {}

  void Take(const Packet& packet);
  void Notice(const PathNotice& notice, uint32_t interface, Time now);
  // The capture is over.
  void End(Time now);

  uint64_t connections() const { return connections_; }
  // Packets of connections beyond Settings::connections.
  uint64_t passed_over() const { return passed_over_; }

 private:
  using Key = std::tuple<uint32_t, Endpoint, Endpoint>;
  struct Entry {
    std::unique_ptr<Flow> flow;
    // SYNs that may begin the next connection; what the other side answers will tell.
    std::vector<Packet> waiting;
    Time last{};
  };

  static constexpr size_t kMostWaiting = 8;
  static constexpr uint64_t kSweepEvery = 16384;  // new connections

  static Key KeyOf(uint32_t interface, const Endpoint& a, const Endpoint& b);

  // True when the SYN was dealt with.
  bool TakeSyn(Entry& entry, const Packet& packet);
  // True when `packet` shows which of the waiting SYNs has begun a connection, or that none has.
  bool Decide(Entry& entry, const Packet& packet);
  void Begin(Entry& entry, const Packet& first);
  void BeginWith(Entry& entry, const Packet& syn);
  void Sweep(Time now);

  const Settings& settings_;
  const Neighbours& neighbours_;
  std::vector<Finding>& findings_;
  uint64_t& suppressed_;
  std::map<Key, Entry> entries_;
  uint64_t connections_ = 0;
  uint64_t passed_over_ = 0;
};

}  // namespace nut::tracecheck
