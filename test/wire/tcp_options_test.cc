#include "stack/wire/tcp_options.h"

#include <gtest/gtest.h>

#include "stack/wire/tcp.h"
#include "test/wire/oracle.h"

namespace nut::wire {
namespace {

Bytes Emitted(const TcpOptions& options) {
  Bytes bytes(TcpOptionsSize(options));
  EmitTcpOptions(bytes, options);
  return bytes;
}

TcpOptions RandomOptions(Rng& rng) {
  TcpOptions options;
  if (rng.Chance(0.5)) options.mss = static_cast<uint16_t>(rng.Next32());
  if (rng.Chance(0.5)) options.window_scale = static_cast<uint8_t>(rng.Below(15));
  options.sack_permitted = rng.Chance(0.5);
  if (rng.Chance(0.5)) options.timestamps = {rng.Next32(), rng.Next32()};
  for (size_t blocks = rng.Below(5); blocks > 0; --blocks) {
    options.sack.Add({SequenceNumber(rng.Next32()), SequenceNumber(rng.Next32())});
  }
  return options;
}

TEST(TcpOptions, ReadsWhatLibtinsWrote) {
  Rng rng("tcp options in");
  for (int i = 0; i < 500; ++i) {
    const auto mss = static_cast<uint16_t>(rng.Next32());
    const auto scale = static_cast<uint8_t>(rng.Below(15));
    const uint32_t value = rng.Next32();
    const uint32_t echo = rng.Next32();
    const std::vector<uint32_t> edges = {rng.Next32(), rng.Next32()};
    Tins::TCP theirs(80, 40000);
    theirs.mss(mss);
    theirs.sack_permitted();
    theirs.timestamp(value, echo);
    theirs.winscale(scale);
    theirs.sack(edges);
    const Bytes segment = theirs.serialize();
    const auto view = TcpView::Parse(segment);
    ASSERT_TRUE(view);
    const auto options = ParseTcpOptions(view->options());
    ASSERT_TRUE(options);
    EXPECT_EQ(options->mss, mss);
    EXPECT_EQ(options->window_scale, scale);
    EXPECT_TRUE(options->sack_permitted);
    EXPECT_EQ(options->timestamps, (TcpTimestamps{value, echo}));
    ASSERT_EQ(options->sack.size(), 1u);
    EXPECT_EQ(options->sack[0], (SackBlock{SequenceNumber(edges[0]), SequenceNumber(edges[1])}));
  }
}

TEST(TcpOptions, LibtinsReadsWhatWeWrote) {
  Rng rng("tcp options out");
  for (int i = 0; i < 2000; ++i) {
    TcpFields fields;
    fields.options = RandomOptions(rng);
    Bytes segment(TcpHeaderSize(fields.options));
    Emit(segment, fields);
    const Tins::TCP theirs(segment.data(), static_cast<uint32_t>(segment.size()));
    const auto has = [&theirs](Tins::TCP::OptionTypes type) { return theirs.search_option(type) != nullptr; };
    ASSERT_EQ(has(Tins::TCP::MSS), fields.options.mss.has_value());
    ASSERT_EQ(has(Tins::TCP::WSCALE), fields.options.window_scale.has_value());
    ASSERT_EQ(has(Tins::TCP::TSOPT), fields.options.timestamps.has_value());
    ASSERT_EQ(theirs.has_sack_permitted(), fields.options.sack_permitted);
    if (fields.options.mss) {
      ASSERT_EQ(theirs.mss(), *fields.options.mss);
    }
    if (fields.options.window_scale) {
      ASSERT_EQ(theirs.winscale(), *fields.options.window_scale);
    }
    if (fields.options.timestamps) {
      ASSERT_EQ(theirs.timestamp().first, fields.options.timestamps->value);
      ASSERT_EQ(theirs.timestamp().second, fields.options.timestamps->echo_reply);
    }
    const auto parsed = ParseTcpOptions(ByteView(segment).subspan(kTcpHeaderSize));
    if (has(Tins::TCP::SACK)) {
      const std::vector<uint32_t> edges = theirs.sack();
      ASSERT_EQ(edges.size(), 2 * parsed->sack.size());
      for (size_t block = 0; block < parsed->sack.size(); ++block) {
        ASSERT_EQ(edges[2 * block], fields.options.sack[block].left.number());
        ASSERT_EQ(edges[2 * block + 1], fields.options.sack[block].right.number());
      }
    }
  }
}

TEST(TcpOptions, RoundTripKeepsAllThatFits) {
  Rng rng("tcp options round trip");
  for (int i = 0; i < 5000; ++i) {
    const TcpOptions options = RandomOptions(rng);
    const Bytes bytes = Emitted(options);
    ASSERT_LE(bytes.size(), kTcpMaxOptionsSize);
    ASSERT_EQ(bytes.size() % 4, 0u);
    const auto parsed = ParseTcpOptions(bytes);
    ASSERT_TRUE(parsed);
    TcpOptions expected = options;
    expected.sack = parsed->sack;
    ASSERT_EQ(*parsed, expected);
    ASSERT_LE(parsed->sack.size(), options.sack.size());
    for (size_t block = 0; block < parsed->sack.size(); ++block) {
      ASSERT_EQ(parsed->sack[block], options.sack[block]);
    }
    const bool one_more_would_fit = bytes.size() + (parsed->sack.empty() ? 12 : 8) <= kTcpMaxOptionsSize;
    ASSERT_FALSE(parsed->sack.size() < options.sack.size() && one_more_would_fit);
  }
}

TEST(TcpOptions, HoldThreeSackBlocksBesideTimestampsAndFourAlone) {
  TcpOptions options;
  for (uint32_t i = 0; i < 4; ++i) EXPECT_TRUE(options.sack.Add({SequenceNumber(i), SequenceNumber(i + 1)}));
  EXPECT_FALSE(options.sack.Add({}));
  EXPECT_EQ(TcpOptionsSize(options), 36u);
  EXPECT_EQ(ParseTcpOptions(Emitted(options))->sack.size(), 4u);
  options.timestamps = TcpTimestamps{};
  EXPECT_EQ(TcpOptionsSize(options), 40u);
  EXPECT_EQ(ParseTcpOptions(Emitted(options))->sack.size(), 3u);
}

TEST(TcpOptions, OfASynTake20BytesAndTimestampsAlone12) {
  EXPECT_EQ(TcpOptionsSize({}), 0u);
  EXPECT_EQ(TcpOptionsSize({.mss = 1460}), 4u);
  EXPECT_EQ(TcpOptionsSize({.timestamps = TcpTimestamps{}}), 12u);
  EXPECT_EQ(
      TcpOptionsSize({.mss = 1460, .window_scale = 7, .sack_permitted = true, .timestamps = TcpTimestamps{}}),
      20u);
}

// CVE-2020-24337 and the original's NutTcpInputOptions: a length of 0 or 1 never got past the option.
TEST(TcpOptions, EveryMalformedLengthOfEveryKindAtEveryPlaceIsRefused) {
  for (int kind = 2; kind < 256; ++kind) {
    for (size_t place = 0; place < kTcpMaxOptionsSize; ++place) {
      for (int length = 0; length < 256; ++length) {
        Bytes bytes(kTcpMaxOptionsSize, 1);
        bytes[place] = static_cast<uint8_t>(kind);
        if (place + 1 < bytes.size()) bytes[place + 1] = static_cast<uint8_t>(length);
        const bool sound = place + 1 < bytes.size() && length >= 2 && place + length <= bytes.size();
        const auto options = ParseTcpOptions(bytes);
        ASSERT_EQ(options.has_value(), sound) << kind << " " << place << " " << length;
        if (!sound) {
          ASSERT_EQ(options.error(), DropReason::kTcpBadOptions);
        }
      }
    }
  }
}

// Ripple20, uIP: the header ends within an option.
TEST(TcpOptions, EveryCutWithinAnOptionIsRefused) {
  const Bytes mss = {2, 4, 5, 0xb4};
  const Bytes timestamps = {8, 10, 0, 0, 0, 1, 0, 0, 0, 2};
  const Bytes sack = {5, 18, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4};
  for (const Bytes& whole : {mss, timestamps, sack, Bytes{3, 3, 7}, Bytes{4, 2}, Bytes{0x63, 5, 0, 0, 0}}) {
    for (size_t size = 1; size < whole.size(); ++size) {
      const Bytes cut = Copy(ByteView(whole).first(size));
      EXPECT_EQ(ParseTcpOptions(cut).error(), DropReason::kTcpBadOptions) << int{whole[0]} << " " << size;
    }
    EXPECT_TRUE(ParseTcpOptions(whole));
  }
}

TEST(TcpOptions, AKnownOptionWithAnotherLengthIsSkipped) {
  const auto parse = [](const Bytes& bytes) { return ParseTcpOptions(bytes).value(); };
  EXPECT_EQ(parse({2, 3, 5, 1}), TcpOptions{});
  EXPECT_EQ(parse({2, 6, 5, 0xb4, 0, 0, 1, 1}), TcpOptions{});
  EXPECT_EQ(parse({3, 2, 1, 1}), TcpOptions{});
  EXPECT_EQ(parse({3, 4, 7, 7}), TcpOptions{});
  EXPECT_EQ(parse({4, 3, 0, 1}), TcpOptions{});
  EXPECT_EQ(parse({8, 9, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1}), TcpOptions{});
  EXPECT_EQ(parse({5, 2, 1, 1}), TcpOptions{});  // SACK without a block
  EXPECT_EQ(parse({5, 9, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1}), TcpOptions{});
  // The walk goes on behind it.
  EXPECT_EQ(parse({2, 3, 5, 2, 4, 5, 0xb4, 1}).mss, 1460);
}

TEST(TcpOptions, UnknownOptionsAreSkippedByTheirLength) {
  const Bytes bytes = {0x63, 6, 2, 4, 0, 1, 2, 4, 5, 0xb4, 1, 0xfd, 2, 3, 3, 9};
  const auto options = ParseTcpOptions(bytes);
  ASSERT_TRUE(options);
  EXPECT_EQ(options->mss, 1460);
  EXPECT_EQ(options->window_scale, 9);
}

TEST(TcpOptions, NothingBehindTheEndOfListCounts) {
  const auto options = ParseTcpOptions(Bytes{3, 3, 2, 0, 2, 0, 8, 1});
  ASSERT_TRUE(options);
  EXPECT_EQ(*options, (TcpOptions{.window_scale = 2}));
}

TEST(TcpOptions, WindowScaleAbove14CountsAs14) {
  for (int scale = 0; scale < 256; ++scale) {
    const auto options = ParseTcpOptions(Bytes{3, 3, static_cast<uint8_t>(scale), 0});
    EXPECT_EQ(options->window_scale, std::min(scale, 14));
  }
}

TEST(TcpOptions, SaysWhatAnyMssIs) {
  for (const uint16_t mss : {0, 1, 48, 536, 1460, 65535}) {
    const Bytes bytes = {2, 4, static_cast<uint8_t>(mss >> 8), static_cast<uint8_t>(mss)};
    EXPECT_EQ(ParseTcpOptions(bytes)->mss, mss);
  }
}

TEST(TcpOptions, OfAnOptionThatComesTwiceTheLastCountsAndSackBlocksAddUp) {
  EXPECT_EQ(ParseTcpOptions(Bytes{2, 4, 1, 1, 2, 4, 2, 2})->mss, 0x0202);
  const Bytes sacks = {5, 10, 0, 0, 0, 1, 0, 0, 0, 2, 5, 10, 0, 0, 0, 3, 0, 0, 0, 4};
  const auto options = ParseTcpOptions(sacks);
  ASSERT_EQ(options->sack.size(), 2u);
  EXPECT_EQ(options->sack[1].left, SequenceNumber(3));
}

TEST(TcpOptions, MoreSackBlocksThanAHeaderHoldsAreLeftOut) {
  Bytes bytes = {5, 42};
  bytes.resize(42, 9);
  EXPECT_EQ(ParseTcpOptions(bytes)->sack.size(), SackBlocks::kCapacity);
}

}  // namespace
}  // namespace nut::wire
