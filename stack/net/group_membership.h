// GroupMembership: what this node wants to hear of one multicast group, and what routers have yet to be told
// about it by IGMP version 3 (RFC 3376 3.2, 5.1, 5.2). Joined from any source it is EXCLUDE{} in the RFC's
// terms, otherwise INCLUDE of the sources that were joined. Knows records, but neither time nor packets.
// Owned by Igmp.
#pragma once

#include <map>
#include <set>
#include <span>
#include <vector>

#include "stack/base/result.h"
#include "stack/wire/igmp_report.h"

namespace nut::net {

class GroupMembership {
 public:
  using Records = std::vector<wire::IgmpRecord>;

  explicit GroupMembership(wire::Ipv4Address group) : group_(group) {}

  // Counted: a group, or a source of it, is left when everybody who joined has left. What routers must hear
  // is due `times` times afterwards. kNotFound where it was not joined; kNoBuffers above `maximum_sources`.
  void JoinAnySource(unsigned times);
  Result<void> LeaveAnySource(unsigned times);
  Result<void> JoinSource(wire::Ipv4Address source, unsigned times, size_t maximum_sources);
  Result<void> LeaveSource(wire::Ipv4Address source, unsigned times);

  bool joined() const { return any_source_ > 0 || !sources_.empty(); }
  bool Accepts(wire::Ipv4Address source) const { return any_source_ > 0 || sources_.contains(source); }
  unsigned members() const;

  // --- state changes (RFC 3376 5.1) ---
  bool has_changes() const { return mode_changes_ > 0 || !source_changes_.empty(); }
  // Appends the records that are due, once.
  void TakeChanges(Records& records);
  // All of it is news: to another network, or to a router that has forgotten.
  void RepeatAll(unsigned times);
  void ForgetChanges();

  // --- answers (RFC 3376 5.2) ---
  // The state as it is.
  void AppendState(Records& records) const;
  // A query that asks for these sources, or for the whole group if there are none, has come before the last
  // one was answered, or not. More than `maximum` sources at once are the whole group.
  void NoteQuery(std::span<const wire::Ipv4Address> sources, bool is_first, size_t maximum);
  // The answer to what was noted; none where the sources asked for are not wanted.
  void AppendAnswer(Records& records) const;

 private:
  wire::IgmpRecord StateRecord(wire::IgmpRecordType include, wire::IgmpRecordType exclude) const;
  void NoteModeChange(unsigned times);

  const wire::Ipv4Address group_;
  unsigned any_source_ = 0;                               // joins
  std::map<wire::Ipv4Address, unsigned> sources_;         // joins of each
  unsigned mode_changes_ = 0;                             // how often the new mode is still to be told
  std::map<wire::Ipv4Address, unsigned> source_changes_;  // and that the source is wanted, or no longer
  std::set<wire::Ipv4Address> asked_;                     // by queries; empty: for the whole group
};

}  // namespace nut::net
