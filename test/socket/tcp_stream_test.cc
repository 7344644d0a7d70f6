#include <array>

#include "test/socket/socket_test_base.h"

namespace nut::socket {
namespace {

class TcpStreamTest : public SocketTest {};

// What is set on one end is seen at the other.
TEST_F(TcpStreamTest, BytesGoBothWaysAndTheEndIsZero) {
  Converse(
      [](TcpStream& stream) {
        EXPECT_TRUE(stream.SendAll(AsBytes("question")));
        EXPECT_TRUE(stream.Shutdown());
        EXPECT_EQ(ReadAll(stream), "answer") << "half close: the other direction goes on";
      },
      [](TcpStream& stream) {
        EXPECT_EQ(ReadAll(stream), "question");
        EXPECT_TRUE(stream.SendAll(AsBytes("answer")));
      });
}

TEST_F(TcpStreamTest, EndsAndNumber) {
  Converse(
      [](TcpStream& stream) {
        EXPECT_EQ(stream.remote().value(), (wire::Endpoint{kAddressB, kPort}));
        EXPECT_EQ(stream.local()->address, wire::IpAddress(kAddressA));
        EXPECT_GE(stream.local()->port.number(), 32768);
        EXPECT_NE(stream.id(), 0u);
        EXPECT_EQ(stream.Info()->state, tcp::State::kEstablished);
        EXPECT_TRUE(stream.is_open());
      },
      [](TcpStream& stream) {
        EXPECT_EQ(stream.local().value(), (wire::Endpoint{kAddressB, kPort}));
      });
}

TEST_F(TcpStreamTest, ReceiveTimesOutAndTheConnectionLives) {
  Converse(
      [&](TcpStream& stream) {
        uint8_t bytes[10];
        const Instant start = Now();
        EXPECT_EQ(stream.Receive(bytes, 300ms).error(), Error::kTimedOut);
        EXPECT_EQ(Now() - start, 300ms);
        EXPECT_EQ(stream.Receive(bytes, 0s).error(), Error::kTimedOut) << "zero only looks";
        EXPECT_EQ(stream.Receive({}, 0s), 0u);
        EXPECT_EQ(ReadAll(stream), "late");
      },
      [&](TcpStream& stream) {
        executor().Sleep(1s);
        EXPECT_TRUE(stream.SendAll(AsBytes("late")));
      });
}

TEST_F(TcpStreamTest, PeekDoesNotConsume) {
  Converse(
      [](TcpStream& stream) {
        uint8_t bytes[10];
        EXPECT_EQ(stream.Peek(bytes), 5u);
        EXPECT_EQ(stream.Peek(MutableByteView(bytes, 2)), 2u);
        EXPECT_EQ(ReadAll(stream), "hello");
        EXPECT_EQ(stream.Peek(bytes), 0u);
      },
      [](TcpStream& stream) { EXPECT_TRUE(stream.SendAll(AsBytes("hello"))); });
}

TEST_F(TcpStreamTest, PiecesAreTheSameBytesInTheMemoryTheyCameIn) {
  std::string sent;
  for (int i = 0; i < 300'000; ++i) sent += static_cast<char>(i * 7 + i / 251);
  link::FramePool& frames = nodes_.b().frames();
  Converse(
      [&](TcpStream& stream) {
        EXPECT_TRUE(stream.SendAll(AsBytes(sent)).has_value());
        EXPECT_TRUE(stream.Shutdown().has_value());
      },
      [&](TcpStream& stream) {
        std::string received;
        std::array<tcp::ReceivedPiece, 5> pieces;
        uint8_t few[3];
        size_t in_frames = 0;
        while (true) {
          // Mixed with looking and copying.
          const auto seen = stream.Peek(few);
          const auto count = stream.ReceivePieces(pieces);
          ASSERT_TRUE(count.has_value());
          if (*count == 0) break;
          const std::string before = received;
          for (tcp::ReceivedPiece& piece : pieces) {
            received += AsText(piece.bytes());
            in_frames += piece.frame() != nullptr;
          }
          EXPECT_EQ(received.size(), before.size() + *count);
          EXPECT_EQ(received.substr(before.size(), *seen), AsText({few, *seen}));
          const size_t held = frames.in_use();
          const bool any_frame = pieces[0].frame() != nullptr;
          pieces = {};
          EXPECT_TRUE(!any_frame || frames.in_use() < held) << "a piece that is dropped gives its frame back";
          const auto copied = stream.Receive(few);
          ASSERT_TRUE(copied.has_value());
          received += AsText({few, *copied});
          if (*copied == 0) break;
        }
        EXPECT_EQ(received, sent);
        EXPECT_GT(in_frames, 100u) << "most came without a copy";
        EXPECT_EQ(stream.ReceivePieces({}).value(), 0u);
      });
}

TEST_F(TcpStreamTest, SendWaitsForRoomAndTimesOut) {
  Converse(
      [&](TcpStream& stream) {
        const std::string piece(65536, 'x');
        size_t sent = 0;
        while (true) {
          const auto count = stream.Send(AsBytes(piece), 500ms);
          if (!count) {
            EXPECT_EQ(count.error(), Error::kTimedOut);
            break;
          }
          sent += *count;
        }
        EXPECT_GE(sent, a().parameters().send_buffer);
        executor().Sleep(60s);  // meanwhile the other side reads
        EXPECT_TRUE(stream.SendAll(AsBytes(piece), 10s));
      },
      [&](TcpStream& stream) {
        executor().Sleep(30s);
        ReadAll(stream);
      });
}

TEST_F(TcpStreamTest, SendAfterShutdownIsABrokenPipe) {
  Converse(
      [](TcpStream& stream) {
        EXPECT_TRUE(stream.Shutdown());
        EXPECT_EQ(stream.Send(AsBytes("x")).error(), Error::kBrokenPipe);
        EXPECT_EQ(stream.Shutdown().error(), Error::kBrokenPipe);
      },
      [](TcpStream& stream) { EXPECT_EQ(ReadAll(stream), ""); });
}

TEST_F(TcpStreamTest, AbortIsAResetAtTheOtherEnd) {
  Converse(
      [&](TcpStream& stream) {
        executor().Sleep(1s);
        stream.Abort();
      },
      [](TcpStream& stream) {
        uint8_t bytes[1];
        EXPECT_EQ(stream.Receive(bytes).error(), Error::kConnectionReset);
        EXPECT_FALSE(stream.Send(bytes));
      });
}

TEST_F(TcpStreamTest, AConnectionThatIsResetBeforeAnybodyAcceptsItIsNotDelivered) {
  bool client_done = false;
  Error accepted{};
  Spawn("server", [&] {
    auto listener = TcpListener::Listen(b(), {{}, kPort});
    accepted = listener->Accept(5s).error();
  });
  Spawn(
      "client",
      [&] {
        auto stream = TcpStream::Connect(a(), {kAddressB, kPort});
        ASSERT_TRUE(stream.has_value());
        stream->Abort();
        client_done = true;
      },
      20);
  RunFor(10s);
  EXPECT_TRUE(client_done);
  EXPECT_EQ(accepted, Error::kTimedOut);
}

// RFC 2525 2.17, RFC 9293 SHLD-3.
TEST_F(TcpStreamTest, CloseWithUnreadDataIsAReset) {
  Converse(
      [&](TcpStream& stream) {
        EXPECT_TRUE(stream.SendAll(AsBytes("nobody reads this")));
        uint8_t bytes[1];
        EXPECT_EQ(stream.Receive(bytes).error(), Error::kConnectionReset);
      },
      [&](TcpStream& stream) {
        executor().Sleep(1s);
        stream.Close();
      });
}

TEST_F(TcpStreamTest, R13_AClosedStreamIsStaleForEverybodyWhoHasIt) {
  Converse(
      [&](TcpStream& stream) {
        Error reader{};
        Error writer{};
        Spawn("reader", [&] {
          uint8_t bytes[1];
          reader = stream.Receive(bytes).error();
        });
        Spawn("writer", [&] {
          const std::string much(4 << 20, 'x');
          writer = stream.SendAll(AsBytes(much)).error();
        });
        executor().Sleep(1s);
        stream.Close();
        executor().Sleep(1s);
        EXPECT_EQ(reader, Error::kStaleHandle);
        EXPECT_EQ(writer, Error::kStaleHandle);
        EXPECT_FALSE(stream.is_open());
        uint8_t bytes[1];
        EXPECT_EQ(stream.Receive(bytes).error(), Error::kStaleHandle);
        EXPECT_EQ(stream.Send(bytes).error(), Error::kStaleHandle);
        EXPECT_EQ(stream.Shutdown().error(), Error::kStaleHandle);
        EXPECT_EQ(stream.local().error(), Error::kStaleHandle);
        EXPECT_EQ(stream.Info().error(), Error::kStaleHandle);
        EXPECT_EQ(stream.SetNoDelay(true).error(), Error::kStaleHandle);
        stream.Close();
        stream.Abort();
      },
      [&](TcpStream&) { executor().Sleep(5s); });
}

TEST_F(TcpStreamTest, WithoutAConnectionEveryCallIsStale) {
  TcpStream stream;
  uint8_t bytes[1];
  EXPECT_EQ(stream.Receive(bytes).error(), Error::kStaleHandle);
  EXPECT_EQ(stream.Send(bytes).error(), Error::kStaleHandle);
  EXPECT_FALSE(stream.is_open());
  EXPECT_EQ(stream.id(), 0u);
}

TEST_F(TcpStreamTest, MovingMovesTheConnection) {
  Converse(
      [](TcpStream& stream) {
        TcpStream moved(std::move(stream));
        TcpStream assigned;
        assigned = std::move(moved);
        EXPECT_FALSE(stream.is_open());
        EXPECT_FALSE(moved.is_open());
        EXPECT_TRUE(assigned.SendAll(AsBytes("x")));
      },
      [](TcpStream& stream) { EXPECT_EQ(ReadAll(stream), "x") << "going out of scope has closed it"; });
}

TEST_F(TcpStreamTest, NobodyListensIsRefused) {
  Error error{};
  Spawn("client", [&] { error = TcpStream::Connect(a(), {kAddressB, kPort}).error(); });
  RunFor(1s);
  EXPECT_EQ(error, Error::kConnectionRefused);
  EXPECT_EQ(a().connection_count(), 0u);
}

// The original's state machine waited for ARP itself: one absent host stopped all of TCP.
TEST_F(TcpStreamTest, AHostThatNeverAnswersArpTimesOutAndHoldsUpNobody) {
  std::vector<Error> errors;
  for (int i = 0; i < 20; ++i) {
    Spawn("dead", [&, i] {
      const wire::Ipv4Address nobody(198, 19, 0, static_cast<uint8_t>(100 + i));
      const Instant start = Now();
      auto stream = TcpStream::Connect(a(), {nobody, kPort}, {.timeout = 2s});
      errors.push_back(stream.error());
      EXPECT_LE(Now() - start, 2s);
    });
  }
  Duration slowest{};
  Converse(
      [&](TcpStream& stream) {
        uint8_t bytes[1] = {};
        for (int i = 0; i < 1000; ++i) {
          const Instant start = Now();
          EXPECT_TRUE(stream.SendAll(bytes));
          EXPECT_EQ(stream.Receive(bytes), 1u);
          slowest = std::max(slowest, Now() - start);
        }
      },
      [](TcpStream& stream) {
        uint8_t bytes[1];
        while (stream.Receive(bytes).value_or(0) > 0) EXPECT_TRUE(stream.SendAll(bytes));
      });
  RunFor(10s);
  ASSERT_EQ(errors.size(), 20u);
  for (const Error error : errors) {
    EXPECT_TRUE(error == Error::kTimedOut || error == Error::kHostUnreachable || error == Error::kHostDown);
  }
  EXPECT_LE(slowest, 3ms) << "the round trip is two";
}

TEST_F(TcpStreamTest, OptionsReachTheConnection) {
  Converse(
      [&](TcpStream& stream) {
        EXPECT_TRUE(stream.SetNoDelay(true));
        EXPECT_TRUE(stream.SetKeepAlive({.on = true, .idle = 10s, .interval = 2s, .probes = 3}));
        EXPECT_TRUE(stream.SetTtl(7));
        EXPECT_TRUE(stream.SetTos(0x10));
        EXPECT_TRUE(stream.SetSendBuffer(20000));
        EXPECT_TRUE(stream.SetReceiveBuffer(30000));
        EXPECT_TRUE(stream.SetUserTimeout(99s));
        const auto parameters = a().GetParameters(stream.handle()).value();
        EXPECT_FALSE(parameters.nagle);
        EXPECT_TRUE(parameters.keep_alive);
        EXPECT_EQ(parameters.keep_alive_idle, 10s);
        EXPECT_EQ(parameters.keep_alive_interval, 2s);
        EXPECT_EQ(parameters.keep_alive_probes, 3u);
        EXPECT_EQ(parameters.ttl, 7);
        EXPECT_EQ(parameters.tos, 0x10);
        EXPECT_EQ(parameters.send_buffer, 20000u);
        EXPECT_EQ(parameters.receive_buffer, 30000u);
        EXPECT_EQ(parameters.retransmission_timeout, 99s);
        EXPECT_EQ(a().parameters().ttl, 64) << "the engine's own stay";
        // RFC 9293 MAY-5: and it works. The other end's cable is pulled.
        executor().Sleep(1s);
        nodes_.b().port().SetConnected(false);
        uint8_t bytes[1];
        const Instant start = Now();
        EXPECT_EQ(stream.Receive(bytes, 60s).error(), Error::kTimedOut);
        EXPECT_LT(Now() - start, 20s);
        nodes_.b().port().SetConnected(true);
      },
      [&](TcpStream&) { executor().Sleep(100s); });
}

TEST_F(TcpStreamTest, LingerZeroIsAReset) {
  Converse(
      [&](TcpStream& stream) {
        EXPECT_TRUE(stream.SendAll(AsBytes("x")));
        executor().Sleep(500ms);
        stream.SetLinger(0s);
        stream.Close();
      },
      [&](TcpStream& stream) {
        executor().Sleep(1s);
        uint8_t bytes[10];
        auto count = stream.Receive(bytes);
        while (count && *count > 0) count = stream.Receive(bytes);
        ASSERT_FALSE(count);
        EXPECT_EQ(count.error(), Error::kConnectionReset);
      });
}

TEST_F(TcpStreamTest, LingerWaitsUntilEverythingIsAcknowledged) {
  Converse(
      [&](TcpStream& stream) {
        EXPECT_TRUE(stream.SendAll(AsBytes(std::string(500000, 'x'))));
        stream.SetLinger(60s);
        const Instant start = Now();
        stream.Close();
        EXPECT_GE(Now() - start, 2ms);
        EXPECT_LT(Now() - start, 10s);
        EXPECT_EQ(a().Snapshot().connections.at(0).info.send_queue, 0u);
      },
      [](TcpStream& stream) { EXPECT_EQ(ReadAll(stream).size(), 500000u); });
}

TEST_F(TcpStreamTest, LingerHasAnEnd) {
  Converse(
      [&](TcpStream& stream) {
        nodes_.b().port().SetConnected(false);
        EXPECT_TRUE(stream.SendAll(AsBytes("x")));
        stream.SetLinger(5s);
        const Instant start = Now();
        stream.Close();
        EXPECT_EQ(Now() - start, 5s);
        nodes_.b().port().SetConnected(true);
      },
      [&](TcpStream&) { executor().Sleep(30s); });
}

TEST_F(TcpStreamTest, UrgentDataComesInLine) {
  Converse(
      [](TcpStream& stream) {
        EXPECT_TRUE(stream.SendAll(AsBytes("ab")));
        EXPECT_EQ(stream.SendUrgent(AsBytes("!")), 1u);
        EXPECT_TRUE(stream.SendAll(AsBytes("cd")));
      },
      [](TcpStream& stream) { EXPECT_EQ(ReadAll(stream), "ab!cd"); });
}

TEST_F(TcpStreamTest, ConnectFromAChosenPort) {
  Spawn("server", [&] {
    auto listener = TcpListener::Listen(b(), {{}, kPort});
    auto stream = listener->Accept();
    EXPECT_EQ(stream->remote()->port, wire::Port(1234));
  });
  bool done = false;
  Spawn("client", [&] {
    done = TcpStream::Connect(a(), {kAddressB, kPort}, {.local = {{}, wire::Port(1234)}}).has_value();
  });
  RunFor(1s);
  EXPECT_TRUE(done);
}

TEST_F(TcpStreamTest, ByteStreamAdapter) {
  Converse(
      [&](TcpStream& stream) {
        TcpByteStream bytes(std::move(stream), 500ms);
        uint8_t buffer[10];
        EXPECT_EQ(bytes.Read(buffer).error(), Error::kTimedOut);
        EXPECT_TRUE(bytes.Write(AsBytes("over")));
        EXPECT_TRUE(bytes.Flush());
        EXPECT_TRUE(bytes.FinishWriting());
        bytes.set_timeout(60s);
        EXPECT_EQ(bytes.Read(buffer), 4u);
        EXPECT_EQ(bytes.Read(buffer), 0u);
      },
      [&](TcpStream& stream) {
        executor().Sleep(1s);
        EXPECT_EQ(ReadAll(stream), "over");
        EXPECT_TRUE(stream.SendAll(AsBytes("echo")));
      });
}

TEST_F(TcpStreamTest, ThousandConnectionsAtOnce) {
  size_t served = 0;
  size_t finished = 0;
  Spawn("server", [&] {
    auto listener = TcpListener::Listen(b(), {{}, kPort}, 1024);
    for (int i = 0; i < 1000; ++i) {
      auto stream = listener->Accept(60s);
      ASSERT_TRUE(stream.has_value());
      Spawn("session", [&, stream = std::make_shared<TcpStream>(std::move(*stream))] {
        const std::string request = ReadAll(*stream);
        EXPECT_TRUE(stream->SendAll(AsBytes(request + request)));
        ++served;
      });
    }
  });
  for (int i = 0; i < 1000; ++i) {
    Spawn("client", [&, i] {
      auto stream = TcpStream::Connect(a(), {kAddressB, kPort}, {.timeout = 60s});
      ASSERT_TRUE(stream.has_value());
      EXPECT_TRUE(stream->SendAll(AsBytes(std::to_string(i))));
      EXPECT_TRUE(stream->Shutdown());
      EXPECT_EQ(ReadAll(*stream), std::to_string(i) + std::to_string(i));
      ++finished;
    });
  }
  RunFor(30s);
  EXPECT_EQ(served, 1000u);
  EXPECT_EQ(finished, 1000u);
}

}  // namespace
}  // namespace nut::socket
