#include "stack/wire/arp.h"

#include "stack/base/invariant.h"
#include "stack/wire/ethernet.h"

namespace nut::wire {
namespace {

constexpr uint16_t kHardwareEthernet = 1;
constexpr auto kProtocolIpv4 = static_cast<uint16_t>(EtherType::kIpv4);

}  // namespace

Parsed<ArpView> ArpView::Parse(ByteView payload) {
  if (payload.size() < kArpSize) return Reject(DropReason::kArpTruncated);
  const uint8_t* p = payload.data();
  // RFC 826, Packet Reception: "Do I have the hardware type in ar$hrd? [optionally check the hardware length]
  // …"; both lengths are checked, since all that follows stands on them.
  if (LoadBe16(p) != kHardwareEthernet || LoadBe16(p + 2) != kProtocolIpv4 || p[4] != MacAddress::kSize ||
      p[5] != Ipv4Address::kSize) {
    return Reject(DropReason::kArpBadHeader);
  }
  return ArpView(payload.first(kArpSize));
}

void Emit(MutableByteView out, const ArpFields& fields) {
  NUT_INVARIANT(out.size() >= kArpSize, "no room for an ARP packet");
  uint8_t* p = out.data();
  StoreBe16(p, kHardwareEthernet);
  StoreBe16(p + 2, kProtocolIpv4);
  p[4] = MacAddress::kSize;
  p[5] = Ipv4Address::kSize;
  StoreBe16(p + 6, static_cast<uint16_t>(fields.operation));
  fields.sender_mac.Store(p + 8);
  fields.sender_ip.Store(p + 14);
  fields.target_mac.Store(p + 18);
  fields.target_ip.Store(p + 24);
}

}  // namespace nut::wire
