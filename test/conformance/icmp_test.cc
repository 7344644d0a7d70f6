// RFC 9293 3.9.2.2, RFC 5461, RFC 5927: what ICMP errors do to a connection.

#include <gtest/gtest.h>

#include "test/tcp/connection_harness.h"

namespace nut::tcp {
namespace {

class Icmp : public testing::Test {
 protected:
  void Report(Error error, bool hard, uint32_t quoted) {
    h->OnIcmpError(error, hard, wire::SequenceNumber(h.iss + quoted), h.now());
    h.Pump();
  }
  ConnectionHarness h;
};

TEST_F(Icmp, Rfc9293_Shld26_AHardErrorEndsAnOpening) {
  h.OpenActive();
  Report(Error::kConnectionRefused, true, 0);
  EXPECT_EQ(h->state(), State::kClosed);
  EXPECT_EQ(h->error(), Error::kConnectionRefused);
}

TEST_F(Icmp, Rfc9293_Must56_ASoftErrorDoesNot) {
  h.OpenActive();
  Report(Error::kHostUnreachable, false, 0);
  EXPECT_EQ(h->state(), State::kSynSent);
  EXPECT_EQ(h->TakeSoftError(), Error::kHostUnreachable);
}

TEST_F(Icmp, ASoftErrorIsTheReasonWhenTheOpeningTimesOut) {
  h.OpenActive();
  Report(Error::kHostUnreachable, false, 0);
  h.Advance(180s);
  EXPECT_EQ(h->error(), Error::kHostUnreachable);
}

TEST_F(Icmp, Rfc5927_5_2_AHardErrorNeverEndsASynchronisedConnection) {
  for (const State state : {State::kEstablished, State::kFinWait1, State::kCloseWait}) {
    ConnectionHarness one;
    one.Establish();
    one.MoveTo(state);
    if (MaySend(state)) one.Send("abc");
    one->OnIcmpError(Error::kConnectionRefused, true, wire::SequenceNumber(one.iss + 1), one.now());
    EXPECT_EQ(one->state(), state);
    EXPECT_FALSE(one->error().has_value());
  }
}

TEST_F(Icmp, Rfc5927_4_1_AReportOutsideOfWhatIsOutstandingIsIgnored) {
  h.OpenActive();
  Report(Error::kConnectionRefused, true, 1);
  Report(Error::kConnectionRefused, true, 0xffff'ffff);
  Report(Error::kConnectionRefused, true, 0x8000'0000);
  EXPECT_EQ(h->state(), State::kSynSent);
  EXPECT_FALSE(h->TakeSoftError().has_value());
}

TEST_F(Icmp, Rfc9293_Shld25_Must47_ASoftErrorIsToldFromR1OnAndProgressClearsIt) {
  h.Establish();
  h.Send(500);
  Report(Error::kHostUnreachable, false, 1);
  EXPECT_FALSE(h->TakeSoftError().has_value());
  h.Advance(2s);
  ASSERT_GE(h->Info(h.now()).backoff, 3u);
  EXPECT_EQ(h->TakeSoftError(), Error::kHostUnreachable);
  Report(Error::kHostUnreachable, false, 1);
  h.Inject({.flags = ".", .seq = 1, .ack = 501});
  EXPECT_FALSE(h->TakeSoftError().has_value());
  // Nor does it come back with the next trouble.
  h.Send(500);
  h.Advance(30s);
  EXPECT_EQ(h->TakeSoftError(), Error::kTimedOut);
}

}  // namespace
}  // namespace nut::tcp
