// A script that was recorded, made a script again, passes: from wire to capture to script to wire.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>
#include <iterator>

#include "tools/packets/capture_reader.h"
#include "tools/packets/capture_script.h"
#include "tools/packets/play.h"

namespace nut::packets {
namespace {

using ::testing::HasSubstr;

constexpr const char* kServer = R"(listen 80
+0    < S 0:0(0) win 65535 <mss 1460,ts 7 0,nop,wscale 7>
+0    > S. 0:0(0) ack 1 <...>
+0.01 < . 1:1(0) ack 1 win 512 <ts 17 0>
+0    accept
+0    < P. 1:101(100) ack 1 win 512 <ts 17 0>
+0    recv = 100
+0    send 500
+0    > P. 1:501(500) ack 101 <...>
+0.02 < F. 101:101(0) ack 501 win 512 <ts 37 10>
+0    shutdown
+0    > F. 501:501(0) ack 102 <...>
+0.02 < . 102:102(0) ack 502 win 512 <ts 57 30>
)";

constexpr const char* kClient = R"(tcp ecn no
connect 99 from 50000
+0    > S 0:0(0) <...>
+0.01 < S. 0:0(0) ack 1 win 65535 <mss 1000>
+0    expect ok
+0    send 10
+0    > P. 1:11(10) ack 1
+0.01 < R. 1:1(0) ack 11 win 0
)";

std::vector<CapturedFrame> Capture(const std::string& script) {
  const std::string name = testing::TempDir() + "/recording.pcapng";
  {
    Recording recording(name);
    EXPECT_EQ(PlayScript(script, "original", &recording).fault, "");
  }
  std::ifstream in(name, std::ios::binary);
  const auto frames = ReadCapture(Bytes(std::istreambuf_iterator<char>(in), {}));
  EXPECT_TRUE(frames.has_value());
  return frames.value_or(std::vector<CapturedFrame>{});
}

class Roundabout : public testing::TestWithParam<const char*> {};

TEST_P(Roundabout, TheMadeScriptPasses) {
  const auto made = ScriptFromCapture(
      Capture(GetParam()), {.flow = 1, .node = wire::Ipv4Address(198, 19, 0, 10), .source = "test"});
  ASSERT_TRUE(made.has_value()) << made.error();
  EXPECT_EQ(PlayScript(*made, "made").fault, "") << *made;
}

INSTANTIATE_TEST_SUITE_P(Scripts, Roundabout, testing::Values(kServer, kClient));

TEST(FromCapture, CallsAreGuessed) {
  const std::string made =
      ScriptFromCapture(Capture(kServer), {.flow = 1, .node = {}, .source = "test"}).value_or("");
  for (const char* line :
       {"listen 80", "accept", "recv", "send 500", "shutdown", "+0.010000 < . 1:1(0) ack 1"}) {
    EXPECT_THAT(made, HasSubstr(line));
  }
}

TEST(FromCapture, WithoutAHandshakeOneIsMade) {
  auto frames = Capture(kServer);
  frames.erase(frames.begin(), frames.begin() + 3);
  const std::string made = ScriptFromCapture(frames, {.flow = 1, .node = {}, .source = "test"}).value_or("");
  EXPECT_THAT(made, HasSubstr("begins behind the handshake"));
  EXPECT_EQ(PlayScript(made, "made").fault, "") << made;
}

TEST(FromCapture, WhatIsNotThereIsSaid) {
  const auto frames = Capture(kServer);
  EXPECT_THAT(ScriptFromCapture(frames, {.flow = 2, .node = {}, .source = ""}).error(),
              HasSubstr("only 1 connections"));
  EXPECT_THAT(
      ScriptFromCapture(frames, {.flow = 1, .node = wire::Ipv4Address(1, 2, 3, 4), .source = ""}).error(),
      HasSubstr("no end of that connection"));
  EXPECT_THAT(ScriptFromCapture({}, {.flow = 1, .node = {}, .source = ""}).error(), HasSubstr("no TCP"));
  EXPECT_FALSE(ReadCapture(Bytes{1, 2, 3, 4}).has_value());
}

TEST(FromCapture, AnOldPcapIsReadInEitherByteOrder) {
  for (const bool big : {false, true}) {
    Bytes file;
    const auto put = [&](uint32_t value, int size) {
      for (int i = 0; i < size; ++i)
        file.push_back(static_cast<uint8_t>(value >> 8 * (big ? size - 1 - i : i)));
    };
    for (const uint32_t word : {0xa1b2c3d4u, 0x00040002u, 0u, 0u, 65535u, 1u, 10u, 500000u, 3u, 60u})
      put(word, 4);
    file.insert(file.end(), {1, 2, 3});
    const auto frames = ReadCapture(file);
    ASSERT_TRUE(frames.has_value());
    ASSERT_EQ(frames->size(), 1u);
    EXPECT_EQ(frames->front().time, std::chrono::milliseconds(10500));
    EXPECT_EQ(frames->front().original_size, 60u);
    EXPECT_EQ(frames->front().bytes, (Bytes{1, 2, 3}));
  }
}

TEST(FromCapture, EveryTruncationOfACaptureIsRead) {
  const std::string name = testing::TempDir() + "/cut.pcapng";
  {
    Recording recording(name);
    PlayScript(kClient, "original", &recording);
  }
  std::ifstream in(name, std::ios::binary);
  const Bytes whole(std::istreambuf_iterator<char>(in), {});
  for (size_t size = 4; size < whole.size(); ++size) {
    const auto frames = ReadCapture(Bytes(whole.begin(), whole.begin() + static_cast<ptrdiff_t>(size)));
    ASSERT_TRUE(frames.has_value());
    EXPECT_LE(frames->size(), 4u);
    static_cast<void>(ScriptFromCapture(*frames, {.flow = 1, .node = {}, .source = ""}));
  }
}

}  // namespace
}  // namespace nut::packets
