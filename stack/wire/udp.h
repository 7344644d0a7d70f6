// The UDP header (RFC 768). A view lives no longer than the frame it looks at, and spans exactly the
// datagram.
#pragma once

#include "stack/wire/checksum.h"
#include "stack/wire/endpoint.h"
#include "stack/wire/parsed.h"

namespace nut::wire {

inline constexpr size_t kUdpHeaderSize = 8;
inline constexpr size_t kUdpChecksumOffset = 6;  // of the field, in the header

class UdpView {
 public:
  // kUdpTruncated below 8 bytes; kUdpBadLength when the length field is below 8 or above the bytes there.
  // Bytes of the IP payload behind the datagram are cut off.
  static Parsed<UdpView> Parse(ByteView ip_payload);

  Port source_port() const { return Port(LoadBe16(bytes_.data())); }
  Port destination_port() const { return Port(LoadBe16(bytes_.data() + 2)); }
  uint16_t length() const { return LoadBe16(bytes_.data() + 4); }
  uint16_t checksum() const { return LoadBe16(bytes_.data() + kUdpChecksumOffset); }
  // True as well where the sender computed none (field 0, RFC 1122 4.1.3.4). Takes the addresses of `pseudo`
  // only.
  bool ChecksumOk(const PseudoHeader& pseudo) const;
  ByteView payload() const { return bytes_.subspan(kUdpHeaderSize); }

 private:
  explicit UdpView(ByteView bytes) : bytes_(bytes) {}
  ByteView bytes_;
};

struct UdpFields {
  Port source_port;
  Port destination_port;
};

// `datagram` is header and payload (8–65535 bytes), the payload already in its place: writes the first 8
// bytes with a complete checksum. Takes the addresses of `pseudo` only.
void Emit(MutableByteView datagram, const UdpFields& fields, const PseudoHeader& pseudo);

// The same for a device that finishes checksums: leaves the pseudo header's sum in the field, not
// complemented.
void EmitForOffload(MutableByteView datagram, const UdpFields& fields, const PseudoHeader& pseudo);

}  // namespace nut::wire
