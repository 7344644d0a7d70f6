#include "stack/socket/buffered_stream.h"

#include <gtest/gtest.h>

#include <deque>

namespace nut::socket {
namespace {

// A stream of pieces that arrive one by one, and of what was written.
class MemoryStream final : public ByteStream {
 public:
  explicit MemoryStream(std::deque<std::string> pieces = {}) : pieces_(std::move(pieces)) {}

  Result<size_t> Read(MutableByteView out) override {
    ++reads;
    written_before_read = written;
    if (pieces_.empty()) return at_end ? Result<size_t>(0) : Fail(Error::kTimedOut);
    std::string& piece = pieces_.front();
    const size_t count = std::min(out.size(), piece.size());
    std::copy_n(piece.begin(), count, out.begin());
    piece.erase(0, count);
    if (piece.empty()) pieces_.pop_front();
    return count;
  }
  Result<void> Write(ByteView data) override {
    if (write_error) return Fail(*write_error);
    ++writes;
    written += AsText(data);
    return {};
  }
  Result<void> Flush() override { return {}; }
  Result<void> FinishWriting() override {
    finished = true;
    return {};
  }

  std::string written;
  std::string written_before_read;
  std::optional<Error> write_error;
  bool at_end = true;
  bool finished = false;
  int reads = 0;
  int writes = 0;

