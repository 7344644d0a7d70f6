#include "stack/wire/udp.h"

#include "stack/base/invariant.h"

namespace nut::wire {
namespace {

constexpr size_t kMaxDatagramSize = 65535;

uint32_t PseudoSum(PseudoHeader pseudo, size_t length) {
  pseudo.protocol = IpProtocol::kUdp;
  pseudo.length = static_cast<uint16_t>(length);
  return pseudo.Sum();
}

void EmitWithChecksum(MutableByteView datagram, const UdpFields& fields, uint16_t checksum) {
  NUT_INVARIANT(datagram.size() >= kUdpHeaderSize, "no room for a UDP header");
  NUT_INVARIANT(datagram.size() <= kMaxDatagramSize, "UDP datagram too long");
  uint8_t* p = datagram.data();
  StoreBe16(p, fields.source_port.number());
  StoreBe16(p + 2, fields.destination_port.number());
  StoreBe16(p + 4, static_cast<uint16_t>(datagram.size()));
  StoreBe16(p + kUdpChecksumOffset, checksum);
}

}  // namespace

Parsed<UdpView> UdpView::Parse(ByteView ip_payload) {
  if (ip_payload.size() < kUdpHeaderSize) return Reject(DropReason::kUdpTruncated);
  const size_t length = LoadBe16(ip_payload.data() + 4);
  // RFC 768, Length: header and data, so at least eight. The length in the IP header bounds it from above.
  if (length < kUdpHeaderSize || length > ip_payload.size()) return Reject(DropReason::kUdpBadLength);
  return UdpView(ip_payload.first(length));
}

bool UdpView::ChecksumOk(const PseudoHeader& pseudo) const {
  return checksum() == 0 || Checksum(bytes_, PseudoSum(pseudo, bytes_.size())) == 0;
}

void Emit(MutableByteView datagram, const UdpFields& fields, const PseudoHeader& pseudo) {
  EmitWithChecksum(datagram, fields, 0);
  const uint16_t checksum = Checksum(datagram, PseudoSum(pseudo, datagram.size()));
  // RFC 768: a computed zero is sent as all ones, its equal in one's complement, since zero means "none".
  StoreBe16(datagram.data() + kUdpChecksumOffset, checksum == 0 ? 0xffff : checksum);
}

void EmitForOffload(MutableByteView datagram, const UdpFields& fields, const PseudoHeader& pseudo) {
  EmitWithChecksum(datagram, fields, Fold(PseudoSum(pseudo, datagram.size())));
}

}  // namespace nut::wire
