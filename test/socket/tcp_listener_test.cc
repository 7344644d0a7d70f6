#include "test/socket/socket_test_base.h"

namespace nut::socket {
namespace {

class TcpListenerTest : public SocketTest {};

TEST_F(TcpListenerTest, AcceptTimesOut) {
  bool done = false;
  Spawn("server", [&] {
    auto listener = TcpListener::Listen(b(), {{}, kPort});
    const Instant start = Now();
    EXPECT_EQ(listener->Accept(400ms).error(), Error::kTimedOut);
    EXPECT_EQ(Now() - start, 400ms);
    EXPECT_EQ(listener->Accept(0s).error(), Error::kTimedOut);
    done = true;
  });
  RunFor(1s);
  EXPECT_TRUE(done);
}

TEST_F(TcpListenerTest, CloseWakesWhoeverWaitsInAccept) {
  std::vector<Error> errors;
  Spawn("server", [&] {
    auto listener = TcpListener::Listen(b(), {{}, kPort});
    for (const uint8_t priority : {20, 64, 64, 200}) {
      Spawn(
          "accept", [&] { errors.push_back(listener->Accept().error()); }, priority);
    }
    executor().Sleep(1s);
    listener->Close();
    EXPECT_FALSE(listener->is_open());
    EXPECT_EQ(listener->local().error(), Error::kStaleHandle);
    EXPECT_EQ(listener->Accept().error(), Error::kStaleHandle);
    executor().Sleep(1s);
  });
  RunFor(3s);
  EXPECT_EQ(errors, std::vector<Error>(4, Error::kStaleHandle));
}

TEST_F(TcpListenerTest, GoingOutOfScopeResetsWhatNobodyAccepted) {
  Error error{};
  Spawn("server", [&] {
    auto listener = TcpListener::Listen(b(), {{}, kPort});
    executor().Sleep(1s);
  });
  Spawn("client", [&] {
    auto stream = TcpStream::Connect(a(), {kAddressB, kPort});
    ASSERT_TRUE(stream.has_value());
    uint8_t bytes[1];
    error = stream->Receive(bytes).error();
  });
  RunFor(3s);
  EXPECT_EQ(error, Error::kConnectionReset);
}

TEST_F(TcpListenerTest, AcceptedConnectionsInheritTheParameters) {
  Spawn("server", [&] {
    tcp::Parameters parameters = b().parameters();
    parameters.ttl = 5;
    auto listener = TcpListener::Listen(b(), {{}, kPort}, 1, parameters);
    auto stream = listener->Accept();
    EXPECT_EQ(b().GetParameters(stream->handle())->ttl, 5);
  });
  bool done = false;
  Spawn("client", [&] { done = TcpStream::Connect(a(), {kAddressB, kPort}).has_value(); });
  RunFor(3s);
  EXPECT_TRUE(done);
}

TEST_F(TcpListenerTest, EphemeralPortIsTold) {
  Spawn("server", [&] {
    auto listener = TcpListener::Listen(b(), {});
    EXPECT_FALSE(listener->local()->port.is_none());
    TcpListener moved(std::move(*listener));
    TcpListener assigned;
    assigned = std::move(moved);
    EXPECT_TRUE(assigned.is_open());
    EXPECT_FALSE(listener->is_open());
  });
  RunFor(1s);
  EXPECT_TRUE(b().Snapshot().listeners.empty());
}

TEST_F(TcpListenerTest, MoreClientsThanBacklogAllGetThroughInTime) {
  size_t served = 0;
  size_t done = 0;
  Spawn("server", [&] {
    auto listener = TcpListener::Listen(b(), {{}, kPort}, 2);
    for (int i = 0; i < 20; ++i) {
      auto stream = listener->Accept(600s);
      ASSERT_TRUE(stream.has_value());
      executor().Sleep(100ms);
      EXPECT_EQ(ReadAll(*stream), "x");
      ++served;
    }
  });
  for (int i = 0; i < 20; ++i) {
    Spawn("client", [&] {
      auto stream = TcpStream::Connect(a(), {kAddressB, kPort});
      ASSERT_TRUE(stream.has_value());
      EXPECT_TRUE(stream->SendAll(AsBytes("x")));
      ++done;
    });
  }
  RunFor(300s);
  EXPECT_EQ(served, 20u) << "nobody is refused, some come later";
  EXPECT_EQ(done, 20u);
}

}  // namespace
}  // namespace nut::socket
