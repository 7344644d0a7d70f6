// Every oracle on a world that is wrong in its way: none of them is blind.
#include <gtest/gtest.h>

#include <array>

#include "stack/os/timer.h"
#include "stack/wire/ethernet.h"
#include "stack/wire/ipv4.h"
#include "test/explore/oracles/byte_books.h"
#include "test/explore/oracles/liveness.h"
#include "test/explore/oracles/octets.h"
#include "test/explore/oracles/wire_watch.h"
#include "test/explore/site.h"
#include "test/explore/world.h"

namespace nut::explore {
namespace {

// Runs `scenario` in production's order.
std::optional<Fault> FaultOf(const std::function<void(World&)>& scenario) {
  os::FifoScheduler fifo;
  World world({}, fifo);
  scenario(world);
  return world.RunToEnd();
}

void ExpectFault(const std::optional<Fault>& fault, FaultKind kind, std::string_view part_of_text) {
  ASSERT_TRUE(fault.has_value());
  EXPECT_EQ(fault->kind, kind) << fault->text;
  EXPECT_NE(fault->text.find(part_of_text), std::string::npos) << fault->text;
}

// A connection from a to b over which 100 octets went and were read; `look` sees it in the middle.
std::optional<Fault> WithExchange(const std::function<void(World&, Handle)>& look) {
  return FaultOf([&](World& world) {
    Site &a = world.a(), &b = world.b();
    const auto listener = b.Listen();
    world.Spawn(b, "server", [&, listener] {
      const auto handle = b.Accept(listener);
      b.StopListening(listener);
      static_cast<void>(b.ReceiveAll(*handle));
      b.Close(*handle);
    });
    world.SpawnOverall("client", [&, look] {
      const auto handle = a.Connect();
      static_cast<void>(a.Send(*handle, 100));
      world.Sleep(1s);
      look(world, *handle);
      a.Close(*handle);
    });
  });
}

// The books in the middle of that exchange, made wrong by `lie`, and what `check` says of them.
std::optional<Fault> FaultOfBooks(
    const std::function<void(ConnectionBook& sender, ConnectionBook& receiver)>& lie,
    const std::function<void(ConnectionBooks&, Verdict&)>& check) {
  Verdict verdict;
  const auto fault = WithExchange([&](World& world, Handle) {
    ConnectionBooks books(world.a().tcp(), world.b().tcp());
    books.Look(world.executor().Now());
    EXPECT_EQ(books.all().size(), 2u);
    lie(books.all()[0], books.all()[1]);
    check(books, verdict);
  });
  EXPECT_FALSE(fault.has_value()) << fault->text;
  return verdict.fault();
}

void CheckBytes(ConnectionBooks& books, Verdict& verdict) { ByteBooks(books, verdict).Check(); }

TEST(Oracles, AreContentWithAnOrderlyExchange) {
  EXPECT_FALSE(FaultOfBooks([](auto&, auto&) {}, CheckBytes).has_value());
}

TEST(ByteBooksOracle, SeesWhatIsAcknowledgedWithoutHavingArrived) {
  ExpectFault(FaultOfBooks([](auto&, auto& receiver) { receiver.last.bytes_received = 99; }, CheckBytes),
              FaultKind::kBytes, "100 octets are acknowledged, the peer received 99");
}

TEST(ByteBooksOracle, SeesAFinCountedTwice) {
  ExpectFault(
      FaultOfBooks([](auto& sender, auto& receiver) { receiver.last.rcv_nxt = sender.last.snd_nxt + 1; },
                   CheckBytes),
      FaultKind::kBytes, "received 1 more of the sequence space");
}

TEST(ByteBooksOracle, SeesAnEndOfStreamThatComesTooEarly) {
  ExpectFault(FaultOfBooks([](auto& sender, auto&) { sender.given = 101; },
                           [](ConnectionBooks& books, Verdict& verdict) {
                             ByteBooks(books, verdict).OnEndOfStream('b', books.all()[1].last);
                           }),
              FaultKind::kBytes, "ended after 100 octets of 101");
}

TEST(ByteBooksOracle, SeesOctetsThatDisappearWithTheirConnection) {
  ExpectFault(FaultOfBooks(
                  [](auto& sender, auto&) {
                    sender.alive = false;
                    sender.given = 105;
                    sender.last.send_queue = 5;
                  },
                  [](ConnectionBooks& books, Verdict& verdict) { ByteBooks(books, verdict).CheckEnd(); }),
              FaultKind::kBytes, "nobody was told");
}

TEST(ByteBooksOracle, SeesAWrongOctet) {
  ExpectFault(WithExchange([](World& world, Handle handle) {
                const uint8_t wrong[] = {static_cast<uint8_t>(
                    ~OctetAt(world.a().tcp().Info(handle)->iss, world.a().tcp().Info(handle)->bytes_acked))};
                static_cast<void>(world.a().tcp().Send(handle, wrong));
              }),
              FaultKind::kBytes, "octets that nobody gave it");
  // The same in the receiver's hands, past the wire's oracle.
  ExpectFault(FaultOfBooks([](auto&, auto&) {},
                           [](ConnectionBooks& books, Verdict& verdict) {
                             const tcp::ConnectionInfo& info = books.all()[1].last;
                             std::array<uint8_t, 2> octets;
                             FillOctets(info.irs, 100, octets);
                             octets[1] ^= 1;
                             ByteBooks(books, verdict).OnReceived('b', info, octets);
                           }),
              FaultKind::kBytes, "octet 101 of its stream");
}

// A segment from a to b as the books of this exchange have it, changed by `change`.
void ShowSegment(ConnectionBooks& books, Verdict& verdict,
                 const std::function<void(wire::TcpFields&)>& change) {
  const tcp::ConnectionInfo& info = books.all()[0].last;
  wire::TcpFields fields{.source_port = info.ends.local.port,
                         .destination_port = info.ends.remote.port,
                         .sequence = wire::SequenceNumber(info.snd_nxt),
                         .acknowledgement = wire::SequenceNumber(info.rcv_nxt),
                         .flags = wire::TcpFlags::kAck};
  change(fields);
  std::array<uint8_t, wire::kEthernetHeaderSize + wire::kIpv4HeaderSize + wire::kTcpHeaderSize> frame;
  const MutableByteView bytes(frame);
  wire::Emit(bytes, wire::EthernetFields{});
  wire::Emit(bytes.subspan(wire::kEthernetHeaderSize),
             wire::Ipv4Fields{.source = info.ends.local.address.v4(),
                              .destination = info.ends.remote.address.v4(),
                              .protocol = wire::IpProtocol::kTcp,
                              .payload_size = wire::kTcpHeaderSize});
  wire::Emit(bytes.subspan(wire::kEthernetHeaderSize + wire::kIpv4HeaderSize), fields);
  WireWatch(books, verdict).OnFrame('a', bytes);
}

TEST(WireOracle, SeesAnAcknowledgementOfWhatWasNeverSent) {
  const auto acknowledging = [](uint32_t more) {
    return FaultOfBooks([](auto&, auto&) {},
                        [more](ConnectionBooks& books, Verdict& verdict) {
                          ShowSegment(books, verdict,
                                      [more](wire::TcpFields& f) { f.acknowledgement += more; });
                        });
  };
  EXPECT_FALSE(acknowledging(0).has_value());
  ExpectFault(acknowledging(1), FaultKind::kInvariant, "what was never sent");
}

TEST(WireOracle, SeesASequenceNumberUsedByTwoIncarnations) {
  ExpectFault(FaultOfBooks([](auto&, auto&) {},
                           [](ConnectionBooks& books, Verdict& verdict) {
                             ConnectionBook again = books.all()[0];
                             again.last.iss += 50;
                             again.sent_end = wire::SequenceNumber(again.last.iss);
                             books.all().push_back(again);
                             ShowSegment(books, verdict, [&](wire::TcpFields& f) {
                               f.sequence = wire::SequenceNumber(again.last.iss);
                               f.flags = wire::TcpFlags::kSyn;
                             });
                           }),
              FaultKind::kInvariant, "another incarnation");
}

TEST(LivenessOracle, SeesAThreadThatSleepsAlthoughThereIsSomethingToRead) {
  Verdict verdict;
  const auto fault = FaultOf([&](World& world) {
    Site &a = world.a(), &b = world.b();
    const auto listener = b.Listen();
    // Goes to sleep without asking, as no call of the engine does.
    world.Spawn(b, "sleeper", [&, listener] {
      const auto handle = b.Accept(listener);
      b.StopListening(listener);
      static_cast<void>(b.Wait(*handle, tcp::Interest::kReadable));
      world.Sleep(500ms);  // the machine has no reason to come by any more
      tcp::Waiter(world.executor(), b.tcp().connections().Find(*handle)->waiters, tcp::Interest::kReadable)
          .Wait(5s);
      static_cast<void>(b.ReceiveAll(*handle));
      b.Close(*handle);
    });
    world.SpawnOverall("witness", [&] {
      const auto handle = a.Connect();
      static_cast<void>(a.Send(*handle, 10));
      world.Sleep(1s);
      os::ThreadHandle machine;
      world.executor().VisitThreads([&](const os::ThreadGlance& thread) {
        if (thread.name == "tcpsm" && world.NodeOf(thread.handle) == 'b') machine = thread.handle;
      });
      CheckWaiters(b.tcp(), machine, verdict);
      a.Close(*handle);
    });
  });
  EXPECT_FALSE(fault.has_value()) << fault->text;
  ExpectFault(verdict.fault(), FaultKind::kLiveness, "there is something to be read");
}

TEST(LivenessOracle, SeesAThreadThatNobodyWillWake) {
  ExpectFault(FaultOf([](World& world) {
                auto& queue = world.Make<os::EventQueue>(world.executor(), "godot");
                world.Spawn(world.a(), "vladimir", [&queue] { queue.Wait(); });
              }),
              FaultKind::kLiveness, "thread vladimir waits for ever in \"godot\"");
}

TEST(LivenessOracle, SeesAThreadThatOnlyItsTimeLimitWakes) {
  ExpectFault(WithExchange([](World& world, Handle handle) {
                world.Spawn(world.a(), "reader", [&world, handle] {
                  static_cast<void>(world.a().Wait(handle, tcp::Interest::kReadable, 1s));
                });
                world.Sleep(500ms);
                // Closed without a word to anybody.
                tcp::ConnectionRecord& record = *world.a().tcp().connections().Find(handle);
                record.ownership = tcp::Ownership::kNobody;
                world.Sleep(1s);
                record.ownership = tcp::Ownership::kApplication;
              }),
              FaultKind::kLiveness, "thread reader was not woken");
}

TEST(LeakOracle, SeesWhatIsLeft) {
  ExpectFault(FaultOf([](World& world) {
                world.Spawn(world.a(), "careless", [&world] {
                  static_cast<void>(world.a().node().network().udp().Open({{}, wire::Port(53)}));
                });
              }),
              FaultKind::kLeak, "node a has 1 UDP endpoints left");
  ExpectFault(FaultOf([](World& world) { world.Make<link::FramePtr>(world.b().frames().Allocate(100)); }),
              FaultKind::kLeak, "node b has 1 frames left");
  ExpectFault(FaultOf([](World& world) {
                auto& timer = world.Make<os::Timer>(
                    world.executor().timers(), [] {}, "forgotten timer");
                timer.StartAfter(24h);
              }),
              FaultKind::kLeak, "forgotten timer");
  ExpectFault(FaultOf([](World& world) { world.a().node().statistics().Add(Counter::kTcpActiveOpens); }),
              FaultKind::kLeak, "has opened 1 connections and freed 0");
}

TEST(ExpectationOracle, TellsTheScenariosOwnWords) {
  ExpectFault(FaultOf([](World& world) { world.Expect(false, "the moon is made of cheese"); }),
              FaultKind::kExpectation, "cheese");
}

TEST(InvariantOracleDeathTest, EndsTheProcessWhereTheBooksContradictEachOther) {
  EXPECT_DEATH(static_cast<void>(WithExchange([](World& world, Handle handle) {
                 world.a().tcp().connections().Find(handle)->indexed = false;
                 world.CheckStep();
               })),
               "a connection is found by its pair");
}

}  // namespace
}  // namespace nut::explore
