#include "stack/tcp/reset.h"

#include <algorithm>

namespace nut::tcp {

std::optional<wire::TcpFields> ResetFor(const IncomingSegment& segment, const wire::EndpointPair& ends) {
  // "An incoming segment containing a RST is discarded."
  if (segment.flags.rst()) return std::nullopt;
  wire::TcpFields reset;
  reset.source_port = ends.local.port;
  reset.destination_port = ends.remote.port;
  if (segment.flags.ack()) {
    // "If the ACK bit is on, <SEQ=SEG.ACK><CTL=RST>"
    reset.sequence = segment.acknowledgement;
    reset.flags = wire::TcpFlags::kRst;
  } else {
    // "If the ACK bit is off, sequence number zero is used, <SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>"
    reset.acknowledgement = segment.sequence + segment.length();
    reset.flags = wire::TcpFlags::kRst | wire::TcpFlags::kAck;
  }
  return reset;
}

bool ResetLimiter::Allow(Instant now) {
  if (per_second_ == 0) return false;
  const Duration per_token = Duration(1s) / per_second_;
  const int64_t earned = (now - refilled_) / per_token;
  tokens_ = static_cast<unsigned>(std::min<int64_t>(per_second_, tokens_ + earned));
  refilled_ += earned * per_token;
  if (tokens_ == 0) return false;
  --tokens_;
  return true;
}

}  // namespace nut::tcp
