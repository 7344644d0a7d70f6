#include "stack/wire/ethernet.h"

#include "stack/base/invariant.h"

namespace nut::wire {

Parsed<EthernetView> EthernetView::Parse(ByteView frame) {
  if (frame.size() < kEthernetHeaderSize) return Reject(DropReason::kEthernetTruncated);
  return EthernetView(frame);
}

void Emit(MutableByteView out, const EthernetFields& fields) {
  NUT_INVARIANT(out.size() >= kEthernetHeaderSize, "no room for an Ethernet header");
  fields.destination.Store(out.data());
  fields.source.Store(out.data() + MacAddress::kSize);
  StoreBe16(out.data() + 12, static_cast<uint16_t>(fields.type));
}

}  // namespace nut::wire
