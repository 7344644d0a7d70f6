// One pass after the other: how many segments each connection sends in one, and when the next one is due.
#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

using wire::Port;
using wire::TcpFlags;

class EnginePassesTest : public EngineTest {
 protected:
  EnginePassesTest() : EngineTest({.delayed_ack = 40ms}, {.segments_per_pass = 3}) {}

  // When the state machine has run, and nothing else.
  uint64_t Passes() const {
    for (const os::ThreadInfo& thread : executor_.Threads()) {
      if (thread.name == "tcpsm") return thread.switches;
    }
    return 0;
  }
};

TEST_F(EnginePassesTest, ThreeSegmentsAndThenTheOthersHaveTheirTurn) {
  const Opened first = Open(1);
  const Opened second = Open(2);
  EXPECT_TRUE(engine_.SendLater(first.handle, AsBytes(std::string(10 * 536, 'x'))));
  EXPECT_TRUE(engine_.SendLater(second.handle, AsBytes("y")));
  Run();
  std::string order;
  for (const SeenSegment& sent : Sent()) order += sent.ends.remote == first.ends.remote ? 'x' : 'y';
  EXPECT_EQ(order, "xxxyxxxxxxx");
}

TEST_F(EnginePassesTest, TheMachineSleepsUntilTheEarliestTimer) {
  const Opened first = Open(1);
  const Opened second = Open(2);
  Reply(first, TcpFlags::kAck, kPeerIss + 1, "a");
  RunFor(10ms);
  Reply(second, TcpFlags::kAck, kPeerIss + 1, "b");
  Sent();
  const uint64_t before = Passes();
  RunFor(30ms - 1ns);
  EXPECT_TRUE(Sent().empty());
  EXPECT_EQ(Passes(), before) << "nobody has woken it";
  RunFor(1ns);
  EXPECT_EQ(OnlySent().ends.remote, first.ends.remote);
  RunFor(10ms - 1ns);
  EXPECT_TRUE(Sent().empty());
  RunFor(1ns);
  EXPECT_EQ(OnlySent().ends.remote, second.ends.remote);
}

TEST_F(EnginePassesTest, ATimerThatWasPutOffIsLookedAtOnceAndSetAnew) {
  const Opened opened = Open();
  EXPECT_TRUE(engine_.Send(opened.handle, AsBytes("x")));
  Run();
  Sent();
  // The ACK stops the time-out; its entry comes up all the same, and finds nothing.
  Reply(opened, TcpFlags::kAck, kPeerIss + 1, {}, opened.next + 1);
  RunFor(10s);
  EXPECT_TRUE(Sent().empty());
  const uint64_t before = Passes();
  RunFor(100s);
  EXPECT_EQ(Passes(), before) << "a connection at rest has no timer";
}

TEST_F(EnginePassesTest, ShutdownEndsWhenTheLastPeerHasSaidItsLast) {
  const Opened opened = Open();
  Duration took{};
  Spawn("end", [&] {
    const Instant begin = clock_.Now();
    engine_.Shutdown(10s);
    took = clock_.Now() - begin;
  });
  RunFor(2s);
  EXPECT_EQ(took, Duration{}) << "it waits";
  Sent();
  Reply(opened, TcpFlags::kAck | TcpFlags::kFin, kPeerIss + 1, {}, opened.next + 1);
  RunFor(1s);
  EXPECT_EQ(took, Duration(2s));
  EXPECT_EQ(engine_.connection_count(), 0u);
}

TEST_F(EnginePassesTest, AfterItsGraceShutdownAborts) {
  Open();
  Duration took{};
  Spawn("end", [&] {
    const Instant begin = clock_.Now();
    engine_.Shutdown(2s);
    took = clock_.Now() - begin;
  });
  RunFor(2s - 1ns);
  EXPECT_EQ(engine_.connection_count(), 1u);
  Sent();
  RunFor(1s);
  EXPECT_EQ(took, Duration(2s));
  EXPECT_EQ(OnlySent().flags(), "[R.]");
  EXPECT_EQ(engine_.Connect({kPeer, Port(7)}).error(), Error::kInterrupted);
  EXPECT_EQ(engine_.Listen({{}, Port(7)}).error(), Error::kInterrupted);
}

TEST_F(EnginePassesTest, TheLocalEndIsOursAndFree) {
  EXPECT_EQ(engine_.Connect({kPeer, Port(7)}, {kPeer, Port(1)}).error(), Error::kAddressNotAvailable);
  EXPECT_EQ(engine_.Listen({kPeer, Port(7)}).error(), Error::kAddressNotAvailable);
  const auto first = engine_.Connect({kPeer, Port(7)}, {kAlsoOurs, Port(1)}).value();
  EXPECT_EQ(engine_.Ends(first)->local.ToText(), "198.19.0.11:1");
  EXPECT_EQ(engine_.Connect({kPeer, Port(7)}, {kAlsoOurs, Port(1)}).error(), Error::kAddressInUse);
  const auto second = engine_.Connect({kPeer, Port(8)}, {kAlsoOurs, Port(1)}).value();
  EXPECT_EQ(engine_.Connect({kOurs, Port(7)}, {kOurs, Port(7)}).error(), Error::kAddressInUse) << "to itself";
  EXPECT_EQ(engine_.Connect({kPeer, Port()}).error(), Error::kInvalidArgument);
  EXPECT_EQ(engine_.Connect({wire::Ipv4Address(198, 19, 0, 255), Port(7)}).error(), Error::kInvalidArgument);
  const auto listener = engine_.Listen({kOurs, Port()}).value();
  EXPECT_FALSE(engine_.Local(listener)->port.is_none());
  EXPECT_EQ(engine_.Local(listener)->address, wire::IpAddress(kOurs));
  EXPECT_TRUE(engine_.Reset(first));
  EXPECT_TRUE(engine_.Reset(second));
}

}  // namespace
}  // namespace nut::tcp
