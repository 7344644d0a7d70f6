// Where captures go: files, pipes and FIFOs whose readers are slow, go away, and come back.
#include "apps/nutnode/capture_sink.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "apps/nutnode/pipe_writer.h"
#include "tap/host_system_calls.h"

namespace nut::apps {
namespace {

using testing::HasSubstr;

std::string Contents(const std::string& path) {
  std::ostringstream text;
  text << std::ifstream(path).rdbuf();
  return text.str();
}

// Everything that is there to read now.
std::string ReadNow(int fd) {
  std::string text;
  char buffer[65536];
  for (ssize_t size; (size = read(fd, buffer, sizeof buffer)) > 0;)
    text.append(buffer, static_cast<size_t>(size));
  return text;
}

class Recorder final : public Log {
 public:
  bool Wants(LogLevel, std::string_view) const override { return true; }
  void Write(LogLevel, std::string_view, std::string_view text) override { lines.emplace_back(text); }
  std::vector<std::string> lines;
};

class CaptureSinkTest : public testing::Test {
 protected:
  CaptureSinkTest() {
    std::signal(SIGPIPE, SIG_IGN);
    std::filesystem::remove(path_);
  }
  std::unique_ptr<CaptureSink> Open() {
    auto sink = OpenCaptureSink(path_, context_);
    EXPECT_TRUE(sink.has_value()) << sink.error();
    return sink ? *std::move(sink) : nullptr;
  }
  static bool Write(CaptureSink& sink, std::string_view text) { return sink.Write(AsBytes(text)); }

  tap::HostSystemCalls system_;
  std::unique_ptr<tap::Poller> poller_ = tap::Poller::Create(system_).value();
  Recorder log_;
  CaptureSinkContext context_{
      .system = system_, .poller = *poller_, .log = log_, .maximum_pending = 256 * 1024};
  const std::string path_ = testing::TempDir() + "/capture";
};

TEST_F(CaptureSinkTest, AFileIsMadeAnew) {
  std::ofstream(path_) << "old";
  const auto sink = Open();
  EXPECT_TRUE(Write(*sink, "new"));
  EXPECT_EQ(Contents(path_), "new");
}

TEST_F(CaptureSinkTest, AFileThatWasMovedAwayIsOpenedAgain) {
  const auto sink = Open();
  Write(*sink, "one");
  std::filesystem::rename(path_, path_ + ".1");
  EXPECT_EQ(sink->Reopen(), true);
  Write(*sink, "two");
  EXPECT_EQ(Contents(path_ + ".1"), "one");
  EXPECT_EQ(Contents(path_), "two");
}

TEST_F(CaptureSinkTest, AFileThatWasNotMovedAwayLosesNothing) {
  const auto sink = Open();
  Write(*sink, "one");
  EXPECT_EQ(sink->Reopen(), true);
  Write(*sink, "two");
  EXPECT_EQ(Contents(path_), "onetwo");
}

TEST_F(CaptureSinkTest, AFullDiskEndsTheStreamOnly) {
  auto sink = OpenCaptureSink("/dev/full", context_);
  ASSERT_TRUE(sink.has_value());
  EXPECT_FALSE(Write(**sink, "x"));
}

TEST_F(CaptureSinkTest, AFileThatCannotBeWrittenIsNamed) {
  const auto sink = OpenCaptureSink("/proc/no/file", context_);
  ASSERT_FALSE(sink.has_value());
  EXPECT_EQ(sink.error(), "\"/proc/no/file\" cannot be written: No such file or directory");
  const auto folder = OpenCaptureSink("/", context_);
  ASSERT_FALSE(folder.has_value());
  EXPECT_THAT(folder.error(), HasSubstr("Is a directory"));
}

class FifoTest : public CaptureSinkTest {
 protected:
  FifoTest() {
    EXPECT_EQ(mkfifo(path_.c_str(), 0600), 0);
    sink_ = Open();
    sink_->SetRestartHandler([this] {
      ++restarts_;
      Write(*sink_, "HEADER ");
    });
  }
  int Reader() const { return open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC); }

  std::unique_ptr<CaptureSink> sink_;
  int restarts_ = 0;
};

TEST_F(FifoTest, WithoutAReaderEverythingIsLetGo) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Write(*sink_, std::string(10000, 'x')));
  poller_->Poll();
  EXPECT_EQ(restarts_, 0);
}

