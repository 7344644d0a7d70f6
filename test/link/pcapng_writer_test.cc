#include "stack/link/pcapng_writer.h"

#include <gtest/gtest.h>

#include "test/link/memory_device.h"
#include "test/link/other_readers.h"
#include "test/link/pcapng_reader.h"

namespace nut::link {
namespace {

// A broadcast ARP request, which every reader understands.
Bytes Arp() {
  return {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02, 0,   0,  0, 0,  2, 0x08, 0x06, 0, 1, 8, 0,   6,  4, 0,
          1,    0x02, 0,    0,    0,    0,    2,    198, 19, 0, 10, 0, 0,    0,    0, 0, 0, 198, 19, 0, 1};
}

Bytes Sample() {
  MemorySink sink;
  PcapngWriter writer(sink);
  writer.BeginSection("Nut/Net test");
  EXPECT_EQ(
      writer.AddInterface({.name = "n1/wire", .description = "the wire side of n1", .snap_length = 65535}),
      0u);
  EXPECT_EQ(writer.AddInterface({.name = "n1/stack"}), 1u);
  const Bytes arp = Arp();
  const Duration start = 1389312000s;
  writer.WritePacket({.interface = 0,
                      .direction = Direction::kReceive,
                      .unix_time = start,
                      .bytes = arp,
                      .original_size = arp.size()});
  writer.WritePacket({.interface = 1,
                      .direction = Direction::kTransmit,
                      .unix_time = start + 1ns,
                      .bytes = arp,
                      .original_size = arp.size(),
                      .comment = "impair: loss, draw 17"});
  writer.WritePacket({.interface = 0,
                      .direction = Direction::kTransmit,
                      .unix_time = start + 123456789ns,
                      .bytes = ByteView(arp).first(33),
                      .original_size = 1514,
                      .comment = "ip: bad header checksum – überall"});
  writer.WriteStatistics(0, start + 1s, 2, 1);
  writer.WriteStatistics(1, start + 1s, 1, 0);
  writer.Flush();
  EXPECT_FALSE(writer.failed());
  return sink.bytes;
}

TEST(PcapngWriter, TsharkReadsNamesDirectionsStampsLengthsAndComments) {
  if (!HaveProgram("tshark")) GTEST_SKIP() << "tshark is not installed";
  const std::string path = WriteFile("sample.pcapng", Sample());
  const auto lines = TsharkFields(path, {"frame.interface_name", "frame.packet_flags_direction",
                                         "frame.time_epoch", "frame.cap_len", "frame.len", "frame.comment"});
  ASSERT_EQ(lines.size(), 3u) << ::testing::PrintToString(lines);
  EXPECT_EQ(lines[0], "n1/wire|0x00000001|1389312000.000000000|42|42|");
  EXPECT_EQ(lines[1], "n1/stack|0x00000002|1389312000.000000001|42|42|impair: loss, draw 17");
  EXPECT_EQ(lines[2], "n1/wire|0x00000002|1389312000.123456789|33|1514|ip: bad header checksum – überall");
}

TEST(PcapngWriter, CapinfosReadsInterfacesAndResolution) {
  if (!HaveProgram("capinfos")) GTEST_SKIP() << "capinfos is not installed";
  const std::string path = WriteFile("sample.pcapng", Sample());
  const std::string text = TextOf("LC_ALL=C capinfos -M " + path);
  EXPECT_NE(text.find("Name = n1/wire"), std::string::npos) << text;
  EXPECT_NE(text.find("Description = the wire side of n1"), std::string::npos) << text;
  EXPECT_NE(text.find("Capture application: Nut/Net test"), std::string::npos) << text;
  EXPECT_NE(text.find("nanoseconds (9)"), std::string::npos) << text;
}

TEST(PcapngWriter, TcpdumpReadsPacketsOfInterfacesWithEqualSnapLengths) {
  if (!HaveProgram("tcpdump")) GTEST_SKIP() << "tcpdump is not installed";
  MemorySink sink;
  PcapngWriter writer(sink);
  writer.BeginSection("");
  writer.AddInterface({.name = "n1/wire"});
  writer.AddInterface({.name = "n1/stack"});
  const Bytes arp = Arp();
  for (const uint32_t interface : {0, 1}) {
    writer.WritePacket(
        {.interface = interface, .unix_time = 1s, .bytes = arp, .original_size = arp.size(), .comment = "c"});
  }
  writer.Flush();
  const std::string text = TextOf("tcpdump -n -r " + WriteFile("two.pcapng", sink.bytes));
  if (text.find("Couldn't change to") != std::string::npos) {
    GTEST_SKIP() << "tcpdump gives up root's rights before it reads, which it may not do in this sandbox";
  }
  const size_t first = text.find("Request who-has 198.19.0.1 tell 198.19.0.10");
  ASSERT_NE(first, std::string::npos) << text;
  EXPECT_NE(text.find("Request who-has 198.19.0.1 tell 198.19.0.10", first + 1), std::string::npos) << text;
}

TEST(PcapngWriter, EveryLengthIsPaddedAndReadBack) {
  MemorySink sink;
  PcapngWriter writer(sink);
  writer.BeginSection("x");
  writer.AddInterface({.name = "n"});
  for (size_t size = 0; size < 40; ++size) {
    const Bytes bytes(size, static_cast<uint8_t>(size));
    const std::string comment(size, 'c');
    writer.WritePacket(
        {.unix_time = Duration(size), .bytes = bytes, .original_size = size + 1, .comment = comment});
  }
  writer.Flush();
  const PcapngContents contents = ReadPcapng(sink.bytes);
  EXPECT_TRUE(contents.sound);
  ASSERT_EQ(contents.packets.size(), 40u);
  for (size_t size = 0; size < 40; ++size) {
    const auto& packet = contents.packets[size];
    EXPECT_EQ(packet.bytes, Bytes(size, static_cast<uint8_t>(size)));
    EXPECT_EQ(packet.comment, std::string(size, 'c'));
    EXPECT_EQ(packet.original_size, size + 1);
    EXPECT_EQ(packet.stamp, size);
  }
}

TEST(PcapngWriter, StampsBeyond32BitsKeepEveryNanosecond) {
  MemorySink sink;
  PcapngWriter writer(sink);
  writer.BeginSection("");
  writer.AddInterface({.name = "n"});
  const Duration late = 4102444800s + 987654321ns;  // the year 2100
  writer.WritePacket({.unix_time = late, .bytes = {}, .original_size = 0, .comment = {}});
  writer.Flush();
  ASSERT_EQ(ReadPcapng(sink.bytes).packets.size(), 1u);
  EXPECT_EQ(ReadPcapng(sink.bytes).packets[0].stamp, static_cast<uint64_t>(late.count()));
}

TEST(PcapngWriter, AVeryLongCommentIsCutAndTheFileStaysSound) {
  MemorySink sink;
  PcapngWriter writer(sink);
  writer.BeginSection("");
  writer.AddInterface({.name = "n"});
  const std::string comment(100'000, 'x');
  writer.WritePacket({.bytes = {}, .comment = comment});
  writer.Flush();
  const PcapngContents contents = ReadPcapng(sink.bytes);
  EXPECT_TRUE(contents.sound);
  EXPECT_EQ(contents.packets.at(0).comment.size(), 65535u);
}

TEST(PcapngWriter, CollectsBlocksAndHandsThemOutInLargePieces) {
  MemorySink sink;
  PcapngWriter writer(sink);
  writer.BeginSection("");
  writer.AddInterface({.name = "n"});
  const Bytes bytes(1500);
  for (int i = 0; i < 1000; ++i) writer.WritePacket({.bytes = bytes, .original_size = 1500, .comment = {}});
  EXPECT_GE(sink.writes, 4);
  EXPECT_LE(sink.writes, 8);
  writer.Flush();
  EXPECT_EQ(ReadPcapng(sink.bytes).packets.size(), 1000u);
}

TEST(PcapngWriter, ASinkThatFailsIsNotWrittenToAgain) {
  MemorySink sink;
  sink.limit = 100;
  PcapngWriter writer(sink);
  writer.BeginSection("");
  writer.AddInterface({.name = "n"});
  const Bytes bytes(100);
  for (int i = 0; i < 10; ++i) {
    writer.WritePacket({.bytes = bytes, .original_size = 100, .comment = {}});
    writer.Flush();
  }
  EXPECT_TRUE(writer.failed());
  EXPECT_EQ(sink.writes, 1);

  writer.Reset();
  sink.limit = SIZE_MAX;
  sink.bytes.clear();
  writer.BeginSection("");
  EXPECT_EQ(writer.AddInterface({.name = "n"}), 0u);
  writer.WritePacket({.bytes = bytes, .original_size = 100, .comment = {}});
  writer.Flush();
  EXPECT_FALSE(writer.failed());
  EXPECT_TRUE(ReadPcapng(sink.bytes).sound);
}

TEST(PcapngWriter, AFileThatWasCutShortIsReadUpToThere) {
  if (!HaveProgram("tshark")) GTEST_SKIP() << "tshark is not installed";
  const Bytes whole = Sample();
  // Within the third packet.
  const std::string path = WriteFile("cut.pcapng", ByteView(whole).first(whole.size() - 200));
  const auto lines = TsharkFields(path, {"frame.number", "frame.comment"});
  ASSERT_GE(lines.size(), 2u);
  const std::string text = Joined(lines);
  EXPECT_NE(text.find("1|\n"), std::string::npos) << text;
  EXPECT_NE(text.find("2|impair: loss, draw 17\n"), std::string::npos) << text;
  EXPECT_NE(text.find("cut short"), std::string::npos) << text;
}

}  // namespace
}  // namespace nut::link
