#include "stack/pro/server/udp_server.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "stack/link/frame_pool.h"
#include "stack/pro/echo/echo.h"

namespace nut::pro {
namespace {

struct Wire {
  explicit Wire(os::Executor& e) : changed(e, "datagrams") {}
  struct Datagram {
    std::string bytes;
    wire::Endpoint remote;
  };

  link::FramePool frames;
  std::deque<Datagram> requests;
  std::deque<Error> failures;
  std::vector<Datagram> answers;
  int replies = 0;  // answers that came in the request's own frame
  bool closed = false;
  os::EventQueue changed;
};

class MemoryPort final : public DatagramPort {
 public:
  explicit MemoryPort(Wire& wire) : wire_(wire) {}

  Result<net::UdpDatagram> Receive() override {
    while (true) {
      if (wire_.closed) return Fail(Error::kStaleHandle);
      if (!wire_.failures.empty()) {
        const Error error = wire_.failures.front();
        wire_.failures.pop_front();
        return Fail(error);
      }
      if (!wire_.requests.empty()) {
        const Wire::Datagram datagram = wire_.requests.front();
        wire_.requests.pop_front();
        link::FramePtr frame = wire_.frames.Allocate(datagram.bytes.size());
        std::ranges::copy(datagram.bytes, frame->Append(datagram.bytes.size()).begin());
        return net::UdpDatagram{.frame = std::move(frame), .source = datagram.remote, .destination = {}};
      }
      wire_.changed.Wait();
    }
  }
  Result<void> SendTo(ByteView data, const wire::Endpoint& remote) override {
    wire_.answers.push_back({std::string(AsText(data)), remote});
    return {};
  }
  Result<void> Reply(net::UdpDatagram&& datagram) override {
    ++wire_.replies;
    return SendTo(datagram.frame->data(), datagram.source);
  }
  void Close() override {
    wire_.closed = true;
    wire_.changed.Broadcast();
  }

 private:
  Wire& wire_;
};

wire::Endpoint From(uint16_t port) { return {wire::Ipv4Address(198, 19, 0, 1), wire::Port(port)}; }

// Answers with what is between the brackets of a request, if there are any, else with a word of its own.
class Bracketed final : public DatagramService {
 public:
  std::optional<ByteView> Answer(ByteView request) override {
    const std::string_view text = AsText(request);
    const size_t open = text.find('[');
    if (open == text.npos) return AsBytes("no brackets");
    return request.subspan(open + 1, text.find(']') - open - 1);
  }
};

class UdpServerTest : public testing::Test {
 protected:
  void Make(UdpServerOptions options = {},
            std::unique_ptr<DatagramService> service = std::make_unique<EchoDatagram>()) {
    server = std::make_unique<UdpServer>(executor, log, statistics, "echo",
                                         std::make_unique<MemoryPort>(wire), std::move(service), options);
    ASSERT_TRUE(server->Start());
  }
  void Ask(std::string bytes, const wire::Endpoint& from) {
    wire.requests.push_back({std::move(bytes), from});
    wire.changed.PostAsync();
  }
  void RunFor(Duration length) { executor.RunUntil(executor.Now() + length); }

  VirtualClock clock;
  os::Executor executor{clock};
  NullLog log;
  Statistics statistics;
  Wire wire{executor};
  std::unique_ptr<UdpServer> server;
};

TEST_F(UdpServerTest, AnswersWhoAsked) {
  Make();
  Ask("ping", From(40000));
  Ask("", From(40001));
  RunFor(1s);
  ASSERT_EQ(wire.answers.size(), 2u);
  EXPECT_EQ(wire.answers[0].bytes, "ping");
  EXPECT_EQ(wire.answers[0].remote, From(40000));
  EXPECT_EQ(wire.answers[1].bytes, "");
  EXPECT_EQ(statistics[Counter::kServerDatagrams], 2u);
}

TEST_F(UdpServerTest, TakesTheLargestDatagram) {
  Make();
  Ask(std::string(65507, 'x'), From(40000));
  RunFor(1s);
  EXPECT_EQ(wire.answers.at(0).bytes.size(), 65507u);
}

TEST_F(UdpServerTest, AnAnswerThatIsPartOfTheRequestGoesBackInItsFrame) {
  Make({}, std::make_unique<Bracketed>());
  for (const char* text : {"ab[cd]ef", "[all]", "x[]", "none"}) Ask(text, From(40000));
  RunFor(1s);
  ASSERT_EQ(wire.answers.size(), 4u);
  EXPECT_EQ(wire.answers[0].bytes, "cd");
  EXPECT_EQ(wire.answers[1].bytes, "all");
  EXPECT_EQ(wire.answers[2].bytes, "");
  EXPECT_EQ(wire.answers[3].bytes, "no brackets");
  EXPECT_EQ(wire.replies, 3);
}

TEST_F(UdpServerTest, CannotBeSetOnAnotherService) {
  // CVE-1999-0103: echo against echo, chargen, DNS, NFS, by one datagram with a forged source.
  Make();
  for (const uint16_t port : {0, 7, 13, 17, 19, 37, 53, 123, 1023, 2049}) Ask("x", From(port));
  RunFor(1s);
  EXPECT_TRUE(wire.answers.empty());
  EXPECT_EQ(statistics[Counter::kServerDatagramsIgnored], 10u);
  Ask("x", From(1024));
  RunFor(1s);
  EXPECT_EQ(wire.answers.size(), 1u);
}

TEST(MayAnswer, OnlyAStation) {
  const wire::Port port(40000);
  EXPECT_TRUE(MayAnswer({wire::Ipv4Address(198, 19, 0, 1), port}));
  EXPECT_FALSE(MayAnswer({wire::Ipv4Address::Broadcast(), port}));
  EXPECT_FALSE(MayAnswer({wire::Ipv4Address(224, 0, 0, 1), port}));
  EXPECT_FALSE(MayAnswer({wire::Ipv4Address(), port}));
  EXPECT_FALSE(MayAnswer({{}, port}));
}

TEST_F(UdpServerTest, KeepsItsLimitPerSecond) {
  Make({.answers_per_second = 10});
  for (int i = 0; i < 100; ++i) Ask("x", From(40000));
  RunFor(1ms);
  EXPECT_EQ(wire.answers.size(), 10u);
  EXPECT_EQ(statistics[Counter::kServerDatagramsIgnored], 90u);
  RunFor(500ms);
  for (int i = 0; i < 100; ++i) Ask("x", From(40000));
  RunFor(1ms);
  EXPECT_EQ(wire.answers.size(), 15u);
  // A long silence does not save up more than one second's worth.
  RunFor(3600s);
  for (int i = 0; i < 100; ++i) Ask("x", From(40000));
  RunFor(1ms);
  EXPECT_EQ(wire.answers.size(), 25u);
}

TEST_F(UdpServerTest, GoesOnAfterAnIcmpError) {
  Make();
  wire.failures = {Error::kConnectionRefused, Error::kHostUnreachable, Error::kNoBuffers};
  Ask("x", From(40000));
  RunFor(1s);
  EXPECT_EQ(wire.answers.size(), 1u);
}

TEST_F(UdpServerTest, StopEndsItsThread) {
  Make();
  RunFor(1s);
  ASSERT_TRUE(executor.Create("test", [&] { server->Stop(); }));
  RunFor(1s);
  EXPECT_EQ(executor.thread_count(), 0u);
  server.reset();
}

TEST_F(UdpServerTest, DestructionEndsItsThread) {
  Make();
  RunFor(1s);
  server.reset();
  EXPECT_EQ(executor.thread_count(), 0u);
}

}  // namespace
}  // namespace nut::pro
