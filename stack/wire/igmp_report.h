// The report of IGMP version 3 (RFC 3376 4.2), which a host only writes: what it wants to hear of which
// groups.
#pragma once

#include <span>
#include <vector>

#include "stack/base/bytes.h"
#include "stack/wire/ipv4_address.h"

namespace nut::wire {

inline constexpr size_t kIgmpReportHeaderSize = 8;
inline constexpr size_t kIgmpRecordHeaderSize = 8;

// RFC 3376 4.2.12.
enum class IgmpRecordType : uint8_t {
  kIsInclude = 1,  // current state: from these sources only
  kIsExclude = 2,  // current state: from all but these
  kToInclude = 3,  // the same two, newly so
  kToExclude = 4,
  kAllow = 5,  // these sources are wanted now
  kBlock = 6,  // and these no longer
};

struct IgmpRecord {
  IgmpRecordType type{};
  Ipv4Address group;
  std::vector<Ipv4Address> sources;

  // On the wire, in bytes.
  size_t size() const { return kIgmpRecordHeaderSize + Ipv4Address::kSize * sources.size(); }
  friend bool operator==(const IgmpRecord&, const IgmpRecord&) = default;
};

// In bytes.
size_t IgmpReportSize(std::span<const IgmpRecord> records);

// Writes the first IgmpReportSize(records) bytes of `out`, checksum included. At most 65535 records, and
// sources in each.
void Emit(MutableByteView out, std::span<const IgmpRecord> records);

}  // namespace nut::wire
