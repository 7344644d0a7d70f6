// Igmp: the groups that this node belongs to, and what it tells routers about them (RFC 2236, host side; RFC
// 1112). Owned by Network; joined and left on any thread, messages and timers on the receive thread. Never
// blocks.
#pragma once

#include <map>
#include <vector>

#include "stack/base/result.h"
#include "stack/base/rng.h"
#include "stack/base/statistics.h"
#include "stack/net/drops.h"
#include "stack/net/ip_layer.h"
#include "stack/net/waker.h"
#include "stack/wire/igmp.h"

namespace nut::net {

struct IgmpOptions {
  size_t maximum_groups = 256;
  Duration unsolicited_report_interval = 10s;  // RFC 2236 8.10
  unsigned robustness = 2;                     // RFC 2236 8.1: unsolicited reports per join
  Duration v1_router_present = 400s;           // RFC 2236 8.11
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
      : ip_(ip), rng_(rng), waker_(waker), statistics_(statistics), drops_(drops), options_(options) {}

  // Counted: a group is left when everybody who joined has left. kInvalidArgument for what is no group,
  // kNoBuffers at the limit, kNotFound when it was not joined.
  Result<void> Join(wire::Ipv4Address group, Instant now);
  Result<void> Leave(wire::Ipv4Address group);

  // Every host belongs to 224.0.0.1 (RFC 1112 section 4).
  bool IsMember(wire::Ipv4Address group) const { return group == kAllSystems || groups_.contains(group); }

  void OnPacket(ReceivedPacket packet) override;
  void OnIcmpError(const IcmpErrorReport&) override {}

  // The address has changed: all groups are reported anew.
  void ReportAll(Instant now);

  void OnTimer(Instant now);
  Instant poll_at() const;

  std::vector<GroupInfo> Snapshot() const;

 private:
  static constexpr wire::Ipv4Address kAllSystems{224, 0, 0, 1};
  static constexpr wire::Ipv4Address kAllRouters{224, 0, 0, 2};

  struct Membership {
    unsigned members = 0;
    Instant report_at = kNever;
    unsigned repeats = 0;        // unsolicited reports still to come after the next
    bool last_reporter = false;  // nobody reported after us: then a leave is ours to send
  };

  void OnQuery(const wire::IgmpView& query, Instant now);
  void OnReport(wire::Ipv4Address group);
  void Schedule(Membership& membership, Duration limit, Instant now);
  void Report(wire::Ipv4Address group, Membership& membership, Instant now);
  void Send(wire::IgmpType type, wire::Ipv4Address group, wire::Ipv4Address destination);

  IpLayer& ip_;
  Rng rng_;
  Waker& waker_;
  Statistics& statistics_;
  Drops& drops_;
  const IgmpOptions options_;
  std::map<wire::Ipv4Address, Membership> groups_;
  Instant v1_router_until_{};
};

}  // namespace nut::net
