// TcbTest: a Tcb without a Connection around it, as it is right after a handshake, for tests of the functions
// that work on one. Segments are 1,000 octets; the numbers lie in front of 2^32 on both sides. What a test
// sets of it stands as it is: nothing here looks after it.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "stack/tcp/input.h"
#include "stack/tcp/sack_recovery.h"
#include "stack/tcp/tcb.h"

namespace nut::tcp {

class TcbTest : public testing::Test {
 protected:
  static constexpr uint32_t kMss = 1000;
  static constexpr wire::SequenceNumber kIss{0xffff'fff0};
  static constexpr wire::SequenceNumber kIrs{0xffff'ffe0};
  static constexpr Instant kStart = Instant{} + 1000s;

  // Nothing that is not asked for.
  static Parameters Plain() {
    Parameters parameters;
    parameters.timestamps = parameters.window_scaling = parameters.ecn = parameters.sack = false;
    parameters.congestion = CongestionAlgorithm::kNewReno;
    parameters.maximum_mss = kMss;
    parameters.receive_buffer = 65535;
    parameters.largest_receive_buffer = 0;
    return parameters;
  }
  static Parameters Sack() {
    Parameters parameters = Plain();
    parameters.sack = true;
    return parameters;
  }

  TcbTest() { Make(Plain()); }

  // CLOSED.
  void Make(const Parameters& parameters, ConnectionSetup setup = {}) {
    setup.ends = {{wire::Ipv4Address(198, 19, 0, 10), wire::Port(80)},
                  {wire::Ipv4Address(198, 19, 0, 1), wire::Port(4711)}};
    setup.initial_sequence = kIss;
    tcb_ = std::make_unique<Tcb>(parameters, setup, statistics_);
  }
  // ESTABLISHED, opened from here; the peer's window is `window`, and it has the options of `with`.
  Tcb& Established(const Parameters& parameters, uint16_t window = 65535,
                   wire::TcpOptions with = {.mss = kMss, .sack_permitted = true}) {
    Make(parameters);
    Tcb& tcb = *tcb_;
    tcb.opened_actively = true;
    tcb.Fire(Event::kActiveOpen, kStart);
    tcb.opened = kStart;
    tcb.snd_nxt = tcb.send_from = kIss + 1;
    const IncomingSegment answer{.sequence = kIrs,
                                 .acknowledgement = kIss + 1,
                                 .flags = wire::TcpFlags::kSyn | wire::TcpFlags::kAck,
                                 .window = window,
                                 .options = with};
    TakeSynOptions(tcb, answer, kStart);
    TakeWindow(tcb, answer, answer.sequence);
    Establish(tcb, Event::kSynAckArrives, kStart);
    return tcb;
  }

  Tcb& tcb() { return *tcb_; }
  // Our octet `number`, from 0; the peer's.
  static wire::SequenceNumber Ours(uint32_t number) { return kIss + 1 + number; }
  static wire::SequenceNumber Peers(uint32_t number) { return kIrs + 1 + number; }
  void Queue(size_t octets) {
    EXPECT_EQ(tcb_->send_buffer.Append(AsBytes(std::string(octets, 'x')), SIZE_MAX, nullptr), octets);
  }
  // The next `octets` have been sent at `now`.
  void Sent(uint32_t octets, Instant now = kStart) {
    const wire::SequenceNumber end = tcb_->snd_nxt + octets;
    const wire::SequenceNumber begin = std::exchange(tcb_->snd_nxt, end);
    if (tcb_->sack) {
      NoteSentBySack(*tcb_, begin, end, now);
    } else {
      tcb_->send_from = end;
    }
  }
  // A segment of the peer's with nothing in it, for ACKs.
  static IncomingSegment Ack(wire::SequenceNumber ack, uint16_t window = 65535,
                             wire::TcpOptions options = {}) {
    return {.sequence = Peers(0),
            .acknowledgement = ack,
            .flags = wire::TcpFlags::kAck,
            .window = window,
            .options = options};
  }
  uint64_t Count(Counter counter) const { return statistics_[counter]; }

  Statistics statistics_;
  std::unique_ptr<Tcb> tcb_;
};

}  // namespace nut::tcp
