#include "tools/explore/pcapng_comments.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>

#include "stack/link/pcapng_writer.h"
#include "test/tools/explore/made_up_run.h"

namespace nut::explorer {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

class Collected final : public link::ByteSink {
 public:
  bool Write(ByteView bytes) override {
    all.insert(all.end(), bytes.begin(), bytes.end());
    return true;
  }
  std::vector<uint8_t> all;
};

// Three packets; the second has a comment already.
std::vector<uint8_t> Capture() {
  Collected sink;
  link::PcapngWriter writer(sink);
  writer.BeginSection("test");
  const uint32_t interface = writer.AddInterface({.name = "wire"});
  const std::array<uint8_t, 61> frame{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2, 0, 0, 0, 0, 1, 0x08, 0x06};
  for (int i = 0; i < 3; ++i) {
    writer.WritePacket({.interface = interface,
                        .unix_time = Duration(std::chrono::seconds(i)),
                        .bytes = frame,
                        .original_size = frame.size(),
                        .comment = i == 1 ? "was here" : ""});
  }
  writer.Flush();
  return sink.all;
}

// What tshark reads: number and comments of each packet, or what it complained of.
std::string ReadByTshark(const std::vector<uint8_t>& capture) {
  const char* const folder = std::getenv("TEST_TMPDIR");
  const std::string path = std::string(folder == nullptr ? "/tmp" : folder) + "/commented.pcapng";
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(capture.data()), static_cast<std::streamsize>(capture.size()));
  const std::string command =
      "HOME=/tmp tshark -r " + path + " -T fields -e frame.number -e frame.comment 2>&1";
  std::FILE* const pipe = popen(command.c_str(), "r");
  std::string text;
  for (int c; (c = std::fgetc(pipe)) != EOF;) text += static_cast<char>(c);
  pclose(pipe);
  return text;
}

TEST(PcapngComments, TsharkReadsThemBesideThoseThatWereThere) {
  ASSERT_EQ(CountPackets(Capture()), 3u);
  const auto commented = WithComments(Capture(), {{1, "seen at decision 17"}, {2, "the löast"}});
  EXPECT_EQ(CountPackets(commented), 3u);
  const std::string read = ReadByTshark(commented);
  EXPECT_THAT(read, HasSubstr("1\t\n"));
  EXPECT_THAT(read, HasSubstr("2\tseen at decision 17,was here\n"));
  EXPECT_THAT(read, HasSubstr("3\tthe löast\n"));
}

TEST(PcapngComments, WithoutCommentsTheCaptureStaysAsItIs) {
  EXPECT_EQ(WithComments(Capture(), {}), Capture());
}

TEST(PcapngComments, ABlockThatItsWriterDiedInIsLeftOut) {
  auto capture = Capture();
  for (size_t cut = 1; cut < 60; ++cut) {
    capture.pop_back();
    const auto commented = WithComments(capture, {{0, "first"}});
    EXPECT_EQ(CountPackets(commented), 2u);
  }
  EXPECT_THAT(ReadByTshark(WithComments(capture, {{0, "first"}})), HasSubstr("1\tfirst\n2\twas here\n"));
}

TEST(PcapngComments, WhatIsNoCaptureGivesNothing) {
  EXPECT_TRUE(WithComments({}, {}).empty());
  EXPECT_TRUE(WithComments({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, {}).empty());
}

TEST(PcapngComments, StandAroundTheDeviationAndAtTheEnd) {
  EXPECT_THAT(CommentsFor(MadeUpEvents(), 2, "it broke"),
              ElementsAre(Pair(0, HasSubstr("after this frame, decision 17: a's tcpsm stops")),
                          Pair(1, testing::AllOf(HasSubstr("before this frame, decision 17"),
                                                 HasSubstr("the fault: it broke")))));
}

}  // namespace
}  // namespace nut::explorer
