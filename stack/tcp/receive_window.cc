#include "stack/tcp/receive_window.h"

#include "stack/wire/tcp_options.h"

namespace nut::tcp {

uint8_t ReceiveWindow::ShiftFor(size_t buffer) {
  uint8_t shift = 0;
  while (shift < wire::kTcpMaxWindowScale && (buffer >> shift) > 65535) ++shift;
  return shift;
}

void ReceiveWindow::Start(wire::SequenceNumber rcv_nxt, size_t buffer) {
  largest_offered_ = static_cast<uint32_t>(std::min<size_t>(buffer, 65535));
  edge_ = rcv_nxt + largest_offered_;
}

bool ReceiveWindow::WouldAdvance(wire::SequenceNumber rcv_nxt, int64_t space, size_t step) const {
  const uint32_t size = Size(rcv_nxt);
  const uint32_t possible = Possible(space);
  return possible > size && possible - size >= step;
}

uint16_t ReceiveWindow::Offer(wire::SequenceNumber rcv_nxt, int64_t space, size_t step) {
  if (WouldAdvance(rcv_nxt, space, step)) {
    edge_ = rcv_nxt + Possible(space);
  }
  const uint32_t size = Size(rcv_nxt);
  const uint32_t unit = 1u << shift_;
  // RFC 7323 2.4: the field counts in units, so a window that is no multiple of one must be rounded. Upwards,
  // because the edge must not move left (SHLD-14); as long as that costs less than a unit beyond the buffer.
  // Else downwards: the peer sees less than it was promised, and what it sent by the promise is still taken.
  const uint32_t rounded_up = (size + unit - 1) / unit;
  if (int64_t{rounded_up} * unit <= space + unit && rounded_up <= 65535) {
    edge_ = rcv_nxt + rounded_up * unit;
    largest_offered_ = std::max(largest_offered_, rounded_up * unit);
    return static_cast<uint16_t>(rounded_up);
  }
  return static_cast<uint16_t>(std::min<uint32_t>(size / unit, 65535));
}

}  // namespace nut::tcp
