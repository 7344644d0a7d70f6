// RuleFamily: rules that belong together and what they have to remember of one connection. Judges each packet
// by what was known before it. Owned by the flow.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tools/tracecheck/flow.h"

namespace nut::tracecheck {

// One segment, and what was known when it passed. Lives for one call.
struct Situation {
  const Flow& flow;
  const Segment& segment;
  const Packet& packet;
  Side side;  // of who sent it
  const Half& sender;
  const Half& peer;
  Transmission transmission;  // only where the sender is exact

  Side other() const { return 1 - side; }
  Time now() const { return packet.time; }
  const Settings& settings() const { return flow.settings(); }
  void Report(const Rule& rule, std::string text) const {
    flow.Report(rule, side, packet.number, packet.time, std::move(text));
  }
};

class RuleFamily {
 public:
  virtual ~RuleFamily() = default;
  virtual void Judge(const Situation& situation) = 0;
  // A SYN that may begin another connection, and leaves this one as it is for now.
  virtual void Stray(const Situation&) {}
  // The RST that answers such a SYN.
  virtual void StrayRefused(const Situation&) {}
  // Time has passed without a packet: what had to come until now has not come.
  virtual void End(const Flow&, Time) {}
};

// One of each, for a new connection.
std::vector<std::unique_ptr<RuleFamily>> AllFamilies();

// Every rule there is, in the order of the documentation.
const std::vector<const Rule*>& AllRules();

}  // namespace nut::tracecheck