TEST_F(FifoTest, AReaderGetsAStreamFromItsBeginning) {
  Write(*sink_, "before ");
  const int reader = Reader();
  poller_->Poll();
  Write(*sink_, "after ");
  EXPECT_EQ(ReadNow(reader), "HEADER after ");
  close(reader);
}

TEST_F(FifoTest, AReaderThatOpensFirstIsNotKeptWaiting) {
  std::string got;
  // Opens as a shell's "<" does, and waits there until somebody has the FIFO open for writing.
  std::thread reader([&] {
    const int fd = open(path_.c_str(), O_RDONLY | O_CLOEXEC);
    char buffer[7];
    if (read(fd, buffer, sizeof buffer) == 7) got.assign(buffer, 7);
    close(fd);
  });
  while (restarts_ == 0) poller_->Wait(kForever);
  reader.join();
  EXPECT_EQ(got, "HEADER ");
}

TEST_F(FifoTest, TheNextReaderSeesNothingOfTheLastOnesStream) {
  const int first = Reader();
  poller_->Poll();
  Write(*sink_, "left in the pipe ");
  close(first);
  EXPECT_TRUE(Write(*sink_, "nobody reads this "));
  poller_->Poll();
  const int second = Reader();
  poller_->Poll();
  Write(*sink_, "fresh ");
  EXPECT_EQ(ReadNow(second), "HEADER fresh ");
  EXPECT_EQ(restarts_, 2);
  close(second);
}

TEST_F(FifoTest, WaitingForAReaderCostsNothing) {
  const int reader = Reader();
  poller_->Poll();
  close(reader);
  poller_->Poll();
  poller_->Poll();
  const auto start = std::chrono::steady_clock::now();
  poller_->Wait(20ms);  // nothing is ready all the while
  EXPECT_GE(std::chrono::steady_clock::now() - start, 20ms);
}

class PipeWriterTest : public CaptureSinkTest {
 protected:
  PipeWriterTest() {
    EXPECT_EQ(pipe2(ends_, O_NONBLOCK | O_CLOEXEC), 0);
    writer_.emplace(tap::FileDescriptor(system_, ends_[1]), context_, [this] { ++gone_; });
  }
  ~PipeWriterTest() override {
    if (ends_[0] >= 0) close(ends_[0]);
  }
  bool Put(const std::string& text) { return writer_->Write(AsBytes(text)); }

  int ends_[2];
  std::optional<PipeWriter> writer_;
  int gone_ = 0;
};

TEST_F(PipeWriterTest, WhatASlowReaderDoesNotTakeWaitsAndIsSentLater) {
  const std::string piece(100000, 'a');  // more than a pipe holds
  EXPECT_TRUE(Put(piece));
  EXPECT_TRUE(Put("end"));
  EXPECT_GT(writer_->pending(), 0u);
  std::string got;
  while (got.size() < piece.size() + 3) {
    got += ReadNow(ends_[0]);
    poller_->Poll();
  }
  EXPECT_EQ(got, piece + "end");
  EXPECT_EQ(writer_->pending(), 0u);
  EXPECT_EQ(writer_->left_out(), 0u);
}

TEST_F(PipeWriterTest, PastTheLimitWholePiecesAreLeftOutAndSaidOnce) {
  std::string expected;
  for (char c = 'a'; c < 'k'; ++c) {
    const uint64_t before = writer_->left_out();
    const std::string piece(60000, c);
    EXPECT_TRUE(Put(piece));
    if (writer_->left_out() == before) expected += piece;
  }
  EXPECT_GT(writer_->left_out(), 1u);
  EXPECT_LE(writer_->pending(), context_.maximum_pending);
  EXPECT_EQ(log_.lines.size(), 1u);
  std::string got;
  while (got.size() < expected.size()) {
    got += ReadNow(ends_[0]);
    poller_->Poll();
  }
  EXPECT_EQ(got, expected);
}

TEST_F(PipeWriterTest, AReaderThatGoesAwayIsNoticedByTheNextPiece) {
  close(std::exchange(ends_[0], -1));
  EXPECT_FALSE(writer_->HasReader());
  EXPECT_FALSE(Put("x"));
  EXPECT_FALSE(Put("y"));
  EXPECT_EQ(gone_, 1);
}

TEST_F(PipeWriterTest, AReaderThatGoesAwayIsNoticedByThePoller) {
  EXPECT_TRUE(writer_->HasReader());
  close(std::exchange(ends_[0], -1));
  poller_->Poll();
  EXPECT_EQ(gone_, 1);
}

}  // namespace
}  // namespace nut::apps