 private:
  std::deque<std::string> pieces_;
};

std::string Line(BufferedStream& stream) {
  const auto line = stream.ReadLine();
  EXPECT_TRUE(line.has_value());
  return line && *line ? **line : "(end)";
}

TEST(BufferedStream, LinesEndWithLfOrCrLfHoweverTheyArrive) {
  for (const std::deque<std::string>& pieces :
       {std::deque<std::string>{"one\ntwo\r\n\r\nfour"}, {"o", "ne", "\n", "two\r", "\n\r", "\nfou", "r"}}) {
    MemoryStream below(pieces);
    BufferedStream stream(below);
    EXPECT_EQ(Line(stream), "one");
    EXPECT_EQ(Line(stream), "two");
    EXPECT_EQ(Line(stream), "");
    EXPECT_EQ(Line(stream), "four") << "the last line needs no LF";
    EXPECT_EQ(Line(stream), "(end)");
    EXPECT_EQ(Line(stream), "(end)");
  }
}

TEST(BufferedStream, ACrInsideALineStays) {
  MemoryStream below({"a\rb\r\r\n"});
  BufferedStream stream(below);
  EXPECT_EQ(Line(stream), "a\rb\r");
}

TEST(BufferedStream, ALineThatExceedsTheBufferIsAnErrorNotMemory) {
  MemoryStream below({std::string(100, 'x') + "\nshort\n"});
  BufferedStream stream(below, {.read = 16});
  int errors = 0;
  while (true) {
    const auto line = stream.ReadLine();
    if (line) {
      EXPECT_LT((*line)->size(), 16u);
      break;
    }
    ASSERT_EQ(line.error(), Error::kMessageTooLong);
    ++errors;
  }
  EXPECT_EQ(errors, 6);
  EXPECT_EQ(Line(stream), "short");
}

TEST(BufferedStream, ALineThatFillsTheBufferExactlyIsALine) {
  MemoryStream below({std::string(15, 'x') + "\n"});
  BufferedStream stream(below, {.read = 16});
  EXPECT_EQ(Line(stream), std::string(15, 'x'));
}

TEST(BufferedStream, ErrorsOfTheStreamBelowComeThroughAndLoseNothing) {
  MemoryStream below({"half"});
  below.at_end = false;
  BufferedStream stream(below);
  EXPECT_EQ(stream.ReadLine().error(), Error::kTimedOut);
  EXPECT_EQ(AsText(stream.buffered()), "half");
}

TEST(BufferedStream, WritesAreCollectedUntilFlushOrFull) {
  MemoryStream below;
  BufferedStream stream(below, {.write = 8});
  ASSERT_TRUE(stream.Write("abc"));
  ASSERT_TRUE(stream.Print("{}", 123));
  EXPECT_EQ(below.writes, 0);
  ASSERT_TRUE(stream.Write("xyz"));
  EXPECT_EQ(below.written, "abc123");
  ASSERT_TRUE(stream.Flush());
  EXPECT_EQ(below.written, "abc123xyz");
  EXPECT_EQ(below.writes, 2);
  ASSERT_TRUE(stream.Flush());
  EXPECT_EQ(below.writes, 2);
}

TEST(BufferedStream, LargeWritesGoStraightDownInOrder) {
  MemoryStream below;
  BufferedStream stream(below, {.write = 8});
  ASSERT_TRUE(stream.Write("abc"));
  ASSERT_TRUE(stream.Write("0123456789abcdef"));
  EXPECT_EQ(below.written, "abc0123456789abcdef");
  EXPECT_EQ(below.writes, 2);
}

TEST(BufferedStream, APromptGoesOutBeforeWaitingForItsAnswer) {
  MemoryStream below({"root\n"});
  BufferedStream stream(below);
  ASSERT_TRUE(stream.Write("login: "));
  EXPECT_EQ(Line(stream), "root");
  EXPECT_EQ(below.written_before_read, "login: ");
}

TEST(BufferedStream, WhatIsBufferedIsReadWithoutFlushing) {
  MemoryStream below({"one\ntwo\n"});
  BufferedStream stream(below);
  EXPECT_EQ(Line(stream), "one");
  ASSERT_TRUE(stream.Write("answer"));
  EXPECT_EQ(Line(stream), "two");
  EXPECT_EQ(below.writes, 0) << "pipelined requests get their answers together";
}

TEST(BufferedStream, FinishWritingFlushes) {
  MemoryStream below;
  BufferedStream stream(below);
  ASSERT_TRUE(stream.Write("bye"));
  ASSERT_TRUE(stream.FinishWriting());
  EXPECT_EQ(below.written, "bye");
  EXPECT_TRUE(below.finished);
}

TEST(BufferedStream, AWriteErrorIsReported) {
  MemoryStream below;
  BufferedStream stream(below);
  ASSERT_TRUE(stream.Write("x"));
  below.write_error = Error::kConnectionReset;
  EXPECT_EQ(stream.Flush().error(), Error::kConnectionReset);
}

TEST(BufferedStream, ReadMixesWithLines) {
  MemoryStream below({"POST\r\n12345tail"});
  BufferedStream stream(below);
  EXPECT_EQ(Line(stream), "POST");
  uint8_t body[5];
  ASSERT_TRUE(stream.ReadExactly(body));
  EXPECT_EQ(AsText(body), "12345");
  EXPECT_EQ(AsText(stream.buffered()), "tail");
  uint8_t more[10];
  EXPECT_EQ(stream.ReadExactly(more).error(), Error::kNotConnected) << "the stream ends before";
}

TEST(BufferedStream, LargeReadsGoAroundTheBuffer) {
  MemoryStream below({std::string(10000, 'x')});
  BufferedStream stream(below, {.read = 16});
  std::vector<uint8_t> out(10000);
  ASSERT_TRUE(stream.ReadExactly(out));
  EXPECT_LE(below.reads, 2);
}

TEST(BufferedStream, ParsersLookBeforeTheyConsume) {
  MemoryStream below({"ab", "cd", "ef"});
  BufferedStream stream(below, {.read = 4});
  EXPECT_TRUE(stream.buffered().empty());
  EXPECT_EQ(stream.Fill(), 2u);
  EXPECT_EQ(stream.Fill(), 2u);
  EXPECT_EQ(AsText(stream.buffered()), "abcd");
  EXPECT_EQ(stream.Fill().error(), Error::kMessageTooLong);
  stream.Consume(3);
  EXPECT_EQ(stream.Fill(), 2u);
  EXPECT_EQ(AsText(stream.buffered()), "def");
  stream.Consume(3);
  EXPECT_EQ(stream.Fill(), 0u);
}

TEST(BufferedStreamDeathTest, ConsumingWhatIsNotThereBreaksAnInvariant) {
  MemoryStream below;
  BufferedStream stream(below);
  EXPECT_DEATH(stream.Consume(1), "more consumed than buffered");
}

}  // namespace
}  // namespace nut::socket
