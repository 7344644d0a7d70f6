// RFC 6298's arithmetic, by hand.

#include "stack/tcp/rtt_estimator.h"

#include <gtest/gtest.h>

namespace nut::tcp {
namespace {

Parameters Limits(Duration initial, Duration minimum, Duration maximum) {
  Parameters parameters;
  parameters.initial_rto = initial;
  parameters.minimum_rto = minimum;
  parameters.maximum_rto = maximum;
  return parameters;
}

// Limits so wide that only the formulas show.
Parameters Wide() { return Limits(1s, 1ms, 1000s); }

TEST(RttEstimator, Rfc6298_2_1_IsTheInitialValueBeforeASample) {
  EXPECT_EQ(RttEstimator(Parameters{}).rto(), 1s);
  EXPECT_FALSE(RttEstimator(Parameters{}).has_sample());
}

TEST(RttEstimator, Rfc6298_2_2_FirstSample) {
  RttEstimator rtt(Wide());
  rtt.Sample(100ms);
  EXPECT_EQ(rtt.srtt(), 100ms);
  EXPECT_EQ(rtt.rttvar(), 50ms);
  EXPECT_EQ(rtt.rto(), 300ms);
}

TEST(RttEstimator, Rfc6298_2_3_VarianceIsUpdatedBeforeTheMean) {
  RttEstimator rtt(Wide());
  rtt.Sample(100ms);
  rtt.Sample(200ms);
  // RTTVAR = 3/4*50 + 1/4*|100-200| = 62.5; SRTT = 7/8*100 + 1/8*200 = 112.5
  EXPECT_EQ(rtt.rttvar(), 62500us);
  EXPECT_EQ(rtt.srtt(), 112500us);
  EXPECT_EQ(rtt.rto(), 362500us);
}

TEST(RttEstimator, Rfc6298_2_3_SteadySamplesLeaveTheClockGranularity) {
  RttEstimator rtt(Wide());
  for (int i = 0; i < 200; ++i) rtt.Sample(100ms);
  EXPECT_EQ(rtt.srtt(), 100ms);
  EXPECT_LT(rtt.rttvar(), 1us);
  EXPECT_EQ(rtt.rto(), 101ms);  // SRTT + max(G, 4*RTTVAR), G = 1 ms
}

TEST(RttEstimator, Rfc6298_2_4_IsNeverBelowTheMinimum) {
  RttEstimator rtt(Limits(1s, 200ms, 60s));
  for (int i = 0; i < 100; ++i) rtt.Sample(50us);
  EXPECT_EQ(rtt.rto(), 200ms);
}

TEST(RttEstimator, Rfc6298_2_5_IsNeverAboveTheMaximum) {
  RttEstimator rtt(Limits(1s, 200ms, 60s));
  rtt.Sample(500s);
  EXPECT_EQ(rtt.rto(), 60s);
}

TEST(RttEstimator, Rfc6298_5_5_DoublesUpToTheMaximum) {
  RttEstimator rtt(Limits(1s, 200ms, 60s));
  Duration expected = 1s;
  for (int i = 0; i < 40; ++i) {
    EXPECT_EQ(rtt.rto(), expected);
    rtt.Backoff();
    expected = std::min<Duration>(expected * 2, 60s);
  }
}

TEST(RttEstimator, Rfc6298_5_ASampleEndsTheBackoff) {
  RttEstimator rtt(Wide());
  rtt.Sample(100ms);
  rtt.Backoff();
  EXPECT_EQ(rtt.rto(), 600ms);
  rtt.Sample(100ms);
  EXPECT_EQ(rtt.rto(), 250ms);  // RTTVAR = 3/4*50
}

TEST(RttEstimator, Rfc6298_5_7_IsThreeSecondsAfterASynTimeout) {
  RttEstimator rtt(Parameters{});
  rtt.Backoff();
  rtt.RestartAfterSynTimeout();
  EXPECT_EQ(rtt.rto(), 3s);
  rtt.Sample(100ms);
  EXPECT_EQ(rtt.rto(), 300ms);
}

TEST(RttEstimator, ANegativeSampleCountsAsZero) {
  RttEstimator rtt(Limits(1s, 200ms, 60s));
  rtt.Sample(-5ms);
  EXPECT_EQ(rtt.srtt(), 0ms);
  EXPECT_EQ(rtt.rto(), 200ms);
}

TEST(RttEstimator, NoBoundIsLongerThanAnHour) {
  EXPECT_EQ(RttEstimator(Limits(3601s, 1s, 3601s)).rto(), 3600s);
  EXPECT_EQ(RttEstimator(Limits(3599s, 1s, 3601s)).rto(), 3599s);
  EXPECT_EQ(RttEstimator(Limits(-1s, 0s, 1s)).rto(), 0s);
}

TEST(RttEstimator, Rfc6298_5_7_AfterASampleItKeepsToThat) {
  RttEstimator rtt(Wide());
  rtt.Sample(100ms);
  rtt.Backoff();
  rtt.RestartAfterSynTimeout();
  EXPECT_EQ(rtt.rto(), 600ms) << "nothing has changed";
  RttEstimator fresh(Wide());
  fresh.Backoff();
  fresh.RestartAfterSynTimeout();
  EXPECT_EQ(fresh.rto(), 3s);
  RttEstimator patient(Limits(5s, 1ms, 1000s));
  patient.RestartAfterSynTimeout();
  EXPECT_EQ(patient.rto(), 5s);
}

TEST(RttEstimator, ASampleThatIsShorterCountsAsMuchAsOneThatIsLonger) {
  RttEstimator rtt(Wide());
  rtt.Sample(200ms);
  rtt.Sample(100ms);
  EXPECT_EQ(rtt.rttvar(), 100ms);
  EXPECT_EQ(rtt.srtt(), 187500us);
}

}  // namespace
}  // namespace nut::tcp
