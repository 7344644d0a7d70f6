#include "stack/wire/igmp.h"

#include "stack/base/invariant.h"
#include "stack/wire/checksum.h"

namespace nut::wire {
namespace {

// RFC 3376 4.1.1: from 128 on, the code is a floating-point number: 1 bit one, 3 bits exponent, 4 bits
// mantissa.
constexpr unsigned DecodeV3Time(uint8_t code) {
  return code < 128 ? code : ((code & 0x0fu) | 0x10u) << ((code >> 4 & 0x07u) + 3);
}

}  // namespace

Parsed<IgmpView> IgmpView::Parse(ByteView message) {
  if (message.size() < kIgmpSize) return Reject(DropReason::kIgmpTruncated);
  if (Checksum(message) != 0) return Reject(DropReason::kIgmpBadChecksum);
  const IgmpView view(message);
  if (view.type() == IgmpType::kQuery && message.size() > kIgmpSize) {
    // RFC 3376 7.1: queries of 9 to 11 octets are ignored silently; from 12 on they are version 3.
    if (message.size() < kIgmpV3QuerySize) return Reject(DropReason::kIgmpTruncated);
    // RFC 3376 4.1.8: the sources announced must be there; octets behind them are summed and ignored
    // (4.1.10).
    if (message.size() < kIgmpV3QuerySize + Ipv4Address::kSize * view.source_count()) {
      return Reject(DropReason::kIgmpTruncated);
    }
  }
  return view;
}

IgmpVersion IgmpView::version() const {
  switch (type()) {
    case IgmpType::kQuery:
      if (bytes_.size() >= kIgmpV3QuerySize) return IgmpVersion::kV3;
      return bytes_[1] == 0 ? IgmpVersion::kV1 : IgmpVersion::kV2;
    case IgmpType::kReportV1: return IgmpVersion::kV1;
    case IgmpType::kReportV3: return IgmpVersion::kV3;
    default: return IgmpVersion::kV2;
  }
}

Duration IgmpView::max_response_time() const {
  switch (version()) {
    case IgmpVersion::kV1: return std::chrono::seconds(10);
    case IgmpVersion::kV2: return std::chrono::milliseconds(100) * bytes_[1];
    case IgmpVersion::kV3: return std::chrono::milliseconds(100) * DecodeV3Time(bytes_[1]);
  }
  return Duration::zero();
}

Duration IgmpView::query_interval() const {
  return is_v3_query() ? std::chrono::seconds(DecodeV3Time(bytes_[9])) : Duration::zero();
}

size_t IgmpView::source_count() const { return is_v3_query() ? LoadBe16(bytes_.data() + 10) : 0; }

void Emit(MutableByteView out, const IgmpFields& fields) {
  NUT_INVARIANT(out.size() >= kIgmpSize, "no room for an IGMP message");
  uint8_t* p = out.data();
  p[0] = static_cast<uint8_t>(fields.type);
  p[1] = fields.max_response;
  StoreBe16(p + 2, 0);
  fields.group.Store(p + 4);
  StoreBe16(p + 2, Checksum(out.first(kIgmpSize)));
}

}  // namespace nut::wire
