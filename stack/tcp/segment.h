// A TCP segment on its way in (checked, options parsed) and on its way out (fields and the bytes to gather).
// Values that borrow the payload: valid during the call they are passed to.
#pragma once

#include <array>
#include <cstddef>

#include "stack/base/bytes.h"
#include "stack/wire/sequence_number.h"
#include "stack/wire/tcp.h"
#include "stack/wire/tcp_options.h"

namespace nut::tcp {

struct IncomingSegment {
  wire::SequenceNumber sequence;
  wire::SequenceNumber acknowledgement;
  wire::TcpFlags flags;
  uint16_t window = 0;  // as on the wire: not scaled
  uint16_t urgent_pointer = 0;
  wire::TcpOptions options;
  ByteView payload;
  uint8_t tos = 0;

  // SEG.LEN of RFC 9293: payload, and one each for SYN and FIN.
  uint32_t length() const {
    return static_cast<uint32_t>(payload.size()) + (flags.syn() ? 1 : 0) + (flags.fin() ? 1 : 0);
  }
};

struct OutgoingSegment {
  wire::TcpFields fields;
  // The payload in order, in up to two pieces (the send buffer is a ring). Borrowed from the connection until
  // its next call.
  std::array<ByteView, 2> payload;
  // Above 0: a super-segment that the lowest layer cuts into pieces of this size.
  uint16_t segment_size = 0;

  size_t payload_size() const { return payload[0].size() + payload[1].size(); }
};

}  // namespace nut::tcp
