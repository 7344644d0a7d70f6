#include "test/socket/socket_test_base.h"

namespace nut::socket {
namespace {

class PollSetTest : public SocketTest {};

TEST_F(PollSetTest, AnEmptySetWaitsForTheTimeout) {
  Duration took{};
  Spawn("poll", [&] {
    PollSet set(executor());
    EXPECT_EQ(set.Wait(300ms).error(), Error::kTimedOut);
    took = Now().time_since_epoch();
  });
  RunFor(1s);
  EXPECT_EQ(took, 300ms);
}

TEST_F(PollSetTest, ReportsEachKindOfSocketByItsNumber) {
  std::vector<size_t> order;
  Spawn("poll", [&] {
    auto listener = TcpListener::Listen(b(), {{}, kPort}).value();
    auto udp = UdpSocket::Open(UdpOf(nodes_.b()), {{}, wire::Port(5000)}).value();
    TcpStream stream;
    uint8_t bytes[10];
    for (int round = 0; round < 3; ++round) {
      PollSet set(executor());
      EXPECT_EQ(set.Add(udp), 0u);
      EXPECT_EQ(set.Add(listener), 1u);
      if (stream.is_open()) set.Add(stream);
      const auto ready = set.Wait(60s);
      ASSERT_TRUE(ready.has_value());
      ASSERT_EQ(ready->size(), 1u);
      EXPECT_TRUE(ready->front().readiness.readable);
      EXPECT_FALSE(ready->front().readiness.writable) << "nobody asked";
      order.push_back(ready->front().number);
      switch (ready->front().number) {
        case 0: EXPECT_TRUE(udp.ReceiveFrom(bytes, 0s)); break;
        case 1: stream = listener.Accept(0s).value(); break;
        case 2: EXPECT_EQ(stream.Receive(bytes, 0s), 5u); break;
      }
    }
  });
  Spawn("client", [&] {
    executor().Sleep(1s);
    auto stream = TcpStream::Connect(a(), {kAddressB, kPort}).value();
    executor().Sleep(1s);
    EXPECT_TRUE(
        UdpSocket::Open(UdpOf(nodes_.a()), {}).value().SendTo(AsBytes("x"), {kAddressB, wire::Port(5000)}));
    executor().Sleep(1s);
    EXPECT_TRUE(stream.SendAll(AsBytes("hello")));
    executor().Sleep(1s);
  });
  RunFor(10s);
  EXPECT_EQ(order, (std::vector<size_t>{1, 0, 2}));
}

TEST_F(PollSetTest, WritableWhenThereIsRoom) {
  Converse(
      [&](TcpStream& stream) {
        PollSet set(executor());
        set.Add(stream, {.readable = true, .writable = true});
        auto ready = set.Wait(0s);
        ASSERT_TRUE(ready.has_value());
        EXPECT_TRUE(ready->front().readiness.writable);
        EXPECT_FALSE(ready->front().readiness.readable);
        const std::string piece(65536, 'x');
        while (stream.Send(AsBytes(piece), 2s)) {
        }
        const auto full = set.Wait(1s);
        ASSERT_FALSE(full.has_value());
        EXPECT_EQ(full.error(), Error::kTimedOut);
        ready = set.Wait(100s);  // until the other side reads
        ASSERT_TRUE(ready.has_value());
        EXPECT_TRUE(ready->front().readiness.writable);
      },
      [&](TcpStream& stream) {
        executor().Sleep(30s);
        ReadAll(stream);
      });
}

TEST_F(PollSetTest, WhatIsClosedMeanwhileCountsAsReady) {
  Converse(
      [&](TcpStream& stream) {
        auto listener = TcpListener::Listen(a(), {{}, kPort}).value();
        auto udp = UdpSocket::Open(UdpOf(nodes_.a()), {}).value();
        Spawn("closer", [&] {
          executor().Sleep(1s);
          listener.Close();
          executor().Sleep(1s);
          udp.Close();
          executor().Sleep(1s);
          stream.Close();
        });
        for (int still_open = 3; still_open > 0; --still_open) {
          PollSet set(executor());
          if (listener.is_open()) set.Add(listener);
          if (udp.is_open()) set.Add(udp);
          if (stream.is_open()) set.Add(stream);
          const auto ready = set.Wait(10s);
          ASSERT_TRUE(ready.has_value());
          EXPECT_EQ(ready->size(), 1u);
        }
      },
      [&](TcpStream&) { executor().Sleep(10s); });
}

TEST_F(PollSetTest, TheEndOfTheStreamIsReadable) {
  Converse(
      [&](TcpStream& stream) {
        PollSet set(executor());
        set.Add(stream);
        const auto ready = set.Wait(10s);
        ASSERT_TRUE(ready.has_value());
        uint8_t bytes[1];
        EXPECT_EQ(stream.Receive(bytes, 0s), 0u);
      },
      [&](TcpStream& stream) { EXPECT_TRUE(stream.Shutdown()); });
}

TEST_F(PollSetTest, AKilledWaiterLeavesNoWatchBehind) {
  Spawn("test", [&] {
    auto listener = TcpListener::Listen(b(), {{}, kPort}).value();
    auto udp = UdpSocket::Open(UdpOf(nodes_.b()), {{}, wire::Port(5000)}).value();
    const auto thread = executor().Create("poll", [&] {
      PollSet set(executor());
      set.Add(listener);
      set.Add(udp);
      static_cast<void>(set.Wait());
    });
    executor().Sleep(1s);
    EXPECT_TRUE(executor().Kill(*thread));
    auto sender = UdpSocket::Open(UdpOf(nodes_.a()), {}).value();
    EXPECT_TRUE(sender.SendTo(AsBytes("x"), {kAddressB, wire::Port(5000)}));
    executor().Sleep(1s);
    uint8_t bytes[1];
    EXPECT_TRUE(udp.ReceiveFrom(bytes, 0s));
  });
  RunFor(5s);
}

TEST_F(PollSetTest, SeveralSetsMayWatchOneStream) {
  Converse(
      [&](TcpStream& stream) {
        int woken = 0;
        for (int i = 0; i < 5; ++i) {
          Spawn("poll", [&] {
            PollSet set(executor());
            set.Add(stream);
            woken += set.Wait(60s).has_value();
          });
        }
        executor().Sleep(5s);
        EXPECT_EQ(woken, 5);
      },
      [&](TcpStream& stream) {
        executor().Sleep(1s);
        EXPECT_TRUE(stream.SendAll(AsBytes("x")));
        executor().Sleep(10s);
      });
}

}  // namespace
}  // namespace nut::socket
