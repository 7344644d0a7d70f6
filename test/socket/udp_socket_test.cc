#include "test/socket/socket_test_base.h"

namespace nut::socket {
namespace {

class UdpSocketTest : public SocketTest {
 protected:
  UdpSocket OpenA(uint16_t port = 0) {
    return UdpSocket::Open(UdpOf(nodes_.a()), {{}, wire::Port(port)}).value();
  }
  UdpSocket OpenB(uint16_t port = 0) {
    return UdpSocket::Open(UdpOf(nodes_.b()), {{}, wire::Port(port)}).value();
  }
  static constexpr wire::Port kUdpPort{5000};
};

TEST_F(UdpSocketTest, DatagramsKeepTheirBordersAndSenders) {
  bool done = false;
  Spawn("server", [&] {
    UdpSocket socket = OpenB(5000);
    uint8_t bytes[100];
    for (const std::string_view expected : {"one", "", "three"}) {
      const auto datagram = socket.ReceiveFrom(bytes);
      ASSERT_TRUE(datagram);
      EXPECT_EQ(AsText({bytes, datagram->size}), expected);
      EXPECT_EQ(datagram->sender, (wire::Endpoint{kAddressA, wire::Port(6000)}));
      EXPECT_FALSE(datagram->truncated);
    }
    done = true;
  });
  Spawn("client", [&] {
    UdpSocket socket = OpenA(6000);
    for (const std::string_view text : {"one", "", "three"}) {
      EXPECT_TRUE(socket.SendTo(AsBytes(text), {kAddressB, kUdpPort}));
    }
    executor().Sleep(1s);
  });
  RunFor(2s);
  EXPECT_TRUE(done);
}

TEST_F(UdpSocketTest, ADatagramIsHandedOverAndItsBufferGoesBackWithTheAnswer) {
  bool done = false;
  Spawn("server", [&] {
    UdpSocket socket = OpenB(5000);
    for (int i = 0; i < 3; ++i) {
      auto datagram = socket.Receive();
      ASSERT_TRUE(datagram);
      datagram->frame->mutable_data()[0] = 'R';
      EXPECT_TRUE(socket.Reply(*std::move(datagram)));
    }
    EXPECT_EQ(socket.Receive(10ms).error(), Error::kTimedOut);
    socket.Close();
    EXPECT_EQ(socket.Receive().error(), Error::kStaleHandle);
    EXPECT_EQ(socket.Reply({}).error(), Error::kStaleHandle);
  });
  Spawn("client", [&] {
    UdpSocket socket = OpenA(6000);
    for (const std::string_view text : {"request", "repeat", "r"}) {
      EXPECT_TRUE(socket.SendTo(AsBytes(text), {kAddressB, kUdpPort}));
      uint8_t bytes[100];
      const auto answer = socket.ReceiveFrom(bytes, 1s);
      ASSERT_TRUE(answer);
      EXPECT_EQ(AsText({bytes, answer->size}), "R" + std::string(text.substr(1)));
      EXPECT_EQ(answer->sender, (wire::Endpoint{kAddressB, kUdpPort}));
    }
    done = true;
  });
  RunFor(2s);
  EXPECT_TRUE(done);
}

TEST_F(UdpSocketTest, TooSmallABufferTruncates) {
  Spawn("server", [&] {
    UdpSocket socket = OpenB(5000);
    uint8_t bytes[4];
    const auto datagram = socket.ReceiveFrom(bytes);
    ASSERT_TRUE(datagram);
    EXPECT_EQ(datagram->size, 4u);
    EXPECT_TRUE(datagram->truncated);
  });
  Spawn("client", [&] { EXPECT_TRUE(OpenA().SendTo(AsBytes("12345"), {kAddressB, kUdpPort})); });
  RunFor(1s);
}

TEST_F(UdpSocketTest, ReceiveTimesOut) {
  Duration took{};
  Spawn("server", [&] {
    UdpSocket socket = OpenB();
    uint8_t bytes[4];
    const Instant start = Now();
    EXPECT_EQ(socket.ReceiveFrom(bytes, 250ms).error(), Error::kTimedOut);
    took = Now() - start;
  });
  RunFor(1s);
  EXPECT_EQ(took, 250ms);
}

TEST_F(UdpSocketTest, AClosedPortIsToldOnce) {
  bool done = false;
  Spawn("client", [&] {
    UdpSocket socket = OpenA();
    ASSERT_TRUE(socket.Connect({kAddressB, kUdpPort}));
    EXPECT_TRUE(socket.Send(AsBytes("anybody?")));
    uint8_t bytes[4];
    EXPECT_EQ(socket.ReceiveFrom(bytes, 1s).error(), Error::kConnectionRefused);
    EXPECT_EQ(socket.ReceiveFrom(bytes, 1s).error(), Error::kTimedOut);
    done = true;
  });
  RunFor(5s);
  EXPECT_TRUE(done);
}

TEST_F(UdpSocketTest, SendWithoutAPeerIsAnError) {
  UdpSocket socket = OpenA();
  EXPECT_EQ(socket.Send(AsBytes("x")).error(), Error::kNotConnected);
  EXPECT_EQ(socket.SendTo(AsBytes("x"), {kAddressB, wire::Port()}).error(), Error::kInvalidArgument);
  EXPECT_EQ(UdpSocket::Open(UdpOf(nodes_.a()), socket.local().value()).error(), Error::kAddressInUse);
}

TEST_F(UdpSocketTest, ReceiveLimitIsKept) {
  auto socket = UdpSocket::Open(UdpOf(nodes_.b()), {{}, kUdpPort}, 10);
  ASSERT_TRUE(socket);
  Spawn("client", [&] {
    UdpSocket client = OpenA();
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(client.SendTo(AsBytes("12345678"), {kAddressB, kUdpPort}));
  });
  RunFor(1s);
  EXPECT_EQ(nodes_.b().statistics()[DropReason::kUdpQueueFull], 4u);
}

// The original freed the socket under its readers, who slept on.
TEST_F(UdpSocketTest, R12_CloseWakesReadersAndLaterCallsAreStale) {
  std::vector<Error> errors;
  Spawn("closer", [&] {
    UdpSocket socket = OpenB(5000);
    for (const uint8_t priority : {20, 64, 200}) {
      Spawn(
          "reader",
          [&] {
            uint8_t bytes[4];
            errors.push_back(socket.ReceiveFrom(bytes, 100s).error());
          },
          priority);
    }
    executor().Sleep(1s);
    socket.Close();
    uint8_t bytes[4];
    EXPECT_EQ(socket.ReceiveFrom(bytes).error(), Error::kStaleHandle);
    EXPECT_EQ(socket.SendTo(bytes, {kAddressA, kUdpPort}).error(), Error::kStaleHandle);
    EXPECT_EQ(socket.local().error(), Error::kStaleHandle);
    executor().Sleep(1s);
  });
  RunFor(3s);
  EXPECT_EQ(errors, std::vector<Error>(3, Error::kStaleHandle));
  RunFor(200s);  // their timers are gone
}

TEST_F(UdpSocketTest, MovingMovesThePort) {
  UdpSocket socket = OpenB(5000);
  UdpSocket moved(std::move(socket));
  UdpSocket assigned;
  assigned = std::move(moved);
  EXPECT_FALSE(socket.is_open());
  EXPECT_EQ(assigned.local()->port, kUdpPort);
}

}  // namespace
}  // namespace nut::socket
