#include "stack/wire/igmp_report.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "stack/wire/checksum.h"
#include "stack/wire/igmp.h"

namespace nut::wire {
namespace {

constexpr size_t kMostOfAKind = 65535;

}  // namespace

size_t IgmpReportSize(std::span<const IgmpRecord> records) {
  size_t size = kIgmpReportHeaderSize;
  for (const IgmpRecord& record : records) size += record.size();
  return size;
}

void Emit(MutableByteView out, std::span<const IgmpRecord> records) {
  const size_t size = IgmpReportSize(records);
  NUT_INVARIANT(out.size() >= size && records.size() <= kMostOfAKind, "no room for an IGMP report");
  uint8_t* p = out.data();
  std::fill(p, p + size, uint8_t{0});
  p[0] = static_cast<uint8_t>(IgmpType::kReportV3);
  StoreBe16(p + 6, static_cast<uint16_t>(records.size()));
  p += kIgmpReportHeaderSize;
  for (const IgmpRecord& record : records) {
    NUT_INVARIANT(record.sources.size() <= kMostOfAKind, "too many sources in an IGMP record");
    p[0] = static_cast<uint8_t>(record.type);
    StoreBe16(p + 2, static_cast<uint16_t>(record.sources.size()));
    record.group.Store(p + 4);
    p += kIgmpRecordHeaderSize;
    for (const Ipv4Address source : record.sources) {
      source.Store(p);
      p += Ipv4Address::kSize;
    }
  }
  StoreBe16(out.data() + 2, Checksum(out.first(size)));
}

}  // namespace nut::wire
