// IgmpOut: sends what this node has to say about its groups, in the form of the version that is spoken. Owned
// by Igmp. Never blocks; what fails is counted below, and said again by nature.
#pragma once

#include "stack/base/statistics.h"
#include "stack/net/ip_layer.h"
#include "stack/wire/igmp.h"
#include "stack/wire/igmp_report.h"

namespace nut::net {

class IgmpOut {
 public:
  IgmpOut(IpLayer& ip, Statistics& statistics) : ip_(ip), statistics_(statistics) {}

  // Versions 1 and 2: a report to the group itself, a leave to all routers (RFC 2236 section 9).
  void SendReport(wire::IgmpVersion version, wire::Ipv4Address group);
  void SendLeave(wire::Ipv4Address group);
  // Version 3: in as many reports as the MTU makes necessary; nothing where there is nothing to say.
  void SendRecords(const std::vector<wire::IgmpRecord>& records);

 private:
  size_t LargestReport() const;
  void SendReport(std::span<const wire::IgmpRecord> records);
  void Send(link::FramePtr frame, wire::Ipv4Address destination);

  IpLayer& ip_;
  Statistics& statistics_;
};

}  // namespace nut::net
