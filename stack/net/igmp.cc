#include "stack/net/igmp.h"

#include <algorithm>

namespace nut::net {

using wire::IgmpType;
using wire::IgmpVersion;
using wire::Ipv4Address;

Result<Igmp::Group*> Igmp::FindOrMake(Ipv4Address address) {
  if (const auto found = groups_.find(address); found != groups_.end()) return &found->second;
  // One that was left goes before one that is wanted cannot come.
  if (groups_.size() >= options_.maximum_groups) {
    const auto left =
        std::ranges::find_if(groups_, [](const auto& entry) { return !entry.second.membership.joined(); });
    if (left == groups_.end()) return Fail(Error::kNoBuffers);
    groups_.erase(left);
  }
  return &groups_.try_emplace(address, address).first->second;
}

Result<void> Igmp::Join(Ipv4Address address, Instant now) {
  if (!address.is_multicast()) return Fail(Error::kInvalidArgument);
  // RFC 3376 section 6: 224.0.0.1 is joined for ever and never reported.
  if (address == kAllSystems) return {};
  const Result<Group*> group = FindOrMake(address);
  if (!group) return Fail(group.error());
  const bool was_joined = (*group)->membership.joined();
  (*group)->membership.JoinAnySource(robustness_);
  OnChange(groups_.find(address), was_joined, now);
  return {};
}

Result<void> Igmp::Leave(Ipv4Address address, Instant now) {
  if (address == kAllSystems) return {};
  const auto found = groups_.find(address);
  if (found == groups_.end()) return Fail(Error::kNotFound);
  if (const Result<void> left = found->second.membership.LeaveAnySource(robustness_); !left) return left;
  OnChange(found, true, now);
  return {};
}

Result<void> Igmp::JoinSource(Ipv4Address address, Ipv4Address source, Instant now) {
  const bool is_host = !source.is_this_network() && !source.is_multicast() && !source.is_broadcast() &&
                       !source.is_reserved() && !source.is_loopback();
  if (!address.is_multicast() || address == kAllSystems || !is_host) return Fail(Error::kInvalidArgument);
  const Result<Group*> group = FindOrMake(address);
  if (!group) return Fail(group.error());
  const bool was_joined = (*group)->membership.joined();
  const Result<void> joined = (*group)->membership.JoinSource(source, robustness_, options_.maximum_sources);
  if (!joined) {
    RemoveLeft();
    return joined;
  }
  OnChange(groups_.find(address), was_joined, now);
  return {};
}

Result<void> Igmp::LeaveSource(Ipv4Address address, Ipv4Address source, Instant now) {
  const auto found = groups_.find(address);
  if (found == groups_.end()) return Fail(Error::kNotFound);
  if (const Result<void> left = found->second.membership.LeaveSource(source, robustness_); !left) return left;
  OnChange(found, true, now);
  return {};
}

bool Igmp::IsMember(Ipv4Address address) const {
  if (address == kAllSystems) return true;
  const auto found = groups_.find(address);
  return found != groups_.end() && found->second.membership.joined();
}

bool Igmp::Accepts(Ipv4Address address, Ipv4Address source) const {
  if (address == kAllSystems) return true;
  const auto found = groups_.find(address);
  return found != groups_.end() && found->second.membership.Accepts(source);
}

void Igmp::OnChange(Groups::iterator entry, bool was_joined, Instant now) {
  auto& [address, group] = *entry;
  // RFC 3376 5.1: at once, and then again in case it is lost.
  if (version() == IgmpVersion::kV3) {
    if (group.membership.has_changes()) SendChanges(now);
    return;
  }
  // Before version 3 only the group itself is known to routers.
  group.membership.ForgetChanges();
  const bool joined = group.membership.joined();
  if (joined && !was_joined) {
    group.repeats = robustness_ - 1;
    Report(address, group, now);
  } else if (!joined) {
    // RFC 2236 section 3: to all routers, if our report was the last one. Section 4: not while a version 1
    // router rules, which would not know the message.
    if (group.last_reporter && version() == IgmpVersion::kV2) out_.SendLeave(address);
    groups_.erase(entry);
  }
}

void Igmp::SendChanges(Instant now) {
  GroupMembership::Records records;
  for (auto& [address, group] : groups_) group.membership.TakeChanges(records);
  out_.SendRecords(records);
  RemoveLeft();
  changes_at_ = kNever;
  const bool more =
      std::ranges::any_of(groups_, [](const auto& entry) { return entry.second.membership.has_changes(); });
  if (!more) return;
  // RFC 3376 5.1: "at intervals chosen at random from the range (0, [Unsolicited Report Interval])".
  changes_at_ = now + RandomUpTo(options_.unsolicited_report_interval);
  waker_.Wake();
}

void Igmp::Report(Ipv4Address address, Group& group, Instant now) {
  group.last_reporter = true;
  group.report_at = kNever;
  out_.SendReport(version(), address);
  if (group.repeats == 0) return;
  --group.repeats;
  Schedule(group, options_.old_unsolicited_report_interval, now);
}

void Igmp::ReportAll(Instant now) {
  if (groups_.empty()) return;
  if (version() == IgmpVersion::kV3) {
    for (auto& [address, group] : groups_) group.membership.RepeatAll(robustness_);
    return SendChanges(now);
  }
  for (auto& [address, group] : groups_) {
    group.repeats = robustness_ - 1;
    Report(address, group, now);
  }
}

void Igmp::RemoveLeft() {
  std::erase_if(groups_, [](const auto& entry) {
    const GroupMembership& membership = entry.second.membership;
    return !membership.joined() && !membership.has_changes();
  });
}

void Igmp::OnTimer(Instant now) {
  const IgmpVersion before = version();
  if (v1_router_until_ <= now) v1_router_until_ = Instant{};
  if (v2_router_until_ <= now) v2_router_until_ = Instant{};
  if (version() != before) ForgetWhatIsDue();
  if (changes_at_ <= now) SendChanges(now);

  GroupMembership::Records records;
  const bool whole = state_at_ <= now;
  if (whole) state_at_ = kNever;
  for (auto& [address, group] : groups_) {
    if (whole && group.membership.joined()) group.membership.AppendState(records);
    if (group.report_at > now) continue;
    if (version() != IgmpVersion::kV3) {
      Report(address, group, now);
    } else {
      group.report_at = kNever;
      if (!whole && group.membership.joined()) group.membership.AppendAnswer(records);
    }
  }
  out_.SendRecords(records);
}

Instant Igmp::poll_at() const {
  Instant next = std::min(changes_at_, state_at_);
  if (v1_router_until_ != Instant{}) next = std::min(next, v1_router_until_);
  if (v2_router_until_ != Instant{}) next = std::min(next, v2_router_until_);
  for (const auto& [address, group] : groups_) next = std::min(next, group.report_at);
  return next;
}

std::vector<GroupInfo> Igmp::Snapshot() const {
  std::vector<GroupInfo> all;
  for (const auto& [address, group] : groups_) {
    if (!group.membership.joined()) continue;
    const bool pending = group.report_at != kNever || state_at_ != kNever || group.membership.has_changes();
    all.push_back({address, group.membership.members(), pending});
  }
  return all;
}

}  // namespace nut::net
