// Igmp: the groups that this node belongs to, and when routers are told about them: the host side of version
// 3 (RFC 3376), and of versions 2 and 1 (RFC 2236, RFC 1112) as long as a router of these is heard. Owned by
// Network; joined and left on any thread, messages and timers on the receive thread. Never blocks.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "stack/base/result.h"
#include "stack/base/rng.h"
#include "stack/base/statistics.h"
#include "stack/net/drops.h"
#include "stack/net/group_membership.h"
#include "stack/net/igmp_out.h"
#include "stack/net/ip_layer.h"
#include "stack/net/waker.h"
#include "stack/wire/igmp.h"

namespace nut::net {

struct IgmpOptions {
  size_t maximum_groups = 256;
  size_t maximum_sources = 64;        // joined of one group
  size_t maximum_asked_sources = 64;  // that queries ask for together: with more the whole group is reported
  // RFC 3376 section 8. The first two are what the last version 3 query said, if it said anything.
  unsigned robustness = 2;                         // 8.1: how often each change is reported
  Duration query_interval = 125s;                  // 8.2
  Duration query_response_interval = 10s;          // 8.3
  Duration unsolicited_report_interval = 1s;       // 8.11
  Duration old_unsolicited_report_interval = 10s;  // RFC 2236 8.10
};

struct GroupInfo {
  wire::Ipv4Address group;
  unsigned members = 0;  // how often joined and not left
  bool report_pending = false;
};

class Igmp final : public Transport {
 public:
  Igmp(IpLayer& ip, const Rng& rng, Waker& waker, Statistics& statistics, Drops& drops,
       IgmpOptions options = {})
      : out_(ip, statistics),
        rng_(rng),
        waker_(waker),
        statistics_(statistics),
        drops_(drops),
        options_(options) {}

  // Counted: a group is left when everybody who joined has left. kInvalidArgument for what is no group,
  // kNoBuffers at the limit, kNotFound when it was not joined.
  Result<void> Join(wire::Ipv4Address group, Instant now);
  Result<void> Leave(wire::Ipv4Address group, Instant now);
  // The same for what one host sends to the group (RFC 4607); both kinds add up. kInvalidArgument for what is
  // no host's address, and for 224.0.0.1.
  Result<void> JoinSource(wire::Ipv4Address group, wire::Ipv4Address source, Instant now);
  Result<void> LeaveSource(wire::Ipv4Address group, wire::Ipv4Address source, Instant now);

  // Whether the group is joined, from any source or from some.
  bool IsMember(wire::Ipv4Address group) const;
  // Whether what `source` sends to `group` is for this node. Every host belongs to 224.0.0.1 (RFC 1112
  // section 4).
  bool Accepts(wire::Ipv4Address group, wire::Ipv4Address source) const;

  void OnPacket(ReceivedPacket&& packet) override;
  void OnIcmpError(const IcmpErrorReport&) override {}

  // The address has changed: all groups are reported anew.
  void ReportAll(Instant now);

  void OnTimer(Instant now);
  Instant poll_at() const;

  std::vector<GroupInfo> Snapshot() const;
  // That of the oldest router heard of lately.
  wire::IgmpVersion version() const;

 private:
  static constexpr wire::Ipv4Address kAllSystems{224, 0, 0, 1};

  struct Group {
    explicit Group(wire::Ipv4Address group) : membership(group) {}
    GroupMembership membership;
    Instant report_at = kNever;  // an answer to a query; before version 3 also the repetition of a report
    // Before version 3:
    unsigned repeats = 0;        // unsolicited reports still to come after the next
    bool last_reporter = false;  // nobody reported after us: then a leave is ours to send
  };
  using Groups = std::map<wire::Ipv4Address, Group>;

  Result<Group*> FindOrMake(wire::Ipv4Address group);
  // Tells routers what has become of a group, which was joined before, or was not.
  void OnChange(Groups::iterator group, bool was_joined, Instant now);

  void OnQuery(const wire::IgmpView& query, Instant now);
  void NoteQuerier(const wire::IgmpView& query, Instant now);
  void AnswerLater(const wire::IgmpView& query, Instant now);
  void AnswerLaterInOldWay(const wire::IgmpView& query, Instant now);
  void OnReport(wire::Ipv4Address group);

  // Version 3.
  void SendChanges(Instant now);
  // Before.
  void Report(wire::Ipv4Address address, Group& group, Instant now);
  void Schedule(Group& group, Duration limit, Instant now);

  // Another version is spoken from now on: nothing that was due is said any more (RFC 3376 7.2.1).
  void ForgetWhatIsDue();
  void RemoveLeft();
  // RFC 3376 8.12.
  Duration older_querier_present() const;
  Duration RandomUpTo(Duration limit) {
    return Duration(rng_.Below(static_cast<uint64_t>(limit.count()) + 1));
  }

  IgmpOut out_;
  Rng rng_;
  Waker& waker_;
  Statistics& statistics_;
  Drops& drops_;
  const IgmpOptions options_;
  Groups groups_;  // those that were left lately are in here until routers know
  // What the last version 3 query said.
  unsigned robustness_ = std::max(1u, options_.robustness);
  Duration query_interval_ = options_.query_interval;
  Instant v1_router_until_{};
  Instant v2_router_until_{};
  Instant changes_at_ = kNever;  // changes are told once more
  Instant state_at_ = kNever;    // a general query is answered
};

}  // namespace nut::net
