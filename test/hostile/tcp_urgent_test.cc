// Urgent pointers that point nowhere, and flags that contradict each other.
#include "test/hostile/hostile_test_base.h"

namespace nut::hostile {
namespace {

class HostileTcpUrgent : public HostileTest {
 protected:
  void SayUrgently(Conversation& with, const std::string& text, uint16_t pointer) {
    TCP tcp = Segment(with, kAck | kUrg | kPsh);
    tcp.urg_ptr(pointer);
    Send(with, tcp, text);
    with.sequence += static_cast<uint32_t>(text.size());
  }
};

// IPnet: a length of receive that went below zero.
TEST_F(HostileTcpUrgent, Cve2019_12255_APointerOfZeroLosesNoByte) {
  Conversation with = Open(kEcho);
  SayUrgently(with, "abc", 0);
  RunFor(1ms);
  EXPECT_EQ(Listen(with), "abc");
  EXPECT_TRUE(Echoes(with));
}

// uIP skipped as many bytes as the pointer said, wherever that was.
TEST_F(HostileTcpUrgent, Cve2020_17437_APointerPastTheSegmentReadsNothingThere) {
  Conversation with = Open(kEcho);
  for (const uint16_t pointer : {4, 5, 1000, 0x7fff, 0x8000, 0xffff}) {
    SayUrgently(with, "abc", pointer);
    RunFor(1ms);
    EXPECT_EQ(Listen(with), "abc") << "pointer " << pointer;
  }
  EXPECT_TRUE(Echoes(with));
}

TEST_F(HostileTcpUrgent, Cve2019_12260_AnAuthenticationOptionBesideUrgIsSkipped) {
  Conversation with = Open(kEcho);
  TCP tcp = Segment(with, kAck | kUrg | kPsh);
  tcp.urg_ptr(1);
  const Bytes key = {1, 2, 3, 4, 5, 6};
  tcp.add_option(TCP::option(static_cast<TCP::OptionTypes>(29), key.begin(), key.end()));
  Send(with, tcp, "abc");
  with.sequence += 3;
  RunFor(1ms);
  EXPECT_EQ(Listen(with), "abc");
}

TEST_F(HostileTcpUrgent, UrgentAcrossAGapAndAtItsEndIsDeliveredInLine) {
  Conversation with = Open(kEcho);
  Conversation later = with;
  later.sequence += 3;
  SayUrgently(later, "def", 0xffff);
  SayUrgently(with, "abc", 6);
  RunFor(1ms);
  with.sequence = later.sequence;
  EXPECT_EQ(Listen(with), "abcdef");
  EXPECT_TRUE(Echoes(with));
}

// IPnet: an urgent pointer survived from one connection to the next (connect race), or from a confused state
// (12263).
TEST_F(HostileTcpUrgent, Cve2019_12261_12263_NothingOfAnUrgentStateIsInherited) {
  Conversation first = Open(kEcho, 45000);
  SayUrgently(first, "x", 0xffff);
  Send(first, Segment(first, kRst));
  Conversation second{.port = 45000, .sequence = 500'000'000};
  TCP syn = Segment(second, kSyn | kUrg);
  syn.urg_ptr(0xffff);
  Forget();
  Send(second, syn);
  const std::vector<Heard> heard = TakeHeard(second);
  ASSERT_EQ(heard.size(), 1u);
  ++second.sequence;
  second.acknowledgement = heard[0].tcp.seq() + 1;
  EXPECT_TRUE(Echoes(second));
}

TEST_F(HostileTcpUrgent, EveryMixOfFlagsIsSurvivedByEveryState) {
  // A closed port, a listener, a half-open, an established and a closing connection, each under all 64
  // combinations.
  for (int flags = 0; flags < 64; ++flags) {
    const auto port = static_cast<uint16_t>(46000 + flags * 8);
    Send({}, Segment({.port = port, .node_port = kClosedPort}, flags), "x");
    Send({}, Segment({.port = port}, flags), "x");
    Conversation half{.port = static_cast<uint16_t>(port + 1)};
    Send(half, Segment(half, kSyn));
    Send(half, Segment(half, flags), "x");
    Conversation open = Open(kEcho, static_cast<uint16_t>(port + 2));
    Send(open, Segment(open, flags), "x");
    Conversation closing = Open(kEcho, static_cast<uint16_t>(port + 3));
    Send(closing, Segment(closing, kFin | kAck));
    ++closing.sequence;
    Send(closing, Segment(closing, flags), "x");
    RunFor(10ms);
    Forget();
    node().tcp().CheckInvariants();
  }
  Conversation with = Open(kEcho);
  EXPECT_TRUE(Echoes(with));
}

}  // namespace
}  // namespace nut::hostile
