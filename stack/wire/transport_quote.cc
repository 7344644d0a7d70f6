#include "stack/wire/transport_quote.h"

namespace nut::wire {

Parsed<TransportQuote> TransportQuote::Parse(ByteView payload) {
  // RFC 792: the internet header plus the first 64 bits of the original datagram's data.
  if (payload.size() < 8) return Reject(DropReason::kIcmpTruncated);
  const uint8_t* p = payload.data();
  return TransportQuote{Port(LoadBe16(p)), Port(LoadBe16(p + 2)), SequenceNumber(LoadBe32(p + 4))};
}

}  // namespace nut::wire
