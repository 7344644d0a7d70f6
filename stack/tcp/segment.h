// A TCP segment on its way in (checked, options parsed; borrows its payload: valid during the call that it is
// passed to) and on its way out (fields and the bytes to gather; refers to its payload).
#pragma once

#include <algorithm>
#include <cstddef>

#include "stack/base/bytes.h"
#include "stack/link/slice_list.h"
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
  uint32_t text_behind = 0;   // more text: in frames behind the first (SegmentFrames)
  uint16_t segment_size = 0;  // above 0: several segments at once, each with so much text, the last with less
  uint8_t tos = 0;            // DSCP and ECN bits
  // Bytes of the headers that lie in front of `payload`, from the Ethernet header on; 0 where they do not, or
  // where nothing may be joined to it (coalescer.h).
  uint8_t headers_size = 0;

  uint32_t text_size() const { return static_cast<uint32_t>(payload.size()) + text_behind; }
  // SEG.LEN of RFC 9293: text, and one each for SYN and FIN.
  uint32_t length() const { return text_size() + (flags.syn() ? 1 : 0) + (flags.fin() ? 1 : 0); }
  // How many segments on the wire this stands for.
  uint32_t segments() const {
    return segment_size == 0 ? 1 : std::max<uint32_t>(1, (text_size() + segment_size - 1) / segment_size);
  }
};

struct OutgoingSegment {
  wire::TcpFields fields;
  // The payload in order, with references of its own: nothing in it points into the connection.
  link::SliceList payload;
  // Above 0: a super-segment that the lowest layer cuts into pieces of this size.
  uint16_t segment_size = 0;
  // A router that is congested may mark it instead of dropping it (RFC 3168): new text alone.
  bool ecn_capable = false;

  size_t payload_size() const { return payload.size(); }
  void Clear() {
    fields.Clear();
    payload.Clear();
    segment_size = 0;
    ecn_capable = false;
  }
  // How many segments on the wire this stands for.
  size_t segments() const {
    return segment_size == 0 ? 1 : (payload.size() + segment_size - 1) / segment_size;
  }
};

}  // namespace nut::tcp
