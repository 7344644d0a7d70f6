// What fuzzing whole nodes has found in TCP, one test each.
#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

// The FIN was taken when the handshake ended, and then text behind it was kept, for ever behind a gap.
TEST(TcpFuzzFindings, TextBehindAFinThatCameWithTheSynIsIgnored) {
  ConnectionHarness passive;
  passive.OpenPassive({.flags = "SF", .seq = 0, .data = "the end"});
  passive.Expect({.flags = "S.", .seq = 0, .ack = 8});
  EXPECT_EQ(passive.Inject({.flags = ".", .seq = 20, .ack = 1, .data = "more"}), DropReason::kTcpAfterClose);
  EXPECT_EQ(passive->state(), State::kCloseWait);
  EXPECT_EQ(passive->Info(passive.now()).out_of_order, 0u);
  EXPECT_EQ(passive.Receive(), "the end");

  ConnectionHarness both;
  both.OpenActive();
  both.Inject({.flags = "SF", .seq = 0, .data = "the end"});
  EXPECT_EQ(both.Inject({.flags = ".", .seq = 9, .ack = 1, .data = "more"}), DropReason::kTcpAfterClose);
  EXPECT_EQ(both->state(), State::kCloseWait);
  EXPECT_EQ(both.Receive(), "the end");
  EXPECT_EQ(both->Info(both.now()).rcv_nxt, both.irs + 9) << "nothing follows the FIN";
}

}  // namespace
}  // namespace nut::tcp
