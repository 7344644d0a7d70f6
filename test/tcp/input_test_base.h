// InputTest: a Tcb with a small window that expects the peer's octet 100, for tests of single steps of input.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "test/tcp/tcb_test_base.h"

namespace nut::tcp {

class InputTest : public TcbTest {
 protected:
  using TcpFlags = wire::TcpFlags;
  static constexpr Instant kNow = Instant{} + 1001s;

  InputTest() { Begin(Plain()); }
  // A window of 1,000 octets; 100 octets have been acknowledged.
  Tcb& Begin(Parameters parameters) {
    parameters.receive_buffer = 1000;
    parameters.delayed_ack = 40ms;
    Tcb& tcb = Established(parameters);
    tcb.rcv_nxt = tcb.last_ack_sent = Peers(100);
    tcb.receive_window.Start(tcb.rcv_nxt, 1000);
    tcb.ack_now = false;
    tcb.timers.Clear();
    return tcb;
  }
  static IncomingSegment Text(uint32_t sequence, size_t octets, TcpFlags flags = TcpFlags::kAck) {
    static const std::string kText(2000, 'x');
    return {.sequence = Peers(sequence),
            .acknowledgement = Ours(0),
            .flags = flags,
            .window = 65535,
            .payload = AsBytes(std::string_view(kText).substr(0, octets))};
  }
  // The first steps; `arrival_` is what is left.
  DropReason Check(const IncomingSegment& segment, Instant now = kNow) {
    segment_ = segment;
    arrival_.emplace(segment_, now);
    return CheckArrival(tcb(), *arrival_).value_or(DropReason::kNone);
  }
  void ExpectLeft(uint32_t sequence, uint32_t octets, bool fin = false) {
    EXPECT_EQ(arrival_->sequence, Peers(sequence));
    EXPECT_EQ(arrival_->text_size, octets);
    EXPECT_EQ(arrival_->fin, fin);
  }
  DropReason Take(const IncomingSegment& segment) {
    segment_ = segment;
    arrival_.emplace(segment_, kNow);
    TrimToWindow(tcb(), *arrival_);
    return ProcessText(tcb(), *arrival_).value_or(DropReason::kNone);
  }

  IncomingSegment segment_;
  std::optional<Arrival> arrival_;
};

}  // namespace nut::tcp
