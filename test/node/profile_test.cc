// The profiles side by side: each choice that a peer can see, as an exchange of segments with a connection of
// either. What the original did and we do not, in any profile, is at the end.
#include "stack/node/profile.h"

#include "test/tcp/connection_harness.h"

namespace nut::node {
namespace {

using tcp::State;

class ProfileTest : public testing::TestWithParam<Profile> {
 protected:
  ProfileTest() {
    NodeOptions options;
    Apply(GetParam(), options);
    h.parameters = options.tcp;
  }
  bool classic() const { return GetParam() == Profile::kClassic; }
  static constexpr wire::TcpOptions kOffer{
      .mss = 1460, .window_scale = 7, .timestamps = wire::TcpTimestamps{.value = 1, .echo_reply = 0}};
  // Without options that would show in each segment.
  void Open() {
    h.OpenActive();
    h.Drain();
    h.Inject({.flags = "S.", .ack = 1, .options = {.mss = 536}});
    h.Advance(1ms);
    h.Drain();
  }
  std::vector<Duration> TimesOf(unsigned transmissions) {
    std::vector<Duration> times;
    const Instant start = h.now();
    while (times.size() < transmissions && h.TimeToOutput(100s)) {
      times.push_back(h.now() - start);
      h.Drain();
    }
    return times;
  }
  tcp::ConnectionHarness h;
};

INSTANTIATE_TEST_SUITE_P(Both, ProfileTest, testing::Values(Profile::kModern, Profile::kClassic),
                         [](const auto& info) { return std::string(NameOf(info.param)); });

TEST_P(ProfileTest, TheSyn) {
  h.OpenActive();
  const auto syn = h.Next();
  ASSERT_TRUE(syn);
  const wire::TcpOptions& options = syn->fields.options;
  EXPECT_EQ(options.mss, classic() ? 536 : 1460);
  EXPECT_EQ(syn->fields.window, classic() ? 3216 : 65535);
  EXPECT_NE(options.window_scale.has_value(), classic());
  EXPECT_NE(options.timestamps.has_value(), classic());
  EXPECT_NE(options.sack_permitted, classic());
  EXPECT_NE(syn->fields.flags.ece(), classic());
  if (classic()) {
    EXPECT_EQ(options, wire::TcpOptions{.mss = 536});
  }
}

TEST_P(ProfileTest, TheSynAckMirrorsASmallerMss) {
  for (const auto& [offered, classic_answer] :
       {std::pair<std::optional<uint16_t>, uint16_t>{1460, 536}, {100, 100}, {std::nullopt, 536}}) {
    wire::TcpOptions options = kOffer;
    options.mss = offered;
    h.OpenPassive({.flags = "SEW", .options = options});
    const auto syn_ack = h.Next();
    ASSERT_TRUE(syn_ack);
    EXPECT_EQ(syn_ack->fields.options.mss, classic() ? classic_answer : 1460);
    if (classic()) {
      EXPECT_EQ(syn_ack->fields.options, wire::TcpOptions{.mss = classic_answer});
      EXPECT_EQ(syn_ack->fields.flags.ToText(), "[S.]");
      EXPECT_EQ(syn_ack->fields.window, 3216);
    }
  }
}

TEST_P(ProfileTest, HowMuchIsInFlightAndWhatIsPushed) {
  Open();
  h.Send(3000);
  unsigned segments = 0;
  unsigned pushed = 0;
  while (const auto segment = h.Next()) {
    ++segments;
    if (segment->fields.flags.psh()) ++pushed;
  }
  // 3000 octets are five segments and a small one.
  EXPECT_EQ(segments, classic() ? 4u : 5u);
  EXPECT_EQ(pushed, classic() ? 4u : 0u);
}

TEST_P(ProfileTest, ASmallSegmentBehindAnother) {
  Open();
  h.Send("a");
  h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "a"});
  h.Send("b");  // Nagle
  EXPECT_EQ(h.Next().has_value(), classic());
}

TEST_P(ProfileTest, TheFinAndTheTextInFrontOfIt) {
  Open();
  h->Send(AsBytes("end"), h.now());
  h.Shutdown();
  if (classic()) {
    h.Expect({.flags = "P.", .seq = 1, .ack = 1, .data = "end"});
    h.Expect({.flags = "F.", .seq = 4, .ack = 1});
  } else {
    h.Expect({.flags = "FP.", .seq = 1, .ack = 1, .data = "end"});
  }
}

TEST_P(ProfileTest, ThePeersFinAndOurAnswer) {
  Open();
  h.Inject({.flags = "F.", .seq = 1, .ack = 1});
  if (classic()) h.Expect({.flags = ".", .seq = 1, .ack = 2});
  h.Close();
  h.Expect({.flags = "F.", .seq = 1, .ack = 2});
  h.ExpectSilence();
}

