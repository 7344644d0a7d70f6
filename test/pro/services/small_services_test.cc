// Echo, discard, daytime and chargen over streams in memory.
#include <gtest/gtest.h>

#include "stack/pro/chargen/chargen.h"
#include "stack/pro/daytime/daytime.h"
#include "stack/pro/discard/discard.h"
#include "stack/pro/echo/echo.h"
#include "test/pro/scripted_stream.h"

namespace nut::pro {
namespace {

using Then = ScriptedStream::Then;

TEST(Echo, SendsBackEverythingAndThenFinishes) {
  VirtualClock clock;
  const std::string large(100'000, 'x');
  const std::string bytes("\0\xff", 2);
  ScriptedStream stream(clock, {"hello", bytes, large});
  EchoStream echo;
  EXPECT_EQ(Converse(stream, echo), Next::kDone);
  EXPECT_EQ(stream.written(), "hello" + bytes + large);
}

TEST(Echo, EndsWithAnErrorWhenTheStreamDoes) {
  VirtualClock clock;
  ScriptedStream gone(clock, {"hello"});
  gone.set_write_limit(0);
  EXPECT_EQ(EchoStream().Serve(gone).error(), Error::kConnectionReset);
}

TEST(Echo, RestsWhileTheClientIsSilent) {
  VirtualClock clock;
  EchoStream echo;
  ScriptedStream silent(clock, {}, Then::kSilence);
  EXPECT_EQ(echo.Serve(silent), Next::kWait);
  EXPECT_EQ(silent.reads(), 0u);  // it would have waited there
  ScriptedStream later_silent(clock, {"hello"}, Then::kSilence);
  EXPECT_EQ(Converse(later_silent, echo), Next::kWait);
  EXPECT_EQ(later_silent.written(), "hello");
  EXPECT_FALSE(later_silent.finished());
}

TEST(Echo, AnswersADatagramWithItself) {
  const std::string request = "ping";
  EXPECT_EQ(AsText(*EchoDatagram().Answer(AsBytes(request))), "ping");
  EXPECT_TRUE(EchoDatagram().Answer({})->empty());
}

TEST(Discard, TakesEverythingAndSaysNothing) {
  VirtualClock clock;
  ScriptedStream stream(clock, {std::string(100'000, 'x'), "y"});
  DiscardStream discard;
  EXPECT_EQ(Converse(stream, discard), Next::kDone);
  EXPECT_EQ(stream.written(), "");
  EXPECT_EQ(stream.unread(), 0u);
  EXPECT_FALSE(DiscardDatagram().Answer(AsBytes("x")));
}

TEST(Discard, CopyingItReadsWhatDiscardSkips) {
  VirtualClock clock;
  ScriptedStream stream(clock, {std::string(100'000, 'x'), "y"});
  CopyingDiscardStream discard;
  EXPECT_EQ(Converse(stream, discard), Next::kDone);
  EXPECT_EQ(stream.written(), "");
  EXPECT_EQ(stream.unread(), 0u);
  EXPECT_EQ(stream.reads(), 4u);  // 64 KiB, the rest, "y", the end
  ScriptedStream silent(clock, {}, Then::kSilence);
  EXPECT_EQ(discard.Serve(silent), Next::kWait);
  EXPECT_EQ(silent.reads(), 0u);
}

TEST(Daytime, SaysTheTimeOfTheNode) {
  EXPECT_EQ(DaytimeLine(std::chrono::seconds(1389312000)), "Friday, January 10, 2014 00:00:00-UTC\r\n");
  EXPECT_EQ(DaytimeLine(std::chrono::seconds(951868799)), "Tuesday, February 29, 2000 23:59:59-UTC\r\n");
  VirtualClock clock;
  clock.Advance(3661s);
  ScriptedStream stream(clock, {}, Then::kSilence);
  EXPECT_EQ(DaytimeStream(clock).Serve(stream), Next::kDone);
  EXPECT_EQ(stream.written(), "Friday, January 10, 2014 01:01:01-UTC\r\n");
  EXPECT_EQ(AsText(*DaytimeDatagram(clock).Answer({})), stream.written());
}

TEST(Chargen, RepeatsThePatternOfRfc864) {
  const std::string_view pattern = AsText(ChargenPattern());
  EXPECT_EQ(pattern.substr(0, 74),
            R"( !"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefg)"
            "\r\n");
  EXPECT_EQ(pattern.substr(74, 74),
            R"(!"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`abcdefgh)"
            "\r\n");
  for (size_t line = 0; line < 95; ++line) {
    const std::string_view text = pattern.substr(line * 74, 74);
    EXPECT_EQ(text[0], static_cast<char>(' ' + line));
    EXPECT_EQ(text.substr(72), "\r\n");
    // Each character follows the one before, '~' is followed by ' '.
    for (size_t i = 1; i < 72; ++i) EXPECT_EQ(text[i], text[i - 1] == '~' ? ' ' : text[i - 1] + 1);
  }
}

TEST(Chargen, SendsUntilTheClientIsGone) {
  VirtualClock clock;
  ScriptedStream stream(clock, {}, Then::kSilence);
  stream.set_write_limit(18 * kChargenPeriod);
  EXPECT_EQ(ChargenStream().Serve(stream).error(), Error::kConnectionReset);
  EXPECT_EQ(stream.written().size(), 18 * kChargenPeriod);
  for (size_t i = 0; i < stream.written().size(); i += kChargenPeriod) {
    EXPECT_EQ(stream.written().substr(i, kChargenPeriod), AsText(ChargenPattern()));
  }
}

TEST(Chargen, AnswersADatagramWithAnyNumberUpTo512) {
  ChargenDatagram service(Rng("4711"));
  size_t smallest = SIZE_MAX, largest = 0;
  for (int i = 0; i < 10'000; ++i) {
    const size_t size = service.Answer({})->size();
    smallest = std::min(smallest, size);
    largest = std::max(largest, size);
  }
  EXPECT_EQ(smallest, 0u);
  EXPECT_EQ(largest, 512u);
}

}  // namespace
}  // namespace nut::pro
