// The Ethernet II header (RFC 894): destination, source, type. A view lives no longer than the frame it looks
// at.
#pragma once

#include "stack/wire/mac_address.h"
#include "stack/wire/parsed.h"

namespace nut::wire {

inline constexpr size_t kEthernetHeaderSize = 14;

enum class EtherType : uint16_t { kIpv4 = 0x0800, kArp = 0x0806, kVlan = 0x8100, kIpv6 = 0x86dd };

class EthernetView {
 public:
  // kEthernetTruncated below 14 bytes. Whether type and addresses are for us is not asked here.
  static Parsed<EthernetView> Parse(ByteView frame);

  MacAddress destination() const { return MacAddress::Load(bytes_.data()); }
  MacAddress source() const { return MacAddress::Load(bytes_.data() + MacAddress::kSize); }
  // Values below 0x0600 are an IEEE 802.3 length, of a format that no host needs to read (RFC 1122 2.3.3).
  uint16_t ether_type() const { return LoadBe16(bytes_.data() + 12); }
  bool Is(EtherType type) const { return ether_type() == static_cast<uint16_t>(type); }
  // With the padding of short frames, which only the network header's length tells apart.
  ByteView payload() const { return bytes_.subspan(kEthernetHeaderSize); }

 private:
  explicit EthernetView(ByteView bytes) : bytes_(bytes) {}
  ByteView bytes_;
};

struct EthernetFields {
  MacAddress destination;
  MacAddress source;
  EtherType type = EtherType::kIpv4;
};

// Writes the first 14 bytes of `out`.
void Emit(MutableByteView out, const EthernetFields& fields);

}  // namespace nut::wire
