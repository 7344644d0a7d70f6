// The scoreboard against a model that keeps a note for each octet.

#include "stack/tcp/scoreboard.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "stack/base/rng.h"

namespace nut::tcp {
namespace {

using wire::SequenceNumber;

constexpr Scoreboard::Limits kPlenty{1000, 1000};
const auto kNobody = [](const Scoreboard::Piece&) {};

class Model {
 public:
  explicit Model(uint32_t begin) : begin_(begin) {}
  void NoteSent(uint32_t begin, uint32_t end) {
    for (uint32_t octet = begin; octet != end; ++octet) {
      const uint32_t place = octet - begin_;
      if (place == fates_.size()) {
        fates_.push_back(Fate::kInFlight);
      } else if (fates_[place] == Fate::kLost) {
        fates_[place] = Fate::kInFlight;
      }
    }
  }
  uint32_t Acknowledge(uint32_t ack) {
    const auto end = fates_.begin() + static_cast<ptrdiff_t>(ack - begin_);
    const auto delivered = (end - fates_.begin()) - std::count(fates_.begin(), end, Fate::kSacked);
    fates_.erase(fates_.begin(), end);
    begin_ = ack;
    return static_cast<uint32_t>(delivered);
  }
  uint32_t Sack(uint32_t left, uint32_t right) {
    uint32_t delivered = 0;
    for (uint32_t place = left - begin_; place != right - begin_; ++place) {
      delivered += fates_[place] != Fate::kSacked;
      fates_[place] = Fate::kSacked;
    }
    return delivered;
  }
  void Turn(Fate from, Fate to) { std::replace(fates_.begin(), fates_.end(), from, to); }
  uint32_t count(Fate fate) const {
    return static_cast<uint32_t>(std::count(fates_.begin(), fates_.end(), fate));
  }
  uint32_t begin() const { return begin_; }
  uint32_t end() const { return begin_ + static_cast<uint32_t>(fates_.size()); }
  uint32_t FirstLost() const {
    return begin_ + static_cast<uint32_t>(std::ranges::find(fates_, Fate::kLost) - fates_.begin());
  }
  // Octets in flight with `octets` or more that were selectively acknowledged above.
  size_t ranges() const {
    size_t ranges = 0;
    for (size_t i = 0; i < fates_.size(); ++i) {
      ranges += fates_[i] == Fate::kSacked && (i == 0 || fates_[i - 1] != Fate::kSacked);
    }
    return ranges;
  }

