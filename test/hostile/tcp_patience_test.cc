// Peers that keep the node waiting: windows that never open, acknowledgements of what was not sent, of what
// was sent before, over and over.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

class HostileTcpPatience : public HostileTest {
 protected:
  TCP Window(const Conversation& with, uint16_t window) {
    TCP tcp = Segment(with, kAck);
    tcp.window(window);
    return tcp;
  }
};

// Sockstress (CVE-2008-4609, RFC 6429): the peer answers every probe and never reads.
TEST_F(HostileTcpPatience, Cve2008_4609_AWindowThatStaysShutCostsLittleAndEnds) {
  constexpr uint16_t kConnections = 50;
  std::vector<Conversation> all;
  for (uint16_t i = 0; i < kConnections; ++i) {
    Conversation with = Open(kChargen, static_cast<uint16_t>(48000 + i));
    RunFor(1ms);
    Listen(with, /*acknowledge=*/false);
    Send(with, Window(with, 0));
    all.push_back(with);
  }
  EXPECT_EQ(node().tcp().connection_count(), kConnections);
  const uint64_t probes_before = Count(Counter::kTcpZeroWindowProbes);
  // Ten minutes long the attacker answers whatever comes.
  for (int second = 0; second < 600; ++second) {
    Forget();
    RunFor(1s);
    const std::vector<Heard> heard = TakeHeard();
    for (const Heard& one : heard) {
      Conversation& with = all[one.tcp.dport() - 48000u];
      if (one.tcp.get_flag(TCP::RST)) continue;
      Send(with, Window(with, 0));
    }
  }
  // Probes come less and less often, and the service loses patience: nothing is left of the connections.
  EXPECT_LE(Count(Counter::kTcpZeroWindowProbes) - probes_before, kConnections * 25u);
  EXPECT_EQ(node().tcp().connection_count(), 0u);
  EXPECT_EQ(Count(Counter::kServerTimeouts), kConnections);
}

TEST_F(HostileTcpPatience, AWindowThatOpensByOneByteIsNotFedWithTinySegments) {
  TCP options;
  options.mss(1460);
  Conversation with = Open(kChargen, 48000, options);
  RunFor(1ms);
  Listen(with, /*acknowledge=*/false);
  Send(with, Window(with, 0));
  const uint64_t before = Count(Counter::kTcpOutSegments);
  for (int i = 0; i < 1000; ++i) Send(with, Window(with, 1));
  // RFC 9293 3.8.6.2.1: no silly segments; at most what the override timer allows.
  EXPECT_LE(Count(Counter::kTcpOutSegments) - before, 5u);
  Send(with, Segment(with, kRst));
}

// Savage et al. 1999: a receiver that acknowledges ahead of the data makes a sender race.
TEST_F(HostileTcpPatience, OptimisticAcksAreRefused) {
  TCP options;
  options.mss(1460);
  Conversation with = Open(kChargen, 48000, options);
  RunFor(1ms);
  size_t first_flight = 0;
  for (const Heard& one : TakeHeard(with)) first_flight += one.payload.size();
  EXPECT_LE(first_flight, 14'600u);
  ExpectDropped(DropReason::kTcpUnacceptableAck, 3, [&] {
    for (const uint32_t ahead : {1u, 1460u, 1'000'000u}) {
      Conversation liar = with;
      liar.acknowledgement += static_cast<uint32_t>(first_flight) + ahead;
      Send(liar, Segment(liar, kAck));
    }
  });
  // Challenged, not fed.
  for (const Heard& one : TakeHeard(with)) EXPECT_TRUE(one.payload.empty());
  Send(with, Segment(with, kRst));
}

// Acknowledging every byte by itself does not open the congestion window faster than whole segments do (RFC
// 3465).
TEST_F(HostileTcpPatience, AckDivisionBuysNothing) {
  TCP options;
  options.mss(1460);
  Conversation with = Open(kChargen, 48000, options);
  RunFor(1ms);
  TakeHeard(with);
  for (int i = 0; i < 1460; ++i) {
    ++with.acknowledgement;
    Send(with, Segment(with, kAck));
  }
  size_t octets = 0;
  for (const Heard& one : TakeHeard(with)) octets += one.payload.size();
  // One segment was acknowledged: two may follow.
  EXPECT_LE(octets, 2u * 1460 + 1460);
  Send(with, Segment(with, kRst));
}

TEST_F(HostileTcpPatience, AStormOfDuplicateAcksIsOneLoss) {
  TCP options;
  options.mss(1460);
  Conversation with = Open(kChargen, 48000, options);
  RunFor(1ms);
  TakeHeard(with);
  const uint64_t before = Count(Counter::kTcpBytesOut);
  for (int i = 0; i < 10'000; ++i) Send(with, Segment(with, kAck));
  EXPECT_EQ(Count(Counter::kTcpFastRetransmits), 1u);
  // RFC 5681 3.2: the window is inflated by each, but not beyond what the peer offered.
  EXPECT_LE(Count(Counter::kTcpBytesOut) - before, 65535u + 1460u);
  Send(with, Segment(with, kRst));
}

TEST_F(HostileTcpPatience, HandshakesThatNobodyFinishesEnd) {
  for (uint16_t port = 2000; port < 2500; ++port) {
    const Conversation with{.port = port, .node_port = kHttp};
    Send(with, Segment(with, kSyn));
  }
  EXPECT_EQ(node().tcp().connection_count(), 500u);
  Forget();
  RunFor(64s);
  EXPECT_EQ(node().tcp().connection_count(), 0u);
  // Each SYN-ACK was repeated a few times only: nobody is flooded in the name of another.
  EXPECT_LE(sent_count(), 500u * 7);
}

TEST_F(HostileTcpPatience, ConnectionsOnWhichNothingHappensEnd) {
  for (uint16_t port = 2000; port < 2200; ++port) Open(port % 2 == 0 ? kEcho : kHttp, port);
  EXPECT_EQ(node().tcp().connection_count(), 200u);
  RunFor(600s);
  EXPECT_EQ(node().tcp().connection_count(), 0u);
}

// Every byte in a segment of its own, from the last to the second: nothing can be read, everything must be
// kept.
TEST_F(HostileTcpPatience, GapsAreKeptWithinTheirLimit) {
  Conversation with = Open(kEcho);
  const uint64_t before = Drops(DropReason::kTcpReassemblyFull);
  for (uint32_t i = 2000; i > 1; --i) {
    Conversation ahead = with;
    ahead.sequence += 2 * i;
    Send(ahead, Segment(ahead, kAck), "x");
  }
  EXPECT_EQ(Drops(DropReason::kTcpReassemblyFull) - before,
            1999u - tcp::Parameters{}.maximum_out_of_order_ranges);
  EXPECT_TRUE(Echoes(with));
}

}  // namespace
}  // namespace nut::hostile
