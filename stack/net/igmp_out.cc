#include "stack/net/igmp_out.h"

#include <algorithm>

#include "stack/wire/ipv4.h"
#include "stack/wire/ipv4_options.h"

namespace nut::net {
namespace {

using wire::IgmpRecord;
using wire::IgmpType;
using wire::Ipv4Address;

constexpr Ipv4Address kAllRouters(224, 0, 0, 2);    // RFC 2236 section 9
constexpr Ipv4Address kIgmpRouters(224, 0, 0, 22);  // RFC 3376 4.2.14
constexpr size_t kIpHeaderSize = wire::kIpv4HeaderSize + wire::kIpv4RouterAlert.size();

// RFC 3376 4.2.16: a record too large for one report is split into several of the same type. (Those of
// EXCLUDE may not, and have no sources here.)
std::vector<IgmpRecord> SplitToFit(const std::vector<IgmpRecord>& records, size_t largest_record) {
  const size_t most =
      std::max<size_t>(1, (largest_record - wire::kIgmpRecordHeaderSize) / Ipv4Address::kSize);
  std::vector<IgmpRecord> pieces;
  for (const IgmpRecord& record : records) {
    size_t from = 0;
    do {
      const size_t to = std::min(record.sources.size(), from + most);
      IgmpRecord piece{.type = record.type, .group = record.group, .sources = {}};
      piece.sources.assign(record.sources.begin() + static_cast<std::ptrdiff_t>(from),
                           record.sources.begin() + static_cast<std::ptrdiff_t>(to));
      pieces.push_back(std::move(piece));
      from = to;
    } while (from < record.sources.size());
  }
  return pieces;
}

}  // namespace

void IgmpOut::SendReport(wire::IgmpVersion version, Ipv4Address group) {
  link::FramePtr frame = ip_.Allocate(wire::kIgmpSize);
  if (!frame) return;
  const auto type = version == wire::IgmpVersion::kV1 ? IgmpType::kReportV1 : IgmpType::kReportV2;
  wire::Emit(frame->Append(wire::kIgmpSize), wire::IgmpFields{type, 0, group});
  statistics_.Add(Counter::kIgmpOutReports);
  Send(std::move(frame), group);
}

void IgmpOut::SendLeave(Ipv4Address group) {
  link::FramePtr frame = ip_.Allocate(wire::kIgmpSize);
  if (!frame) return;
  wire::Emit(frame->Append(wire::kIgmpSize), wire::IgmpFields{IgmpType::kLeave, 0, group});
  Send(std::move(frame), kAllRouters);
}

size_t IgmpOut::LargestReport() const {
  const Result<RouteChoice> route = ip_.Route(kIgmpRouters);
  const size_t mtu = route ? route->mtu : 0;
  const size_t least = wire::kIgmpReportHeaderSize + wire::kIgmpRecordHeaderSize + Ipv4Address::kSize;
  return std::max(mtu, kIpHeaderSize + least) - kIpHeaderSize;
}

void IgmpOut::SendRecords(const std::vector<IgmpRecord>& records) {
  const size_t largest = LargestReport();
  const std::vector<IgmpRecord> pieces = SplitToFit(records, largest - wire::kIgmpReportHeaderSize);
  size_t first = 0;
  size_t size = wire::kIgmpReportHeaderSize;
  for (size_t i = 0; i < pieces.size(); ++i) {
    if (size + pieces[i].size() > largest) {
      SendReport(std::span(pieces).subspan(first, i - first));
      first = i;
      size = wire::kIgmpReportHeaderSize;
    }
    size += pieces[i].size();
  }
  if (first < pieces.size()) SendReport(std::span(pieces).subspan(first));
}

void IgmpOut::SendReport(std::span<const IgmpRecord> records) {
  const size_t size = wire::IgmpReportSize(records);
  link::FramePtr frame = ip_.Allocate(size);
  if (!frame) return;
  wire::Emit(frame->Append(size), records);
  statistics_.Add(Counter::kIgmpOutReports);
  Send(std::move(frame), kIgmpRouters);
}

void IgmpOut::Send(link::FramePtr frame, Ipv4Address destination) {
  SendParameters parameters;
  parameters.destination = destination;
  parameters.protocol = wire::IpProtocol::kIgmp;
  // RFC 3376 section 4: "an IP Time-to-Live of 1, IP Precedence of Internetwork Control (e.g., Type of
  // Service 0xc0), and carry an IP Router Alert option".
  parameters.ttl = 1;
  parameters.tos = 0xc0;
  parameters.router_alert = true;
  parameters.loop_multicast = false;
  static_cast<void>(ip_.Send(std::move(frame), parameters));
}

}  // namespace nut::net
