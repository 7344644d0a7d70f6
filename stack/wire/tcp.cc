#include "stack/wire/tcp.h"

#include "stack/base/invariant.h"

namespace nut::wire {
namespace {

uint32_t PseudoSum(PseudoHeader pseudo, size_t length) {
  pseudo.protocol = IpProtocol::kTcp;
  pseudo.length = static_cast<uint16_t>(length);
  return pseudo.Sum();
}

}  // namespace

Parsed<TcpView> TcpView::Parse(ByteView segment) {
  if (segment.size() < kTcpHeaderSize) return Reject(DropReason::kTcpTruncated);
  const size_t header_size = static_cast<size_t>(segment[12] >> 4) * 4;
  if (header_size < kTcpHeaderSize || header_size > segment.size()) {
    return Reject(DropReason::kTcpBadHeaderLength);
  }
  return TcpView(segment);
}

// RFC 9293 3.1, MUST-3: the receiver must check the checksum.
bool TcpView::ChecksumOk(const PseudoHeader& pseudo) const {
  return Checksum(bytes_, PseudoSum(pseudo, bytes_.size())) == 0;
}

void Emit(MutableByteView out, const TcpFields& fields) {
  const size_t header_size = TcpHeaderSize(fields.options);
  NUT_INVARIANT(out.size() >= header_size, "no room for a TCP header");
  uint8_t* p = out.data();
  StoreBe16(p, fields.source_port.number());
  StoreBe16(p + 2, fields.destination_port.number());
  StoreBe32(p + 4, fields.sequence.number());
  StoreBe32(p + 8, fields.acknowledgement.number());
  p[12] = static_cast<uint8_t>(header_size / 4 << 4);
  p[13] = fields.flags.bits();
  StoreBe16(p + 14, fields.window);
  StoreBe16(p + kTcpChecksumOffset, 0);
  StoreBe16(p + 18, fields.urgent_pointer);
  EmitTcpOptions(out.subspan(kTcpHeaderSize), fields.options);
}

void FinishTcpChecksum(MutableByteView segment, const PseudoHeader& pseudo) {
  NUT_INVARIANT(segment.size() >= kTcpHeaderSize && segment.size() <= 65535, "not a TCP segment");
  uint8_t* const field = segment.data() + kTcpChecksumOffset;
  StoreBe16(field, 0);
  StoreBe16(field, Checksum(segment, PseudoSum(pseudo, segment.size())));
}

void OffloadTcpChecksum(MutableByteView segment, const PseudoHeader& pseudo, size_t behind) {
  const size_t size = segment.size() + behind;
  NUT_INVARIANT(segment.size() >= kTcpHeaderSize && size <= 65535, "not a TCP segment");
  StoreBe16(segment.data() + kTcpChecksumOffset, Fold(PseudoSum(pseudo, size)));
}

}  // namespace nut::wire