TEST_P(ProfileTest, ALoneSegmentIsAcknowledged) {
  Open();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "a"});
  EXPECT_EQ(h.TimeToOutput(1s), classic() ? 200ms : 40ms);
}

TEST_P(ProfileTest, SynsThatNobodyAnswers) {
  h.OpenActive();
  h.Drain();
  if (classic()) {
    const std::vector<Duration> expected = {1s, 3s, 7s, 15s, 31s, 51s, 71s, 91s};
    EXPECT_EQ(TimesOf(20), expected);
    EXPECT_EQ(h->state(), State::kClosed);
    EXPECT_EQ(h.now() - h->opened(), 111s);
  } else {
    const std::vector<Duration> expected = {1s, 3s, 7s, 15s, 31s, 63s, 123s};
    EXPECT_EQ(TimesOf(20), expected);
    EXPECT_EQ(h.now() - h->opened(), 180s);
  }
  EXPECT_EQ(h->error(), Error::kTimedOut);
}

TEST_P(ProfileTest, TextThatNobodyAcknowledges) {
  Open();
  h.Send("a");
  h.Drain();
  std::optional<tcp::SegmentValue> last;
  while (h->state() != State::kClosed && h.TimeToOutput(1000s)) {
    while (auto segment = h.Next()) last = std::move(segment);
  }
  // A RST tells the peer that it is over, or nothing does.
  EXPECT_EQ(last->fields.flags.rst(), !classic());
  EXPECT_EQ(h->error(), Error::kTimedOut);
}

TEST_P(ProfileTest, TimeWait) {
  Open();
  h.Shutdown();
  h.Drain();
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  h.Drain();
  ASSERT_EQ(h->state(), State::kTimeWait);
  h.Advance(classic() ? 1999ms : 59999ms);
  EXPECT_EQ(h->state(), State::kTimeWait);
  h.Advance(1ms);
  EXPECT_EQ(h->state(), State::kClosed);
}

TEST_P(ProfileTest, FinWait2OfAnOrphan) {
  Open();
  h.Close();
  h.Inject({.flags = ".", .seq = 1, .ack = 2});
  h.Drain();
  h.Advance(classic() ? 1999ms : 59999ms);
  EXPECT_EQ(h->state(), State::kFinWait2);
  h.Advance(1ms);
  EXPECT_NE(h->state(), State::kFinWait2);
  h.ExpectSilence();
}

// --- where both differ from the original, and why it says so in stack/tcp/README.md ------------------------

TEST_P(ProfileTest, ARetransmittedFinIsAcknowledgedInTimeWait) {
  Open();
  h.Shutdown();
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  h.Drain();
  h.Inject({.flags = "F.", .seq = 1, .ack = 2});
  h.Expect({.flags = ".", .seq = 2, .ack = 2});
}

TEST_P(ProfileTest, AShutWindowIsProbed) {
  Open();
  h.Inject({.flags = ".", .seq = 1, .ack = 1, .win = 0});
  h.Send("abc");
  h.ExpectSilence();
  ASSERT_TRUE(h.TimeToOutput(2s));
  EXPECT_EQ(h.Next()->payload.size(), 1u);
}

TEST_P(ProfileTest, NoSegmentFromThePastClosesOrResets) {
  Open();
  h.Inject({.flags = "P.", .seq = 1, .ack = 1, .data = "abc"});
  h.Inject({.flags = "F.", .seq = 1, .ack = 1});
  h.Inject({.flags = "R", .seq = 1});
  h.Inject({.flags = "S", .seq = 1});
  EXPECT_EQ(h->state(), State::kEstablished);
}

TEST_P(ProfileTest, TextBeyondTheWindowIsNotTaken) {
  Open();
  h.Inject({.flags = "P.", .seq = 100'001, .ack = 1, .data = "abc"});
  EXPECT_EQ(h->Info(h.now()).out_of_order, 0u);
}

TEST_P(ProfileTest, AfterThePeersFinThereIsStillAnAnswer) {
  Open();
  h.Inject({.flags = "FP.", .seq = 1, .ack = 1, .data = "question"});
  h.Drain();
  EXPECT_EQ(h.Send("answer"), 6u);
}

TEST(ProfileNamesTest, EachNameIsItsOwn) {
  EXPECT_EQ(ProfileFromName("classic"), Profile::kClassic);
  EXPECT_EQ(ProfileFromName("modern"), Profile::kModern);
  EXPECT_EQ(ProfileFromName("Classic"), std::nullopt);
}

}  // namespace
}  // namespace nut::node