 private:
  uint32_t begin_;
  std::vector<Fate> fates_;
};

class ScoreboardSeeds : public testing::TestWithParam<int> {};

TEST_P(ScoreboardSeeds, AgreesWithTheModel) {
  Rng rng("scoreboard" + std::to_string(GetParam()));
  const uint32_t start = 0u - static_cast<uint32_t>(rng.Below(3000));  // wraps soon
  Scoreboard board;
  Model model(start);
  Instant now{};
  for (int step = 0; step < 2000; ++step) {
    now += Duration(static_cast<int64_t>(rng.Below(3)));
    const uint32_t size = model.end() - model.begin();
    switch (rng.Below(8)) {
      case 0:
      case 1: {
        const uint32_t end = model.end() + 1 + static_cast<uint32_t>(rng.Below(40));
        board.NoteSent(SequenceNumber(model.end()), SequenceNumber(end), now, kPlenty);
        model.NoteSent(model.end(), end);
        break;
      }
      case 2: {
        const uint32_t ack = model.begin() + static_cast<uint32_t>(rng.Below(size / 2 + 1));
        EXPECT_EQ(board.Acknowledge(SequenceNumber(ack), kNobody), model.Acknowledge(ack));
        break;
      }
      case 3:
      case 4: {
        if (size < 2) break;
        const uint32_t left = model.begin() + static_cast<uint32_t>(rng.Below(size - 1));
        const uint32_t right = left + 1 + static_cast<uint32_t>(rng.Below(model.end() - left));
        const auto delivered = board.Sack({SequenceNumber(left), SequenceNumber(right)}, kPlenty, kNobody);
        EXPECT_EQ(delivered, model.Sack(left, right));
        break;
      }
      case 5: {
        if (model.count(Fate::kLost) == 0) break;
        const auto lost = board.FirstLost();
        const uint32_t begin = lost->left.number();
        const uint32_t end = begin + 1 + static_cast<uint32_t>(rng.Below(lost->right.number() - begin));
        board.NoteSent(SequenceNumber(begin), SequenceNumber(end), now, kPlenty);
        model.NoteSent(begin, end);
        break;
      }
      case 6:
        if (rng.Below(20) == 0) {
          board.Forget();
          model.Turn(Fate::kSacked, Fate::kLost);
          model.Turn(Fate::kInFlight, Fate::kLost);
        } else if (rng.Below(4) == 0) {
          board.MarkAllLost();
          model.Turn(Fate::kInFlight, Fate::kLost);
        }
        break;
      default:
        if (rng.Below(10) == 0) {
          board.Restore();
          model.Turn(Fate::kLost, Fate::kInFlight);
        }
        break;
    }
    board.Check();
    ASSERT_EQ(board.pipe(), model.count(Fate::kInFlight)) << step;
    ASSERT_EQ(board.sacked(), model.count(Fate::kSacked)) << step;
    ASSERT_EQ(board.lost(), model.count(Fate::kLost)) << step;
    ASSERT_EQ(board.ranges(), model.ranges()) << step;
    if (board.lost() > 0) {
      ASSERT_EQ(board.FirstLost()->left.number(), model.FirstLost()) << step;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, ScoreboardSeeds, testing::Range(0, 100));

TEST(Scoreboard, WhatIsSentTogetherIsOneRun) {
  Scoreboard board;
  for (uint32_t i = 0; i < 100; ++i) {
    board.NoteSent(SequenceNumber(1000 * i), SequenceNumber(1000 * i + 1000), Instant{}, kPlenty);
  }
  EXPECT_EQ(board.runs(), 1u);
}

TEST(Scoreboard, BeyondItsLimitTheLastRunGrowsAndCountsAsSentLater) {
  Scoreboard board;
  for (uint32_t i = 0; i < 100; ++i) {
    board.NoteSent(SequenceNumber(i), SequenceNumber(i + 1), Instant{} + i * 1ms, {10, 10});
  }
  EXPECT_EQ(board.runs(), 10u);
  EXPECT_EQ(board.pipe(), 100u);
  Instant latest{};
  board.Acknowledge(SequenceNumber(100), [&](const Scoreboard::Piece& piece) { latest = piece.sent_at; });
  EXPECT_EQ(latest, Instant{} + 99ms);
}

TEST(Scoreboard, BeyondItsLimitNewRangesAreRefusedAndOldOnesGrow) {
  Scoreboard board;
  board.NoteSent(SequenceNumber(0), SequenceNumber(1000), Instant{}, {10, 3});
  const auto sack = [&](uint32_t left, uint32_t right) {
    return board.Sack({SequenceNumber(left), SequenceNumber(right)}, {10, 3}, kNobody).has_value();
  };
  EXPECT_TRUE(sack(100, 110));
  EXPECT_TRUE(sack(200, 210));
  EXPECT_TRUE(sack(300, 310));
  EXPECT_FALSE(sack(400, 410));
  EXPECT_TRUE(sack(110, 120));
  EXPECT_TRUE(sack(290, 300));
  EXPECT_TRUE(sack(120, 200));  // joins two
  EXPECT_TRUE(sack(400, 410));
  EXPECT_EQ(board.ranges(), 3u);
}

TEST(Scoreboard, WhatWasSentAgainIsLostBySacksOnceOnly) {
  Scoreboard board;
  board.NoteSent(SequenceNumber(0), SequenceNumber(10'000), Instant{}, kPlenty);
  board.Sack({SequenceNumber(3000), SequenceNumber(6000)}, kPlenty, kNobody);
  EXPECT_EQ(board.MarkLostBySacks(3, 1000), 3000u);
  board.NoteSent(SequenceNumber(0), SequenceNumber(1000), Instant{} + 1s, kPlenty);
  EXPECT_EQ(board.MarkLostBySacks(3, 1000), 0u);
  EXPECT_EQ(board.lost(), 2000u);
}

TEST(Scoreboard, MoreThanTwoSegmentsAboveAreEnoughAndTwoAreNot) {
  for (const uint32_t above : {2000u, 2001u}) {
    Scoreboard board;
    board.NoteSent(SequenceNumber(0), SequenceNumber(10'000), Instant{}, kPlenty);
    board.Sack({SequenceNumber(1000), SequenceNumber(1000 + above)}, kPlenty, kNobody);
    EXPECT_EQ(board.MarkLostBySacks(3, 1000), above > 2000 ? 1000u : 0u);
  }
}

TEST(Scoreboard, JoinedLossesRememberThatAPartWasSentTwiceAndWhen) {
  for (const uint32_t again : {0u, 1000u}) {
    Scoreboard board;
    board.NoteSent(SequenceNumber(0), SequenceNumber(2000), Instant{}, kPlenty);
    board.MarkAllLost();
    board.NoteSent(SequenceNumber(again), SequenceNumber(again + 1000), Instant{} + 1s, kPlenty);
    board.MarkAllLost();
    board.Restore();
    std::vector<Scoreboard::Piece> pieces;
    board.Acknowledge(SequenceNumber(2000), [&](const Scoreboard::Piece& piece) { pieces.push_back(piece); });
    ASSERT_EQ(pieces.size(), 1u);
    EXPECT_TRUE(pieces[0].resent);
    EXPECT_EQ(pieces[0].sent_at, Instant{} + 1s);
  }
}

TEST(Scoreboard, WhatIsInDoubtIsLostASegmentAtATime) {
  Scoreboard board;
  EXPECT_FALSE(board.MarkFirstDoubtfulLost(1000)) << "nothing above it is there";
  board.NoteSent(SequenceNumber(0), SequenceNumber(5000), Instant{}, kPlenty);
  EXPECT_FALSE(board.MarkFirstDoubtfulLost(1000));
  board.Sack({SequenceNumber(1500), SequenceNumber(2000)}, kPlenty, kNobody);
  EXPECT_TRUE(board.MarkFirstDoubtfulLost(1000));
  EXPECT_EQ(board.lost(), 1000u);
  EXPECT_TRUE(board.MarkFirstDoubtfulLost(1000));
  EXPECT_EQ(board.lost(), 1500u);
  EXPECT_FALSE(board.MarkFirstDoubtfulLost(1000)) << "what lies above the last that is there is in no doubt";
  EXPECT_EQ(board.lost(), 1500u);
}

TEST(Scoreboard, TheEndIsASegmentAtMost) {
  Scoreboard board;
  board.NoteSent(SequenceNumber(0), SequenceNumber(5000), Instant{}, kPlenty);
  board.MarkTailLost(1000);
  EXPECT_EQ(board.lost(), 1000u);
  EXPECT_EQ(board.FirstLost()->left, SequenceNumber(4000));
  Scoreboard small;
  small.NoteSent(SequenceNumber(0), SequenceNumber(300), Instant{}, kPlenty);
  small.MarkTailLost(1000);
  EXPECT_EQ(small.lost(), 300u);
}

// Twelve segments of ten octets, sent one after the other, from 1,000 on.
class TwelveSegments : public testing::Test {
 protected:
  TwelveSegments() {
    for (uint32_t i = 0; i < 12; ++i)
      board_.NoteSent(At(10 * i), At(10 * i + 10), Instant(1s) + i * 1ms, kPlenty);
  }
  static SequenceNumber At(uint32_t octet) { return SequenceNumber(1000 + octet); }
  std::optional<uint32_t> Sack(uint32_t left, uint32_t right, const Scoreboard::Limits& limits = kPlenty) {
    const auto told = board_.Sack({At(left), At(right)}, limits, kNobody);
    board_.Check();
    return told;
  }
  void Lose(uint32_t left, uint32_t right) {
    board_.MarkLost([&](const Scoreboard::Piece& piece) {
      return piece.begin.AtOrAfter(At(left)) && piece.end.AtOrBefore(At(right));
    });
    board_.Check();
  }
  void Resend(uint32_t left, uint32_t right, Duration at, const Scoreboard::Limits& limits = kPlenty) {
    board_.NoteSent(At(left), At(right), Instant(at), limits);
    board_.Check();
  }
  Scoreboard board_;
};

TEST_F(TwelveSegments, AtTheLimitARangeMayTouchAnother) {
  const Scoreboard::Limits one{1000, 1};
  Sack(40, 60);
  EXPECT_EQ(Sack(30, 39, one), std::nullopt) << "an octet lies in between";
  EXPECT_EQ(Sack(61, 70, one), std::nullopt);
  EXPECT_EQ(Sack(110, 120, one), std::nullopt) << "at the end";
  EXPECT_EQ(Sack(0, 10, one), std::nullopt);
  EXPECT_EQ(Sack(45, 55, one), 0u) << "told before";
  EXPECT_EQ(Sack(30, 40, one), 10u);
  EXPECT_EQ(Sack(60, 70, one), 10u);
  EXPECT_EQ(Sack(25, 50, one), 5u);
  EXPECT_EQ(Sack(50, 75, one), 5u);
  EXPECT_EQ(board_.ranges(), 1u);
  EXPECT_EQ(board_.sacked(), 50u);
}

TEST_F(TwelveSegments, WhatGoesAgainTogetherIsOneRun) {
  Lose(0, 40);
  EXPECT_EQ(board_.runs(), 9u) << "what is lost together is one";
  Resend(0, 10, 2s);
  EXPECT_EQ(board_.runs(), 10u);
  Resend(10, 20, 2s);
  EXPECT_EQ(board_.runs(), 10u);
  Resend(20, 30, 3s);
  EXPECT_EQ(board_.runs(), 11u) << "at another time";
  EXPECT_EQ(board_.lost(), 10u);
  Resend(30, 40, 4s, {11, 1000});
  EXPECT_EQ(board_.runs(), 11u) << "not yet beyond the limit";
  EXPECT_EQ(board_.lost(), 0u);
}

TEST_F(TwelveSegments, BeyondTheLimitWhatGoesAgainOfAHoleIsOneRun) {
  Lose(0, 40);
  Resend(0, 10, 2s, {5, 1000});
  EXPECT_EQ(board_.runs(), 10u);
  Resend(10, 20, 3s, {5, 1000});
  EXPECT_EQ(board_.runs(), 10u);
  EXPECT_EQ(board_.FirstLost()->left, At(20));
}

TEST_F(TwelveSegments, WhatWasSentOnceIsNotJoinedToWhatGoesAgain) {
  Lose(10, 20);
  const size_t before = board_.runs();
  Resend(10, 20, 1s);
  EXPECT_EQ(board_.runs(), before) << "though it was sent at the same time";
  Sack(20, 30);
  Lose(30, 40);
  Resend(30, 40, 1s);
  EXPECT_EQ(board_.runs(), before);
}

TEST_F(TwelveSegments, LossesBelowAreJoined) {
  Sack(90, 120);
  EXPECT_EQ(board_.MarkLostBySacks(1, 10), 90u);
  EXPECT_EQ(board_.runs(), 2u);
  EXPECT_EQ(board_.FirstLost(), (wire::SackBlock{At(0), At(90)}));
}

TEST_F(TwelveSegments, InDoubtIsWhatLiesBelowTheLastRange) {
  EXPECT_FALSE(board_.MarkFirstDoubtfulLost(10)) << "nothing lies above";
  Sack(110, 120);
  EXPECT_TRUE(board_.MarkFirstDoubtfulLost(10));
  EXPECT_EQ(board_.FirstLost(), (wire::SackBlock{At(0), At(10)}));
  for (int i = 1; i < 11; ++i) EXPECT_TRUE(board_.MarkFirstDoubtfulLost(10)) << i;
  EXPECT_FALSE(board_.MarkFirstDoubtfulLost(10));
  EXPECT_EQ(board_.lost(), 110u);
  EXPECT_EQ(board_.runs(), 2u) << "what is lost is one";
  board_.Clear();
  EXPECT_TRUE(board_.empty());
  EXPECT_EQ(board_.lost() + board_.sacked(), 0u);
  EXPECT_EQ(board_.ranges(), 0u);
}

TEST_F(TwelveSegments, TheTailIsLostAndNoMore) {
  board_.MarkTailLost(10);
  EXPECT_EQ(board_.lost(), 10u);
  EXPECT_EQ(board_.FirstLost(), (wire::SackBlock{At(110), At(120)}));
}

TEST_F(TwelveSegments, AnEmptyOneBeginsWhereverItIsSent) {
  board_.Acknowledge(At(120), kNobody);
  EXPECT_TRUE(board_.empty());
  EXPECT_EQ(board_.runs(), 0u);
  board_.NoteSent(At(500), At(510), Instant(5s), kPlenty);
  EXPECT_EQ(board_.begin(), At(500));
  EXPECT_EQ(board_.end(), At(510));
  EXPECT_EQ(board_.last_begin(), At(500));
  EXPECT_EQ(board_.pipe(), 10u);
  EXPECT_EQ(board_.FirstLost(), std::nullopt);
}

TEST_F(TwelveSegments, TheFirstLostIsFoundWhateverWasLostBefore) {
  Lose(50, 60);
  EXPECT_EQ(board_.FirstLost(), (wire::SackBlock{At(50), At(60)}));
  Lose(20, 30);
  EXPECT_EQ(board_.FirstLost(), (wire::SackBlock{At(20), At(30)}));
  Resend(20, 30, 2s);
  EXPECT_EQ(board_.FirstLost(), (wire::SackBlock{At(50), At(60)}));
  board_.Acknowledge(At(55), kNobody);
  EXPECT_EQ(board_.FirstLost(), (wire::SackBlock{At(55), At(60)}));
  board_.Acknowledge(At(60), kNobody);
  EXPECT_EQ(board_.FirstLost(), std::nullopt);
}

}  // namespace
}  // namespace nut::tcp
