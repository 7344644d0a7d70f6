#include "stack/pro/telnet/telnet_service.h"

#include <gtest/gtest.h>

#include "test/pro/fake_inspector.h"
#include "test/pro/scripted_stream.h"

namespace nut::pro {
namespace {

using testing::Test;

class TelnetServiceTest : public Test {
 protected:
  std::string Talk(std::vector<std::string> pieces) {
    ScriptedStream stream(clock, std::move(pieces));
    TelnetService service(inspector);
    EXPECT_EQ(Converse(stream, service), Next::kDone);
    return stream.written();
  }

  void ExpectIn(const std::string& text, std::initializer_list<const char*> parts) {
    for (const char* part : parts) EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }

  VirtualClock clock;
  FakeInspector inspector;
};

TEST_F(TelnetServiceTest, GreetsAndPrompts) {
  const std::string said = Talk({});
  ExpectIn(said, {"node n1", "5.2.4.0", "n1> "});
}

TEST_F(TelnetServiceTest, EveryCommandShowsItsSubject) {
  ExpectIn(Talk({"help\n"}),
           {"threads", "sockets", "timers", "arp", "routes", "filter", "heap", "counters", "uptime", "quit"});
  ExpectIn(Talk({"threads\n"}), {"tcpsm", "tcp input", "11800", "65536"});
  ExpectIn(Talk({"sockets\n"}), {"ESTABLISHED", "198.19.0.1:51234", "400us", "retransmit 203ms", "*:80"});
  ExpectIn(Talk({"timers\n"}), {"arp", "4.20s", "10.0s"});
  ExpectIn(Talk({"arp\n"}), {"198.19.0.1", "5e:1f:02:aa:00:01", "REACHABLE"});
  ExpectIn(Talk({"routes\n"}), {"198.19.0.0/24", "on link", "default", "198.19.0.1"});
  ExpectIn(Talk({"filter\n"}), {"7", "420", "drop in tcp to any port 23"});
  ExpectIn(Talk({"heap\n"}), {"9.0 MiB used", "frames", "8192"});
  ExpectIn(Talk({"counters\n"}), {"FramesIn", "61000", "impair: loss"});
  ExpectIn(Talk({"uptime\n"}), {"n1 up 1h 02min, 1 threads, 2 sockets"});
  ExpectIn(Talk({"node\n"}), {"198.19.0.10/24", "02:4e:75:74:1a:0c", "4711"});
  ExpectIn(Talk({"log\n"}), {"1.500000 n1 arp announce"});
}

TEST_F(TelnetServiceTest, EndsLinesAsTelnetWants) {
  const std::string said = Talk({"threads\n"});
  for (size_t at = said.find('\n'); at != std::string::npos; at = said.find('\n', at + 1)) {
    EXPECT_EQ(said[at - 1], '\r');
  }
}

TEST_F(TelnetServiceTest, CountersAreFiltered) {
  const std::string said = Talk({"counters ipin\n"});
  EXPECT_NE(said.find("IpInReceives"), std::string::npos);  // zero, but asked for
  EXPECT_EQ(said.find("FramesIn"), std::string::npos);
  ExpectIn(Talk({"counters xyz\n"}), {"no counter is named like 'xyz'"});
}

TEST_F(TelnetServiceTest, NamesTheNearestOfAnUnknownCommand) {
  ExpectIn(Talk({"therads\n"}), {"no command 'therads'; the nearest is 'threads'"});
  ExpectIn(Talk({"rp\n"}), {"nearest is 'arp'"});
}

TEST_F(TelnetServiceTest, TakesUnambiguousBeginnings) {
  ExpectIn(Talk({"thr\n"}), {"tcpsm"});
  ExpectIn(Talk({"t\n"}), {"'t' could be threads, timers"});
  ExpectIn(Talk({"threads now\n"}), {"'threads' takes no argument"});
}

TEST_F(TelnetServiceTest, QuitEndsTheSession) {
  for (const char* word : {"quit\n", "exit\n", "  quit  \n", "\x04"}) {
    ScriptedStream stream(clock, {word, "threads\n"});
    TelnetService service(inspector);
    EXPECT_EQ(service.Serve(stream), Next::kDone);
    EXPECT_TRUE(stream.written().ends_with("bye\r\n"));
    EXPECT_EQ(stream.unread(), 8u);
  }
}

TEST_F(TelnetServiceTest, WorksWithoutAFinalLineEnd) { ExpectIn(Talk({"uptime"}), {"n1 up"}); }

TEST_F(TelnetServiceTest, RefusesLongLinesAndGoesOn) {
  ExpectIn(Talk({std::string(5000, 'x') + "\nuptime\n"}), {"at most 256 characters", "n1 up"});
}

TEST_F(TelnetServiceTest, ShowsNoControlCharactersFromAnybody) {
  inspector.threads[0].name = "evil\x1b]0;title\x07";
  const std::string said = Talk({"threads\n", "\xc3\x9b\x7f nonsense\x9b\n"});
  EXPECT_EQ(said.find('\x1b'), std::string::npos);
  EXPECT_EQ(said.find('\x07'), std::string::npos);
}

TEST_F(TelnetServiceTest, NegotiatesNothing) {
  const std::string said = Talk({"\xff\xfd\x03\xff\xfb\x18", "uptime\r\n"});
  ExpectIn(said, {"\xff\xfc\x03", "\xff\xfe\x18", "n1 up"});
}

TEST_F(TelnetServiceTest, HoldsLittleOutputBackHoweverMuchIsAsked) {
  std::string many;
  for (int i = 0; i < 60; ++i) many += "sockets\n";
  inspector.sockets.resize(1000, inspector.sockets[1]);
  ScriptedStream stream(clock, {many});
  TelnetService service(inspector);
  EXPECT_EQ(service.Serve(stream), Next::kDone);
  EXPECT_GE(stream.writes(), 60u);
}

TEST_F(TelnetServiceTest, EndsWithTheStream) {
  ScriptedStream stream(clock, {"threads\n"});
  stream.set_write_limit(100);
  TelnetService service(inspector);
  EXPECT_EQ(service.Serve(stream).error(), Error::kConnectionReset);
}

}  // namespace
}  // namespace nut::pro
