// The half of Igmp that listens: to routers that ask, and to other members that answer before us.
#include <algorithm>

#include "stack/net/igmp.h"

namespace nut::net {

using wire::IgmpType;
using wire::IgmpVersion;
using wire::Ipv4Address;

void Igmp::OnPacket(ReceivedPacket&& packet) {
  const auto igmp = wire::IgmpView::Parse(packet.frame->data());
  if (!igmp) return drops_.Received(*packet.frame, igmp.error());
  switch (igmp->type()) {
    case IgmpType::kQuery: statistics_.Add(Counter::kIgmpInQueries); return OnQuery(*igmp, packet.arrival);
    case IgmpType::kReportV1:
    case IgmpType::kReportV2: return OnReport(igmp->group());
    default:
      // RFC 3376 section 4: unrecognised types are silently ignored; leaves and version 3 reports are for
      // routers.
      return drops_.Received(*packet.frame, DropReason::kIgmpUnknownType);
  }
}

IgmpVersion Igmp::version() const {
  // RFC 3376 7.2.1, "Host Compatibility Mode".
  if (v1_router_until_ != Instant{}) return IgmpVersion::kV1;
  return v2_router_until_ != Instant{} ? IgmpVersion::kV2 : IgmpVersion::kV3;
}

Duration Igmp::older_querier_present() const {
  return robustness_ * query_interval_ + options_.query_response_interval;
}

void Igmp::NoteQuerier(const wire::IgmpView& query, Instant now) {
  const IgmpVersion before = version();
  switch (query.version()) {
    case IgmpVersion::kV1: v1_router_until_ = now + older_querier_present(); break;
    case IgmpVersion::kV2: v2_router_until_ = now + older_querier_present(); break;
    case IgmpVersion::kV3:
      // RFC 3376 4.1.6, 4.1.7: the querier's values become ours; zero says nothing.
      robustness_ = query.robustness() != 0 ? query.robustness() : std::max(1u, options_.robustness);
      query_interval_ =
          query.query_interval() != Duration::zero() ? query.query_interval() : options_.query_interval;
  }
  if (version() != before) ForgetWhatIsDue();
  waker_.Wake();
}

void Igmp::ForgetWhatIsDue() {
  changes_at_ = state_at_ = kNever;
  for (auto& [address, group] : groups_) {
    group.membership.ForgetChanges();
    group.report_at = kNever;
    group.repeats = 0;
    // Nobody has reported in this way yet; who leaves says so rather than not.
    group.last_reporter = true;
  }
  RemoveLeft();
}

void Igmp::OnQuery(const wire::IgmpView& query, Instant now) {
  NoteQuerier(query, now);
  if (version() == IgmpVersion::kV3) return AnswerLater(query, now);
  AnswerLaterInOldWay(query, now);
}

// RFC 3376 5.2.
void Igmp::AnswerLater(const wire::IgmpView& query, Instant now) {
  const Instant at = now + RandomUpTo(query.max_response_time());
  // Rule 1: the answer to a general query that is due before answers this one, too.
  if (state_at_ <= at) return;
  if (query.is_general_query()) {
    state_at_ = at;
    return;
  }
  const auto found = groups_.find(query.group());
  if (found == groups_.end()) return;
  Group& group = found->second;
  std::vector<Ipv4Address> sources;
  if (query.source_count() <= options_.maximum_asked_sources) {
    for (size_t i = 0; i < query.source_count(); ++i) sources.push_back(query.source(i));
  }
  group.membership.NoteQuery(sources, group.report_at == kNever, options_.maximum_asked_sources);
  group.report_at = std::min(group.report_at, at);
}

void Igmp::AnswerLaterInOldWay(const wire::IgmpView& query, Instant now) {
  if (query.is_general_query()) {
    for (auto& [address, group] : groups_) Schedule(group, query.max_response_time(), now);
    return;
  }
  const auto found = groups_.find(query.group());
  if (found != groups_.end()) Schedule(found->second, query.max_response_time(), now);
}

void Igmp::Schedule(Group& group, Duration limit, Instant now) {
  // RFC 2236 section 3: a random delay, unless the one that runs ends earlier than the query asks.
  if (group.report_at <= now + limit) return;
  group.report_at = now + RandomUpTo(limit);
  waker_.Wake();
}

void Igmp::OnReport(Ipv4Address address) {
  // RFC 3376 7.2.2: version 3 routers want to hear every member; others are told by one.
  if (version() == IgmpVersion::kV3) return;
  const auto found = groups_.find(address);
  if (found == groups_.end()) return;
  // RFC 2236 section 3: one report per group and link is enough.
  found->second.report_at = kNever;
  found->second.repeats = 0;
  found->second.last_reporter = false;
}

}  // namespace nut::net
