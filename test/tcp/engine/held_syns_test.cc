// A SYN for a port that nobody listens on waits for a listener, where that is asked for (the original's
// backlog).
#include "test/tcp/engine/engine_test_base.h"

namespace nut::tcp {
namespace {

class HeldSynsTest : public EngineTest {
 protected:
  HeldSynsTest() : EngineTest({}, {.maximum_held_syns = 8, .held_syn_patience = 1200ms}) {}
};

TEST_F(HeldSynsTest, ItIsRefusedWhenItsTimeIsOver) {
  Say({.from = Client(1)});
  RunFor(1199ms);
  EXPECT_TRUE(Sent().empty());
  RunFor(1ms);
  const SeenSegment reset = OnlySent();
  EXPECT_EQ(reset.flags(), "[R.]");
  EXPECT_EQ(reset.fields.acknowledgement.number(), kPeerIss + 1);
  RunFor(10s);
  EXPECT_TRUE(Sent().empty());
}

// "<SEQ=0><ACK=SEG.SEQ+SEG.LEN><CTL=RST,ACK>"
TEST_F(HeldSynsTest, Rfc9293_3_10_7_1_ItsTextIsRefusedWithIt) {
  Say({.from = Client(1), .payload = "GET"});
  RunFor(1200ms);
  EXPECT_EQ(OnlySent().fields.acknowledgement.number(), kPeerIss + 4);
}

TEST_F(HeldSynsTest, TextThatCameWithItIsNotTakenByALaterListener) {
  Say({.from = Client(1), .payload = "GET"});
  RunFor(500ms);
  Listen(80);
  Run();
  const SeenSegment syn_ack = OnlySent();
  EXPECT_EQ(syn_ack.flags(), "[S.]");
  EXPECT_EQ(syn_ack.fields.acknowledgement.number(), kPeerIss + 1);
}

TEST_F(HeldSynsTest, AListenerThatComesMeanwhileTakesIt) {
  Say({.from = Client(1)});
  Say({.from = Client(2), .to = {kOurs, wire::Port(81)}});
  RunFor(500ms);
  const ListenerHandle listener = Listen(80);
  Run();
  const SeenSegment syn_ack = OnlySent();
  EXPECT_EQ(syn_ack.flags(), "[S.]");
  EXPECT_EQ(syn_ack.ends.remote, Client(1));
  Say({.from = Client(1),
       .sequence = kPeerIss + 1,
       .acknowledgement = syn_ack.fields.sequence.number() + 1,
       .flags = wire::TcpFlags::kAck});
  EXPECT_TRUE(engine_.Accept(listener));
  RunFor(700ms);
  EXPECT_EQ(OnlySent().ends.remote, Client(2));
}

TEST_F(HeldSynsTest, TheSameOnceMoreEndsTheWaiting) {
  Say({.from = Client(1)});
  Say({.from = Client(1)});
  EXPECT_EQ(OnlySent().flags(), "[R.]");
  RunFor(10s);
  EXPECT_TRUE(Sent().empty());
}

TEST_F(HeldSynsTest, ThereIsRoomForEight) {
  for (uint16_t port = 1; port <= 9; ++port) Say({.from = Client(port)});
  EXPECT_EQ(OnlySent().ends.remote, Client(9));
  RunFor(1200ms);
  EXPECT_EQ(Sent().size(), 8u);
}

TEST_F(HeldSynsTest, OnlySynsWait) {
  Say({.sequence = 1, .acknowledgement = 1, .flags = wire::TcpFlags::kAck});
  EXPECT_EQ(OnlySent().flags(), "[R]");
  Say({.flags = wire::TcpFlags::kSyn | wire::TcpFlags::kAck});
  EXPECT_EQ(OnlySent().flags(), "[R]");
}

}  // namespace
}  // namespace nut::tcp
