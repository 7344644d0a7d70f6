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
  EXPECT_EQ(server->threads(), 1001u);  // one waits for the next
  for (size_t i = 0; i < pipes.size(); ++i) {
    pipes[i]->to_server = std::to_string(i);
    pipes[i]->changed.PostAsync();
  }
  RunFor(1s);
  for (size_t i = 0; i < pipes.size(); ++i) {
    EXPECT_EQ(pipes[i]->to_client, std::to_string(i));
    pipes[i]->client_finished = true;
    pipes[i]->changed.PostAsync();
  }
  RunFor(1s);
  EXPECT_EQ(server->connections(), 0u);
  EXPECT_EQ(server->threads(), 1001u);
  // Without work the threads end, but for one.
  RunFor(60s);
  EXPECT_EQ(server->threads(), 1u);
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
  EXPECT_EQ(server->threads(), 3u);
  EXPECT_EQ(backlog.waiting.size(), 2u);
  EXPECT_GT(statistics[Counter::kServerLimitReached], 0u);
  for (auto& pipe : pipes) {
    pipe->to_server = "x";
    pipe->client_finished = true;
    pipe->changed.PostAsync();
  }
  RunFor(1s);
  for (auto& pipe : pipes) EXPECT_EQ(pipe->to_client, "x");
}

TEST_F(TcpServerTest, ClosesIdleConnections) {
  Make({.idle_timeout = 30s});
  auto pipe = backlog.Connect();
  RunFor(29s);
  pipe->to_server = "still here";
  pipe->changed.PostAsync();
  RunFor(29s);
  EXPECT_FALSE(pipe->server_closed);
  RunFor(2s);
  EXPECT_TRUE(pipe->server_closed);
  EXPECT_EQ(statistics[Counter::kServerTimeouts], 1u);
}

TEST_F(TcpServerTest, StopWakesEverybody) {
  Make();
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
  Result<void> Serve(ServerStream&) override {
    executor_.Sleep(3600s);
    return {};
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
  Result<void> Serve(ServerStream&) override { return {}; }
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
