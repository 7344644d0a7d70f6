// The beginning of a transport header as an ICMP error quotes it: at least 64 bits (RFC 792), enough to find
// the socket, and for TCP to check that the quoted segment is one in flight (RFC 5927 section 4).
#pragma once

#include "stack/wire/endpoint.h"
#include "stack/wire/parsed.h"
#include "stack/wire/sequence_number.h"

namespace nut::wire {

struct TransportQuote {
  Port source_port;
  Port destination_port;
  SequenceNumber sequence;  // TCP only

  // `payload` is that of Ipv4View::ParseQuoted. kIcmpTruncated below 8 bytes.
  static Parsed<TransportQuote> Parse(ByteView payload);
};

}  // namespace nut::wire
