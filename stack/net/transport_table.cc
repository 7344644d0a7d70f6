#include "stack/net/transport_table.h"

#include "stack/wire/transport_quote.h"

namespace nut::net {

bool TransportTable::Report(IcmpErrorReport report, ByteView packet) const {
  const auto quoted = wire::Ipv4View::ParseQuoted(packet);
  // Only the first fragment holds the header that names the socket.
  if (!quoted || quoted->fragment_offset() != 0) return false;
  // RFC 792: 64 bits of the datagram at least.
  if (!wire::TransportQuote::Parse(quoted->payload())) return false;
  Transport* const transport = Find(quoted->protocol());
  if (transport == nullptr) return false;
  report.local = quoted->source();
  report.remote = quoted->destination();
  report.transport_header = quoted->payload();
  transport->OnIcmpError(report);
  return true;
}

}  // namespace nut::net
