#include "stack/pro/server/tcp_server.h"

#include <gtest/gtest.h>

#include "stack/pro/echo/echo.h"
#include "test/pro/server/memory_network.h"

namespace nut::pro {
namespace {

class TcpServerTest : public testing::Test {
 protected:
  void Make(TcpServerOptions options = {},
            std::unique_ptr<StreamService> service = std::make_unique<EchoStream>()) {
    server =
        std::make_unique<TcpServer>(executor, log, statistics, "echo",
                                    std::make_unique<MemoryAcceptor>(backlog), std::move(service), options);
    ASSERT_TRUE(server->Start());
  }
  // Lets everybody run for `length` of virtual time.
  void RunFor(Duration length) { executor.RunUntil(executor.Now() + length); }
  void InThread(std::function<void()> body) {
    ASSERT_TRUE(executor.Create("test", std::move(body)));
    RunFor(10s);
  }

  VirtualClock clock;
  os::Executor executor{clock};
  NullLog log;
  Statistics statistics;
  Backlog backlog{executor};
  std::unique_ptr<TcpServer> server;
};

TEST_F(TcpServerTest, ServesAConnection) {
  Make();
  auto pipe = backlog.Connect();
  pipe->to_server = "hello";
  pipe->client_finished = true;
  RunFor(1s);
  EXPECT_EQ(pipe->to_client, "hello");
  EXPECT_TRUE(pipe->server_finished);
  EXPECT_TRUE(pipe->server_closed);
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_EQ(statistics[Counter::kServerConnections], 1u);
}

TEST_F(TcpServerTest, ServesAThousandAtTheSameTime) {
  Make();
  std::vector<std::shared_ptr<Pipe>> pipes;
  for (int i = 0; i < 1000; ++i) pipes.push_back(backlog.Connect());
  RunFor(1s);
  EXPECT_EQ(server->connections(), 1000u);
  EXPECT_EQ(server->threads(), 2u);  // who says nothing costs no thread
  for (size_t i = 0; i < pipes.size(); ++i) {
    pipes[i]->to_server = std::to_string(i);
    pipes[i]->Tell();
  }
  RunFor(1s);
  for (size_t i = 0; i < pipes.size(); ++i) {
    EXPECT_EQ(pipes[i]->to_client, std::to_string(i));
    pipes[i]->client_finished = true;
    pipes[i]->Tell();
  }
  RunFor(1s);
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_EQ(server->threads(), 2u);
}

// Reads a word at a time for as long as it comes, in one turn.
class Talkative final : public StreamService {
 public:
  Result<Next> Serve(ServerStream& stream) override {
    while (true) {
      uint8_t word[8];
      const auto count = stream.Read(word);
      if (!count) return Fail(count.error());
      if (*count == 0) return Next::kDone;
      if (auto written = stream.Write(ByteView(word, *count)); !written) return Fail(written.error());
    }
  }
};

TEST_F(TcpServerTest, ConversationsThatWaitHaveAThreadEach) {
  Make({}, std::make_unique<Talkative>());
  std::vector<std::shared_ptr<Pipe>> pipes;
  for (int i = 0; i < 100; ++i) pipes.push_back(backlog.Connect());
  RunFor(1s);
  EXPECT_EQ(server->threads(), 101u);  // one more for what comes next
  for (auto& pipe : pipes) {
    pipe->to_server = "word";
    pipe->Tell();
  }
  RunFor(1s);
  for (auto& pipe : pipes) {
    EXPECT_EQ(pipe->to_client, "word");
    pipe->client_finished = true;
    pipe->Tell();
  }
  RunFor(1s);
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_EQ(server->threads(), 101u);
  // Without work they end, but for two.
  RunFor(60s);
  EXPECT_EQ(server->threads(), 2u);
  auto late = backlog.Connect();
  late->to_server = "late";
  RunFor(1s);
  EXPECT_EQ(late->to_client, "late");
}

TEST_F(TcpServerTest, AtTheLimitOfWorkersConnectionsWaitForTheirTurn) {
  Make({.workers = {.maximum_workers = 3}}, std::make_unique<Talkative>());
  std::vector<std::shared_ptr<Pipe>> pipes;
  for (int i = 0; i < 5; ++i) pipes.push_back(backlog.Connect());
  for (auto& pipe : pipes) pipe->to_server = "x";
  RunFor(1s);
  EXPECT_EQ(server->threads(), 3u);
  EXPECT_GT(statistics[Counter::kServerLimitReached], 0u);
  EXPECT_EQ(pipes[2]->to_client, "x");
  EXPECT_EQ(pipes[3]->to_client, "");
  for (auto& pipe : pipes) {
    pipe->client_finished = true;
    pipe->Tell();
  }
  RunFor(1s);
  for (auto& pipe : pipes) EXPECT_EQ(pipe->to_client, "x");
}

TEST_F(TcpServerTest, OneThatNeverRestsDoesNotKeepTheOthersWaiting) {
  // Each turn leaves something to read: the others come in between.
  class Greedy final : public StreamService {
   public:
    Result<Next> Serve(ServerStream& stream) override {
      uint8_t byte;
      const auto count = stream.Read({&byte, 1});
      if (!count) return Fail(count.error());
      if (auto written = stream.Write({&byte, *count}); !written) return Fail(written.error());
      return *count == 0 ? Next::kDone : Next::kWait;
    }
  };
  Make({.workers = {.jobs_per_yield = 1}}, std::make_unique<Greedy>());
  auto greedy = backlog.Connect();
  greedy->to_server = std::string(100, 'g');
  auto modest = backlog.Connect();
  modest->to_server = "m";
  size_t before = 0;
  InThread([&] {
    while (modest->to_client.empty()) executor.Yield();
    before = greedy->to_client.size();
  });
  EXPECT_LT(before, 10u);
  EXPECT_EQ(greedy->to_client.size(), 100u);
}

TEST_F(TcpServerTest, GivesTheClientTimeToCloseFirst) {
  class OneWord final : public StreamService {
   public:
    Result<Next> Serve(ServerStream& stream) override {
      if (auto written = stream.Write(AsBytes("word")); !written) return Fail(written.error());
      return Next::kDone;
    }
  };
  Make({.linger_timeout = 2s, .linger_bytes = 10'000}, std::make_unique<OneWord>());
  auto polite = backlog.Connect();
  auto silent = backlog.Connect();
  auto noisy = backlog.Connect();
  RunFor(1s);
  for (auto& pipe : {polite, silent, noisy}) {
    EXPECT_EQ(pipe->to_client, "word");
    EXPECT_TRUE(pipe->server_finished);
    EXPECT_FALSE(pipe->server_closed);
  }
  EXPECT_EQ(server->threads(), 2u);
  polite->client_finished = true;
  polite->Tell();
  noisy->to_server = std::string(100'000, 'x');
  noisy->Tell();
  RunFor(500ms);
  EXPECT_TRUE(polite->server_closed);
  EXPECT_TRUE(noisy->server_closed);
  EXPECT_GT(noisy->to_server.size(), 80'000u);  // so much was not even read
  EXPECT_FALSE(silent->server_closed);
  RunFor(1s);
  EXPECT_TRUE(silent->server_closed);
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_EQ(statistics[Counter::kServerTimeouts], 0u);  // the conversation was over
}

TEST_F(TcpServerTest, ReusesItsThreads) {
  Make();
  for (int i = 0; i < 5000; ++i) {
    auto pipe = backlog.Connect();
    pipe->client_finished = true;
    RunFor(1ms);
    ASSERT_TRUE(pipe->server_finished);
  }
  EXPECT_LE(server->threads(), 3u);
  EXPECT_EQ(statistics[Counter::kServerConnections], 5000u);
}

TEST_F(TcpServerTest, AtTheLimitFurtherConnectionsWaitAndAreServedLater) {
  Make({.maximum_connections = 3});
  std::vector<std::shared_ptr<Pipe>> pipes;
  for (int i = 0; i < 5; ++i) pipes.push_back(backlog.Connect());
  RunFor(1s);
  EXPECT_EQ(server->connections(), 3u);
  EXPECT_EQ(backlog.waiting.size(), 2u);
  EXPECT_GT(statistics[Counter::kServerLimitReached], 0u);
  for (auto& pipe : pipes) {
    pipe->to_server = "x";
    pipe->client_finished = true;
    pipe->Tell();
  }
  RunFor(1s);
  for (auto& pipe : pipes) EXPECT_EQ(pipe->to_client, "x");
}

TEST_F(TcpServerTest, ClosesIdleConnections) {
  Make({.idle_timeout = 30s});
  auto pipe = backlog.Connect();
  RunFor(29s);
  pipe->to_server = "still here";
  pipe->Tell();
  RunFor(29s);
  EXPECT_FALSE(pipe->server_closed);
  RunFor(2s);
  EXPECT_TRUE(pipe->server_closed);
  EXPECT_EQ(statistics[Counter::kServerTimeouts], 1u);
}

TEST_F(TcpServerTest, ClosesEachWhenItsTimeHasCome) {
  Make({.idle_timeout = 30s});
  std::vector<std::shared_ptr<Pipe>> pipes;
  for (int i = 0; i < 100; ++i) {
    pipes.push_back(backlog.Connect());
    RunFor(1s);
  }
  const auto closed = [&] {
    return std::ranges::count_if(pipes, [](auto& pipe) { return pipe->server_closed; });
  };
  EXPECT_EQ(closed(), 71);
  RunFor(10s);
  EXPECT_EQ(closed(), 81);
  RunFor(20s);
  EXPECT_EQ(closed(), 100);
  EXPECT_EQ(server->connections(), 0u);
  // Then nothing wakes an idle server any more.
  const uint64_t switches = executor.switches();
  RunFor(3600s);
  EXPECT_EQ(executor.switches(), switches);
}

TEST_F(TcpServerTest, StopWakesEverybody) {
  Make({}, std::make_unique<Talkative>());
  std::vector<std::shared_ptr<Pipe>> pipes;
  for (int i = 0; i < 100; ++i) pipes.push_back(backlog.Connect());
  RunFor(1s);
  ASSERT_EQ(server->connections(), 100u);
  Duration took{};
  InThread([&] {
    const Instant before = executor.Now();
    server->Stop();
    took = executor.Now() - before;
  });
  EXPECT_EQ(server->threads(), 0u);
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_LT(took, 1s);
  EXPECT_TRUE(backlog.closed);
  for (auto& pipe : pipes) EXPECT_TRUE(pipe->server_closed);
}

// Does not notice that its stream was closed.
class Stubborn final : public StreamService {
 public:
  explicit Stubborn(os::Executor& executor) : executor_(executor) {}
  Result<Next> Serve(ServerStream&) override {
    executor_.Sleep(3600s);
    return Next::kDone;
  }

 private:
  os::Executor& executor_;
};

TEST_F(TcpServerTest, StopEndsThreadsThatDoNotNotice) {
  Make({.stop_timeout = 2s}, std::make_unique<Stubborn>(executor));
  auto pipe = backlog.Connect();
  RunFor(1s);
  Duration took{};
  InThread([&] {
    const Instant before = executor.Now();
    server->Stop();
    took = executor.Now() - before;
  });
  EXPECT_EQ(took, 2s);
  EXPECT_EQ(server->threads(), 0u);
  EXPECT_TRUE(pipe->server_closed);
}

TEST_F(TcpServerTest, StopTwiceAndDestructionAreHarmless) {
  Make();
  backlog.Connect();
  RunFor(1s);
  InThread([&] {
    server->Stop();
    server->Stop();
  });
  server.reset();
}

TEST_F(TcpServerTest, DestructionEndsItsThreadsAndClosesTheirConnections) {
  Make();
  auto pipe = backlog.Connect();
  auto late = backlog.Connect();
  RunFor(1s);
  server.reset();  // from outside of any thread
  EXPECT_TRUE(pipe->server_closed);
  EXPECT_TRUE(late->server_closed);
  EXPECT_EQ(executor.thread_count(), 0u);
}

TEST_F(TcpServerTest, DestructionBeforeTheFirstThreadRanIsHarmless) {
  Make();
  server.reset();
  EXPECT_EQ(executor.thread_count(), 0u);
}

TEST_F(TcpServerTest, GoesOnAfterAcceptFailed) {
  Make();
  backlog.failures = {Error::kNoBuffers, Error::kNoBuffers};
  auto pipe = backlog.Connect();
  pipe->client_finished = true;
  RunFor(5s);
  EXPECT_TRUE(pipe->server_closed);
}

class Unprepared final : public StreamService {
 public:
  Result<void> Prepare() override { return Fail(Error::kNotFound); }
  Result<Next> Serve(ServerStream&) override { return Next::kDone; }
};

TEST_F(TcpServerTest, DoesNotStartWhatCannotBePrepared) {
  TcpServer unprepared(executor, log, statistics, "x", std::make_unique<MemoryAcceptor>(backlog),
                       std::make_unique<Unprepared>());
  const auto started = unprepared.Start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error(), Error::kNotFound);
  EXPECT_EQ(executor.thread_count(), 0u);
}

}  // namespace
}  // namespace nut::pro
