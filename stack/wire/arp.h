// ARP for IPv4 over Ethernet (RFC 826): 28 bytes. A view lives no longer than the frame it looks at.
#pragma once

#include "stack/wire/ipv4_address.h"
#include "stack/wire/mac_address.h"
#include "stack/wire/parsed.h"

namespace nut::wire {

inline constexpr size_t kArpSize = 28;

// A view may return other values than these.
enum class ArpOperation : uint16_t { kRequest = 1, kReply = 2 };

class ArpView {
 public:
  // `payload` is the Ethernet payload; padding behind the 28 bytes is cut off. kArpTruncated when shorter;
  // kArpBadHeader unless hrd is Ethernet, pro is IPv4, hln is 6 and pln is 4.
  static Parsed<ArpView> Parse(ByteView payload);

  ArpOperation operation() const { return static_cast<ArpOperation>(LoadBe16(bytes_.data() + 6)); }
  MacAddress sender_mac() const { return MacAddress::Load(bytes_.data() + 8); }
  Ipv4Address sender_ip() const { return Ipv4Address::Load(bytes_.data() + 14); }
  MacAddress target_mac() const { return MacAddress::Load(bytes_.data() + 18); }
  Ipv4Address target_ip() const { return Ipv4Address::Load(bytes_.data() + 24); }

 private:
  explicit ArpView(ByteView bytes) : bytes_(bytes) {}
  ByteView bytes_;
};

struct ArpFields {
  ArpOperation operation = ArpOperation::kRequest;
  MacAddress sender_mac;
  Ipv4Address sender_ip;
  MacAddress target_mac;
  Ipv4Address target_ip;
};

// Writes the first 28 bytes of `out`.
void Emit(MutableByteView out, const ArpFields& fields);

}  // namespace nut::wire
