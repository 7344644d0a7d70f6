// PacketFilter: which packets may come in and go out, by rules in order: the first that fits decides, and
// what none fits passes. Stateless: answers to what this node asked are packets like others. Owned by
// Network; rules are set by whoever configures the node, packets judged on any of its threads. Never blocks.
//
// Packets are judged whole, as what receives them would see them: an attacker gains nothing by cutting a
// header in two or overwriting it with a later fragment (RFC 1858, RFC 3128). A fragment is dropped early
// where no header could save it. Segments that TCP joins to one which has passed are the same packet to it,
// and not counted again. Packets of the node to itself are its own business.
#pragma once

#include <vector>

#include "stack/base/result.h"
#include "stack/net/filter_rule.h"

namespace nut::net {

struct PacketFilterOptions {
  std::vector<FilterRule> rules;
  size_t maximum_rules = 64;  // each costs every packet some instructions
};

struct FilterRuleInfo {
  FilterRule rule;
  uint64_t packets = 0;  // that it has decided about
  uint64_t bytes = 0;    // in them, IP headers included
};

class PacketFilter {
 public:
  explicit PacketFilter(size_t maximum_rules) : maximum_rules_(maximum_rules) {}

  // Replaces all rules, and begins to count anew. kNoBuffers: too many, and nothing has changed.
  Result<void> SetRules(const std::vector<FilterRule>& rules);
  // Asked before everything else: without rules a filter costs nothing.
  bool empty() const { return rules_.empty(); }

  // What shall become of a whole packet.
  FilterAction Judge(const FilteredPacket& packet);
  // Whether a fragment, of which only the IP header counts, is dropped whatever its datagram holds.
  bool DropsFragment(const FilteredPacket& fragment);

  std::vector<FilterRuleInfo> Snapshot() const { return rules_; }

 private:
  const size_t maximum_rules_;
  std::vector<FilterRuleInfo> rules_;
};

}  // namespace nut::net
