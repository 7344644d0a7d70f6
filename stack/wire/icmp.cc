#include "stack/wire/icmp.h"

#include "stack/base/invariant.h"
#include "stack/wire/checksum.h"

namespace nut::wire {

Parsed<IcmpView> IcmpView::Parse(ByteView message) {
  if (message.size() < kIcmpHeaderSize) return Reject(DropReason::kIcmpTruncated);
  if (Checksum(message) != 0) return Reject(DropReason::kIcmpBadChecksum);
  return IcmpView(message);
}

void Emit(MutableByteView message, const IcmpFields& fields) {
  NUT_INVARIANT(message.size() >= kIcmpHeaderSize, "no room for an ICMP header");
  uint8_t* p = message.data();
  p[0] = static_cast<uint8_t>(fields.type);
  p[1] = fields.code;
  StoreBe16(p + 2, 0);
  StoreBe32(p + 4, fields.rest);
  StoreBe16(p + 2, Checksum(message));
}

}  // namespace nut::wire
