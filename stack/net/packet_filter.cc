#include "stack/net/packet_filter.h"

namespace nut::net {
namespace {

FilterAction Decide(FilterRuleInfo& rule, const FilteredPacket& packet) {
  ++rule.packets;
  rule.bytes += packet.size;
  return rule.rule.action;
}

}  // namespace

Result<void> PacketFilter::SetRules(const std::vector<FilterRule>& rules) {
  if (rules.size() > maximum_rules_) return Fail(Error::kNoBuffers);
  rules_.clear();
  for (const FilterRule& rule : rules) rules_.push_back({rule, 0, 0});
  return {};
}

FilterAction PacketFilter::Judge(const FilteredPacket& packet) {
  for (FilterRuleInfo& rule : rules_) {
    // A header too short for the rule is too short for its transport, which drops it.
    if (rule.rule.Matches(packet) == FilterMatch::kYes) return Decide(rule, packet);
  }
  return FilterAction::kAccept;
}

bool PacketFilter::DropsFragment(const FilteredPacket& fragment) {
  for (FilterRuleInfo& rule : rules_) {
    switch (rule.rule.Matches(fragment)) {
      case FilterMatch::kNo: break;
      case FilterMatch::kPerhaps: return false;
      case FilterMatch::kYes:
        // A rejection quotes the whole packet's header; an acceptance is counted with it.
        return rule.rule.action == FilterAction::kDrop && Decide(rule, fragment) == FilterAction::kDrop;
    }
  }
  return false;
}

}  // namespace nut::net
