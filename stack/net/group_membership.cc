#include "stack/net/group_membership.h"

namespace nut::net {

using wire::IgmpRecord;
using wire::IgmpRecordType;
using wire::Ipv4Address;

void GroupMembership::JoinAnySource(unsigned times) {
  if (any_source_++ == 0) NoteModeChange(times);
}

Result<void> GroupMembership::LeaveAnySource(unsigned times) {
  if (any_source_ == 0) return Fail(Error::kNotFound);
  if (--any_source_ == 0) NoteModeChange(times);
  return {};
}

void GroupMembership::NoteModeChange(unsigned times) {
  mode_changes_ = times;
  // The record of a new mode says all that there is to say about sources.
  source_changes_.clear();
}

Result<void> GroupMembership::JoinSource(Ipv4Address source, unsigned times, size_t maximum_sources) {
  const auto found = sources_.find(source);
  if (found != sources_.end()) {
    ++found->second;
    return {};
  }
  // Those that were left lately are remembered until routers know.
  const bool remembered = source_changes_.contains(source);
  if (sources_.size() >= maximum_sources || (source_changes_.size() >= maximum_sources && !remembered)) {
    return Fail(Error::kNoBuffers);
  }
  sources_[source] = 1;
  // Joined from any source, this one was wanted before.
  if (any_source_ == 0) source_changes_[source] = times;
  return {};
}

Result<void> GroupMembership::LeaveSource(Ipv4Address source, unsigned times) {
  const auto found = sources_.find(source);
  if (found == sources_.end()) return Fail(Error::kNotFound);
  if (--found->second > 0) return {};
  sources_.erase(found);
  if (any_source_ == 0) source_changes_[source] = times;
  return {};
}

unsigned GroupMembership::members() const {
  unsigned all = any_source_;
  for (const auto& [source, joins] : sources_) all += joins;
  return all;
}

IgmpRecord GroupMembership::StateRecord(IgmpRecordType include, IgmpRecordType exclude) const {
  IgmpRecord record{.type = any_source_ > 0 ? exclude : include, .group = group_, .sources = {}};
  if (any_source_ > 0) return record;
  for (const auto& [source, joins] : sources_) record.sources.push_back(source);
  return record;
}

void GroupMembership::TakeChanges(Records& records) {
  IgmpRecord allow{.type = IgmpRecordType::kAllow, .group = group_, .sources = {}};
  IgmpRecord block{.type = IgmpRecordType::kBlock, .group = group_, .sources = {}};
  for (auto change = source_changes_.begin(); change != source_changes_.end();) {
    (sources_.contains(change->first) ? allow : block).sources.push_back(change->first);
    change = --change->second == 0 ? source_changes_.erase(change) : std::next(change);
  }
  // RFC 3376 5.1: as long as a change of mode is due, its record takes the place of the others.
  if (mode_changes_ > 0) {
    --mode_changes_;
    records.push_back(StateRecord(IgmpRecordType::kToInclude, IgmpRecordType::kToExclude));
    return;
  }
  if (!allow.sources.empty()) records.push_back(std::move(allow));
  if (!block.sources.empty()) records.push_back(std::move(block));
}

void GroupMembership::RepeatAll(unsigned times) {
  ForgetChanges();
  if (any_source_ > 0) {
    mode_changes_ = times;
  } else {
    for (const auto& [source, joins] : sources_) source_changes_[source] = times;
  }
}

void GroupMembership::ForgetChanges() {
  mode_changes_ = 0;
  source_changes_.clear();
}

void GroupMembership::AppendState(Records& records) const {
  records.push_back(StateRecord(IgmpRecordType::kIsInclude, IgmpRecordType::kIsExclude));
}

void GroupMembership::NoteQuery(std::span<const Ipv4Address> sources, bool is_first, size_t maximum) {
  // RFC 3376 5.2, rules 3 to 5: sources add up, and a query for the whole group covers them.
  const bool was_whole = !is_first && asked_.empty();
  if (is_first) asked_.clear();
  if (was_whole || sources.empty() || asked_.size() + sources.size() > maximum) return asked_.clear();
  asked_.insert(sources.begin(), sources.end());
}

void GroupMembership::AppendAnswer(Records& records) const {
  if (asked_.empty()) return AppendState(records);
  IgmpRecord wanted{.type = IgmpRecordType::kIsInclude, .group = group_, .sources = {}};
  for (const Ipv4Address source : asked_) {
    if (Accepts(source)) wanted.sources.push_back(source);
  }
  if (!wanted.sources.empty()) records.push_back(std::move(wanted));
}

}  // namespace nut::net
