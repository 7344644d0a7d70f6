// IGMP messages, seen by a host: versions 1 and 2 in full (RFC 1112, RFC 2236), queries of version 3 (RFC
// 3376); its reports are in igmp_report.h. A view lives no longer than the frame it looks at.
#pragma once

#include "stack/base/time.h"
#include "stack/wire/ipv4_address.h"
#include "stack/wire/parsed.h"

namespace nut::wire {

inline constexpr size_t kIgmpSize = 8;          // versions 1 and 2
inline constexpr size_t kIgmpV3QuerySize = 12;  // without sources

// A view may return other values than these.
enum class IgmpType : uint8_t {
  kQuery = 0x11,
  kReportV1 = 0x12,
  kReportV2 = 0x16,
  kLeave = 0x17,
  kReportV3 = 0x22,
};

enum class IgmpVersion : uint8_t { kV1 = 1, kV2 = 2, kV3 = 3 };

class IgmpView {
 public:
  // `message` is the whole IP payload, all of which is summed (RFC 2236 2.3). kIgmpTruncated below 8 bytes,
  // for a query of 9–11 bytes, and for one of version 3 that announces more sources than it holds;
  // kIgmpBadChecksum.
  static Parsed<IgmpView> Parse(ByteView message);

  IgmpType type() const { return static_cast<IgmpType>(bytes_[0]); }
  // The version that defines the message; for queries by RFC 3376 7.1.
  IgmpVersion version() const;
  Ipv4Address group() const { return Ipv4Address::Load(bytes_.data() + 4); }
  bool is_general_query() const { return type() == IgmpType::kQuery && group().is_unspecified(); }

  // How long a report may wait, of a query: 10 s in version 1 (RFC 2236 section 4), else tenths of a second.
  Duration max_response_time() const;

  // Of a version 3 query: how often its sender expects things to be said (RFC 3376 4.1.6), and how often it
  // asks (4.1.7). Zero where it does not say, and in other versions.
  unsigned robustness() const { return is_v3_query() ? bytes_[8] & 0x07 : 0; }
  Duration query_interval() const;

  // Sources of a version 3 query; none otherwise. `index` is below source_count().
  size_t source_count() const;
  Ipv4Address source(size_t index) const {
    return Ipv4Address::Load(bytes_.data() + kIgmpV3QuerySize + 4 * index);
  }

 private:
  explicit IgmpView(ByteView bytes) : bytes_(bytes) {}
  bool is_v3_query() const { return type() == IgmpType::kQuery && bytes_.size() >= kIgmpV3QuerySize; }

  ByteView bytes_;
};

struct IgmpFields {
  IgmpType type = IgmpType::kReportV2;
  uint8_t max_response = 0;  // tenths of a second; 0 in everything but queries
  Ipv4Address group;
};

// Writes the first 8 bytes of `out`, checksum included: a message of version 1 or 2.
void Emit(MutableByteView out, const IgmpFields& fields);

}  // namespace nut::wire
