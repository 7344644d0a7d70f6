#include "stack/net/igmp.h"

#include <algorithm>

namespace nut::net {

using wire::IgmpType;
using wire::Ipv4Address;

Result<void> Igmp::Join(Ipv4Address group, Instant now) {
  if (!group.is_multicast()) return Fail(Error::kInvalidArgument);
  // RFC 2236 section 6: 224.0.0.1 is joined for ever and never reported.
  if (group == kAllSystems) return {};
  const auto found = groups_.find(group);
  if (found == groups_.end() && groups_.size() >= options_.maximum_groups) return Fail(Error::kNoBuffers);
  Membership& membership = groups_[group];
  if (membership.members++ > 0) return {};
  // RFC 2236 section 3: on joining, a report at once, repeated in case it is lost.
  membership.repeats = options_.robustness > 0 ? options_.robustness - 1 : 0;
  Report(group, membership, now);
  return {};
}

Result<void> Igmp::Leave(Ipv4Address group) {
  if (group == kAllSystems) return {};
  const auto found = groups_.find(group);
  if (found == groups_.end()) return Fail(Error::kNotFound);
  if (--found->second.members > 0) return {};
  const bool last_reporter = found->second.last_reporter;
  groups_.erase(found);
  // RFC 2236 section 3: to all routers, if our report was the last one. Section 4: not while a version 1
  // router rules, which would not know the message.
  if (last_reporter && v1_router_until_ == Instant{}) Send(IgmpType::kLeave, group, kAllRouters);
  return {};
}

void Igmp::OnPacket(ReceivedPacket packet) {
  const auto igmp = wire::IgmpView::Parse(packet.frame->data());
  if (!igmp) return drops_.Received(*packet.frame, igmp.error());
  switch (igmp->type()) {
    case IgmpType::kQuery: statistics_.Add(Counter::kIgmpInQueries); return OnQuery(*igmp, packet.arrival);
    case IgmpType::kReportV1:
    case IgmpType::kReportV2: return OnReport(igmp->group());
    default:
      // RFC 2236 2.1: unrecognised types are silently ignored; leaves and version 3 reports are for routers.
      return drops_.Received(*packet.frame, DropReason::kIgmpUnknownType);
  }
}

void Igmp::OnQuery(const wire::IgmpView& query, Instant now) {
  // RFC 2236 section 4: a version 1 router is remembered for a while after each of its queries.
  if (query.version() == wire::IgmpVersion::kV1) v1_router_until_ = now + options_.v1_router_present;
  if (query.is_general_query()) {
    for (auto& [group, membership] : groups_) Schedule(membership, query.max_response_time(), now);
    return;
  }
  const auto found = groups_.find(query.group());
  if (found != groups_.end()) Schedule(found->second, query.max_response_time(), now);
}

void Igmp::Schedule(Membership& membership, Duration limit, Instant now) {
  // RFC 2236 section 3: a random delay, unless the one that runs ends earlier than the query asks.
  if (membership.report_at <= now + limit) return;
  membership.report_at = now + Duration(rng_.Below(static_cast<uint64_t>(limit.count()) + 1));
  waker_.Wake();
}

void Igmp::OnReport(Ipv4Address group) {
  const auto found = groups_.find(group);
  if (found == groups_.end()) return;
  // RFC 2236 section 3: one report per group and link is enough.
  found->second.report_at = kNever;
  found->second.repeats = 0;
  found->second.last_reporter = false;
}

void Igmp::ReportAll(Instant now) {
  for (auto& [group, membership] : groups_) {
    membership.repeats = options_.robustness > 0 ? options_.robustness - 1 : 0;
    Report(group, membership, now);
  }
}

void Igmp::Report(Ipv4Address group, Membership& membership, Instant now) {
  const bool v1 = v1_router_until_ != Instant{};
  membership.last_reporter = true;
  membership.report_at = kNever;
  Send(v1 ? IgmpType::kReportV1 : IgmpType::kReportV2, group, group);
  if (membership.repeats == 0) return;
  --membership.repeats;
  Schedule(membership, options_.unsolicited_report_interval, now);
}

void Igmp::Send(IgmpType type, Ipv4Address group, Ipv4Address destination) {
  link::FramePtr frame = ip_.Allocate(wire::kIgmpSize);
  if (!frame) return;
  wire::Emit(frame->Append(wire::kIgmpSize), wire::IgmpFields{type, 0, group});
  SendParameters parameters;
  parameters.destination = destination;
  parameters.protocol = wire::IpProtocol::kIgmp;
  // RFC 2236 section 2: a TTL of 1 and Router Alert. RFC 3376 section 4 adds the precedence.
  parameters.ttl = 1;
  parameters.tos = 0xc0;
  parameters.router_alert = true;
  parameters.loop_multicast = false;
  if (type != IgmpType::kLeave) statistics_.Add(Counter::kIgmpOutReports);
  // A failure is counted below; reports are repeated by nature.
  static_cast<void>(ip_.Send(std::move(frame), parameters));
}

void Igmp::OnTimer(Instant now) {
  if (v1_router_until_ <= now) v1_router_until_ = Instant{};
  for (auto& [group, membership] : groups_) {
    if (membership.report_at <= now) Report(group, membership, now);
  }
}

Instant Igmp::poll_at() const {
  Instant next = v1_router_until_ == Instant{} ? kNever : v1_router_until_;
  for (const auto& [group, membership] : groups_) next = std::min(next, membership.report_at);
  return next;
}

std::vector<GroupInfo> Igmp::Snapshot() const {
  std::vector<GroupInfo> all;
  for (const auto& [group, membership] : groups_) {
    all.push_back({group, membership.members, membership.report_at != kNever});
  }
  return all;
}

}  // namespace nut::net
