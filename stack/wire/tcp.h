// The TCP header (RFC 9293 3.1). A view lives no longer than the frame it looks at.
#pragma once

#include "stack/wire/checksum.h"
#include "stack/wire/endpoint.h"
#include "stack/wire/parsed.h"
#include "stack/wire/sequence_number.h"
#include "stack/wire/tcp_flags.h"
#include "stack/wire/tcp_options.h"

namespace nut::wire {

inline constexpr size_t kTcpHeaderSize = 20;  // without options
inline constexpr size_t kTcpMaxHeaderSize = 60;
inline constexpr size_t kTcpChecksumOffset = 16;  // of the field, in the header

class TcpView {
 public:
  // `segment` is the whole IP payload. kTcpTruncated below 20 bytes; kTcpBadHeaderLength when the data offset
  // is below 5 words or past the segment. Reserved bits are ignored (RFC 9293 3.1); options are not parsed.
  static Parsed<TcpView> Parse(ByteView segment);

  Port source_port() const { return Port(LoadBe16(bytes_.data())); }
  Port destination_port() const { return Port(LoadBe16(bytes_.data() + 2)); }
  SequenceNumber sequence() const { return SequenceNumber(LoadBe32(bytes_.data() + 4)); }
  SequenceNumber acknowledgement() const { return SequenceNumber(LoadBe32(bytes_.data() + 8)); }
  size_t header_size() const { return static_cast<size_t>(bytes_[12] >> 4) * 4; }  // 20–60 bytes
  uint8_t reserved() const { return bytes_[12] & 0x0f; }
  TcpFlags flags() const { return TcpFlags(bytes_[13]); }
  uint16_t window() const { return LoadBe16(bytes_.data() + 14); }  // as on the wire, not scaled
  uint16_t checksum() const { return LoadBe16(bytes_.data() + kTcpChecksumOffset); }
  uint16_t urgent_pointer() const { return LoadBe16(bytes_.data() + 18); }
  ByteView options() const { return bytes_.subspan(kTcpHeaderSize, header_size() - kTcpHeaderSize); }
  ByteView payload() const { return bytes_.subspan(header_size()); }

  // Takes the addresses of `pseudo` only.
  bool ChecksumOk(const PseudoHeader& pseudo) const;

  // SEG.LEN of RFC 9293 3.4: the octets of sequence space that the segment takes, SYN and FIN included.
  uint32_t sequence_length() const {
    return static_cast<uint32_t>(payload().size()) + flags().syn() + flags().fin();
  }

 private:
  explicit TcpView(ByteView bytes) : bytes_(bytes) {}
  ByteView bytes_;
};

struct TcpFields {
  Port source_port;
  Port destination_port;
  SequenceNumber sequence;
  SequenceNumber acknowledgement;
  TcpFlags flags;
  uint16_t window = 0;  // as on the wire, scaled already
  uint16_t urgent_pointer = 0;
  TcpOptions options;

  void Clear() {
    source_port = destination_port = {};
    sequence = acknowledgement = {};
    flags = {};
    window = urgent_pointer = 0;
    options.Clear();
  }
};

// 20–60 bytes.
inline size_t TcpHeaderSize(const TcpOptions& options) { return kTcpHeaderSize + TcpOptionsSize(options); }

// Writes the first TcpHeaderSize(fields.options) bytes of `out`, the checksum field as 0: one of the two
// below follows when the payload is in its place.
void Emit(MutableByteView out, const TcpFields& fields);

// `segment` is header and payload. Fills the checksum field. Takes the addresses of `pseudo` only.
void FinishTcpChecksum(MutableByteView segment, const PseudoHeader& pseudo);

// The same for a device that finishes checksums: leaves the pseudo header's sum in the field, not
// complemented. `behind`: bytes of payload that follow `segment` and lie elsewhere.
void OffloadTcpChecksum(MutableByteView segment, const PseudoHeader& pseudo, size_t behind = 0);

}  // namespace nut::wire
