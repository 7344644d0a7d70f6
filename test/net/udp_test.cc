#include <set>

#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::EthernetII;
using Tins::IP;
using Tins::RawPDU;
using Tins::UDP;

class UdpTest : public NetworkTest {
 protected:
  void SetUp() override { Open(); }
  void Open() {
    Start();
    IntroducePeer();
  }
  UdpHandle OpenAt(const wire::Endpoint& local, bool shared = false) {
    const auto handle = network_->udp().Open(local, shared);
    EXPECT_TRUE(handle.has_value());
    return handle.value_or(UdpHandle{});
  }
  static EthernetII Datagram(uint16_t to, uint16_t from, const std::string& text) {
    return FromPeer() / PeerIp() / UDP(to, from) / RawPDU(text);
  }
  // The next datagram's text; "-" when there is none.
  std::string Read(UdpHandle handle) {
    const auto datagram = network_->udp().Receive(handle);
    return datagram ? std::string(AsText(datagram->frame->data())) : "-";
  }
  std::string ReadAll(UdpHandle handle) {
    std::string all;
    while (network_->udp().Info(handle)->queued_packets > 0) all += Read(handle);
    return all;
  }
  static Bytes WithChecksum(EthernetII frame, uint16_t checksum) {
    Bytes bytes = frame.serialize();
    StoreBe16(bytes.data() + 14 + 20 + 6, checksum);
    return bytes;
  }
};

// --- in ---

TEST_F(UdpTest, ADatagramArrivesWithItsSource) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  Receive(Datagram(7, 4000, "hello"));
  const auto datagram = network_->udp().Receive(handle);
  ASSERT_TRUE(datagram.has_value());
  EXPECT_EQ(AsText(datagram->frame->data()), "hello");
  EXPECT_EQ(datagram->source, At(kPeerIp, 4000));
  EXPECT_EQ(datagram->destination, wire::IpAddress(Ip(kOwnIp)));
  EXPECT_EQ(network_->udp().Receive(handle).error(), Error::kWouldBlock);
}

TEST_F(UdpTest, AnEmptyDatagramIsADatagram) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  Receive(FromPeer() / PeerIp() / UDP(7, 4000));
  const auto datagram = network_->udp().Receive(handle);
  ASSERT_TRUE(datagram.has_value());
  EXPECT_EQ(datagram->frame->size(), 0u);
}

TEST_F(UdpTest, Rfc1122_4_1_3_4_ABadChecksumIsDroppedAndNoneIsAccepted) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  ExpectSilentDrop(DropReason::kUdpBadChecksum,
                   [&] { ReceiveBytes(WithChecksum(Datagram(7, 4000, "x"), 0x1234)); });
  ReceiveBytes(WithChecksum(Datagram(7, 4000, "y"), 0));
  EXPECT_EQ(Read(handle), "y");
}

TEST_F(UdpTest, AChecksumThatTheDeviceVouchesForIsBelieved) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  const Bytes bytes = WithChecksum(Datagram(7, 4000, "x"), 0x1234);
  link::FramePtr frame = pool_.Allocate(bytes.size());
  std::copy(bytes.begin(), bytes.end(), frame->Append(bytes.size()).begin());
  frame->checksum.state = link::ChecksumState::kVerified;
  device_.Arrive(std::move(frame));
  Run();
  EXPECT_EQ(Read(handle), "x");
}

TEST_F(UdpTest, Rfc768_1_TheLengthFieldIsTrustedOnlyWithinThePacket) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  for (const uint16_t length : {0, 1, 7, 14, 1000, 65535}) {
    Bytes bytes = WithChecksum(Datagram(7, 4000, "hello"), 0);
    StoreBe16(bytes.data() + 38, length);
    ExpectSilentDrop(DropReason::kUdpBadLength, [&] { ReceiveBytes(bytes); });
  }
  // Less than the packet holds: the rest is ignored.
  Bytes bytes = WithChecksum(Datagram(7, 4000, "hello"), 0);
  StoreBe16(bytes.data() + 38, 8 + 3);
  ReceiveBytes(bytes);
  EXPECT_EQ(Read(handle), "hel");
}

TEST_F(UdpTest, EveryTruncatedHeaderIsDropped) {
  OpenAt(AnyAt(7));
  for (size_t size = 0; size < 8; ++size) {
    IP ip = PeerIp();
    ip.protocol(17);
    Bytes bytes = (FromPeer() / ip / RawPDU(Bytes(size == 0 ? 1 : size))).serialize();
    if (size == 0) continue;
    ExpectSilentDrop(DropReason::kUdpTruncated, [&] { ReceiveBytes(bytes); });
  }
}

TEST_F(UdpTest, Rfc1122_4_1_3_1_WithoutAListenerThePortIsUnreachableForUnicastOnly) {
  Receive(Datagram(9, 4000, "nobody"));
  const EthernetII frame = TakeOne();
  const auto& icmp = frame.rfind_pdu<Tins::ICMP>();
  EXPECT_EQ(icmp.type(), Tins::ICMP::DEST_UNREACHABLE);
  EXPECT_EQ(icmp.code(), 3);
  EXPECT_EQ(frame.rfind_pdu<IP>().src_addr(), kOwnIp);
  EXPECT_EQ(Drops(DropReason::kUdpNoSocket), 1u);
  ExpectSilentDrop(DropReason::kUdpNoSocket, [&] {
    Receive(FromPeer(kBroadcastMac) / PeerIp(kDirectedBroadcast) / UDP(9, 4000) / RawPDU("x"));
  });
  ExpectSilentDrop(DropReason::kUdpBadPort, [&] { Receive(Datagram(0, 4000, "x")); });
}

TEST_F(UdpTest, TheEndpointThatFitsBestGetsIt) {
  const UdpHandle any = OpenAt(AnyAt(7), true);
  const UdpHandle bound = OpenAt(At(kOwnIp, 7), true);
  const UdpHandle connected = OpenAt(AnyAt(7), true);
  ASSERT_TRUE(network_->udp().Connect(connected, At(kPeerIp, 4000)).has_value());
  Receive(Datagram(7, 4000, "a"));
  Receive(Datagram(7, 4001, "b"));
  EXPECT_EQ(Read(connected), "a");
  EXPECT_EQ(Read(bound), "b");
  EXPECT_EQ(Read(any), "-");
  ASSERT_TRUE(network_->udp().Close(bound).has_value());
  Receive(Datagram(7, 4001, "c"));
  EXPECT_EQ(Read(any), "c");
}

TEST_F(UdpTest, OfEqualOnesTheNewestGetsIt) {
  const UdpHandle older = OpenAt(AnyAt(7), true);
  const UdpHandle newer = OpenAt(AnyAt(7), true);
  Receive(Datagram(7, 4000, "a"));
  EXPECT_EQ(Read(newer), "a");
  EXPECT_EQ(Read(older), "-");
}

TEST_F(UdpTest, BroadcastsAndMulticastsReachAllThatMatch) {
  ASSERT_TRUE(network_->JoinGroup(Ip("239.1.2.3")).has_value());
  const UdpHandle first = OpenAt(AnyAt(7), true);
  const UdpHandle second = OpenAt(AnyAt(7), true);
  const UdpHandle to_group = OpenAt(At("239.1.2.3", 7), true);
  const UdpHandle elsewhere = OpenAt(AnyAt(8));
  Receive(FromPeer(kBroadcastMac) / PeerIp(kDirectedBroadcast) / UDP(7, 4000) / RawPDU("b"));
  EXPECT_EQ(Read(first), "b");
  EXPECT_EQ(Read(second), "b");
  EXPECT_EQ(Read(to_group), "-");
  EXPECT_EQ(Read(elsewhere), "-");
  Receive(FromPeer("01:00:5e:01:02:03") / PeerIp("239.1.2.3") / UDP(7, 4000) / RawPDU("m"));
  EXPECT_EQ(Read(first), "m");
  EXPECT_EQ(Read(second), "m");
  EXPECT_EQ(Read(to_group), "m");
}

TEST_F(UdpTest, Rfc1112_7_1_ADatagramForAGroupThatWasNotJoinedIsDropped) {
  OpenAt(AnyAt(7));
  ExpectSilentDrop(DropReason::kIpNotForUs, [&] {
    Receive(FromPeer("01:00:5e:01:02:03") / PeerIp("239.1.2.3") / UDP(7, 4000) / RawPDU("m"));
  });
}

TEST_F(UdpTest, UdpRx1_TheQueueIsBoundedInPackets) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  UdpEndpointOptions options = *network_->udp().options(handle);
  options.maximum_packets = 3;
  ASSERT_TRUE(network_->udp().SetOptions(handle, options).has_value());
  for (const char* text : {"1", "2", "3"}) Receive(Datagram(7, 4000, text));
  ExpectSilentDrop(DropReason::kUdpQueueFull, [&] { Receive(Datagram(7, 4000, "4")); });
  EXPECT_EQ(network_->udp().Info(handle)->drops, 1u);
  EXPECT_EQ(network_->udp().Info(handle)->queued_packets, 3u);
  EXPECT_EQ(ReadAll(handle), "123");
}

TEST_F(UdpTest, UdpRx1_TheQueueIsBoundedInBytes) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  UdpEndpointOptions options = *network_->udp().options(handle);
  options.maximum_bytes = 10;
  ASSERT_TRUE(network_->udp().SetOptions(handle, options).has_value());
  Receive(Datagram(7, 4000, "a datagram alone may exceed it"));
  ExpectSilentDrop(DropReason::kUdpQueueFull, [&] { Receive(Datagram(7, 4000, "x")); });
  EXPECT_EQ(Read(handle), "a datagram alone may exceed it");
  Receive(Datagram(7, 4000, "12345"));
  Receive(Datagram(7, 4000, "67890"));
  EXPECT_EQ(network_->udp().Info(handle)->queued_bytes, 10u);
  ExpectSilentDrop(DropReason::kUdpQueueFull, [&] { Receive(Datagram(7, 4000, "x")); });
  EXPECT_EQ(Read(handle), "12345");
  Receive(Datagram(7, 4000, "abc"));
  EXPECT_EQ(ReadAll(handle), "67890abc");
}

// --- out ---

TEST_F(UdpTest, ADatagramLeavesWithAChecksum) {
  const UdpHandle handle = OpenAt(AnyAt(5000));
  for (const size_t size : {0u, 1u, 2u, 3u, 1471u, 1472u}) {
    ASSERT_TRUE(network_->udp_out().Send(handle, Pattern(size), At(kPeerIp, 7)).has_value());
    const EthernetII frame = TakeOne();  // checked against libtins' own checksum there
    const UDP& udp = frame.rfind_pdu<UDP>();
    EXPECT_EQ(udp.sport(), 5000);
    EXPECT_EQ(udp.dport(), 7);
    EXPECT_EQ(udp.length(), 8 + size);
    EXPECT_NE(udp.checksum(), 0);
    EXPECT_EQ(frame.rfind_pdu<IP>().ttl(), 64);
  }
}

TEST_F(UdpTest, Rfc768_ASumOfZeroIsSentAsAllOnes) {
  const UdpHandle handle = OpenAt(AnyAt(5000));
  size_t all_ones = 0;
  for (uint32_t value = 0; value < 65536; ++value) {
    const Bytes payload = {static_cast<uint8_t>(value >> 8), static_cast<uint8_t>(value)};
    ASSERT_TRUE(network_->udp_out().Send(handle, payload, At(kPeerIp, 7)).has_value());
    const uint16_t checksum = LoadBe16(device_.sent.back().bytes.data() + 40);
    ASSERT_NE(checksum, 0);
    all_ones += checksum == 0xffff;
    device_.sent.clear();
  }
  EXPECT_EQ(all_ones, 1u);
}

TEST_F(UdpTest, TheLargestDatagramIs65507Bytes) {
  const UdpHandle handle = OpenAt(AnyAt(5000));
  ASSERT_TRUE(network_->udp_out().Send(handle, Pattern(65507), At(kPeerIp, 7)).has_value());
  EXPECT_EQ(device_.sent.size(), 45u);
  const Bytes whole = TakeReassembledPayload();
  EXPECT_EQ(Bytes(whole.begin() + 8, whole.end()), Pattern(65507));
  EXPECT_EQ(network_->udp_out().Send(handle, Pattern(65508), At(kPeerIp, 7)).error(), Error::kMessageTooLong);
}

TEST_F(UdpTest, MulticastLeavesWithATtlOfOne) {
  const UdpHandle handle = OpenAt(AnyAt(5000));
  ASSERT_TRUE(network_->udp_out().Send(handle, Pattern(1), At("239.1.1.1", 7)).has_value());
  EXPECT_EQ(TakeOne().rfind_pdu<IP>().ttl(), 1);
}

TEST_F(UdpTest, SendingNeedsADestination) {
  const UdpHandle handle = OpenAt(AnyAt(5000));
  UdpOut& out = network_->udp_out();
  EXPECT_EQ(out.Send(handle, Pattern(1)).error(), Error::kNotConnected);
  EXPECT_EQ(out.Send(handle, Pattern(1), At(kPeerIp, 0)).error(), Error::kInvalidArgument);
  EXPECT_EQ(out.Send(handle, Pattern(1), At("203.0.113.1", 7)).error(), Error::kNetworkUnreachable);
  ASSERT_TRUE(network_->udp().Connect(handle, At(kPeerIp, 9)).has_value());
  ASSERT_TRUE(out.Send(handle, Pattern(1)).has_value());
  EXPECT_EQ(TakeOne().rfind_pdu<UDP>().dport(), 9);
  ASSERT_TRUE(network_->udp().Connect(handle, {}).has_value());
  EXPECT_EQ(out.Send(handle, Pattern(1)).error(), Error::kNotConnected);
  ASSERT_TRUE(network_->udp().Close(handle).has_value());
  EXPECT_EQ(out.Send(handle, Pattern(1), At(kPeerIp, 7)).error(), Error::kStaleHandle);
}

TEST_F(UdpTest, DatagramsToOurselvesComeBack) {
  const UdpHandle server = OpenAt(AnyAt(7));
  const UdpHandle client = OpenAt(AnyAt(5000));
  for (const char* ip : {"198.19.0.10", "127.0.0.1"}) {
    ASSERT_TRUE(network_->udp_out().Send(client, AsBytes("me"), At(ip, 7)).has_value());
    Run();
    const auto datagram = network_->udp().Receive(server);
    ASSERT_TRUE(datagram.has_value());
    EXPECT_EQ(datagram->source, At(ip, 5000));
  }
  // Nobody there: told by loopback as well.
  ASSERT_TRUE(network_->udp_out().Send(client, AsBytes("me"), At(kOwnIp, 8)).has_value());
  Run();
  EXPECT_EQ(network_->udp().Receive(client).error(), Error::kConnectionRefused);
  EXPECT_TRUE(TakeSent().empty());
}

// --- ports (RFC 6056) ---

TEST_F(UdpTest, Rfc6056_3_3_EphemeralPortsAreRandomAndDistinct) {
  std::set<uint16_t> ports;
  size_t steps_of_one = 0;
  uint16_t last = 0;
  for (int i = 0; i < 1000; ++i) {
    const uint16_t port = network_->udp().Info(OpenAt({}))->local.port.number();
    EXPECT_GE(port, options_.udp.first_ephemeral_port);
    steps_of_one += static_cast<uint16_t>(port - last) < 16;
    last = port;
    ports.insert(port);
  }
  EXPECT_EQ(ports.size(), 1000u);
  EXPECT_LT(steps_of_one, 20u);
}

TEST_F(UdpTest, EphemeralPortsAreUsedUpToTheLast) {
  options_.udp.first_ephemeral_port = 60000;
  options_.udp.last_ephemeral_port = 60099;
  options_.udp.maximum_endpoints = 200;
  network_.reset();
  Open();
  for (int i = 0; i < 100; ++i) OpenAt({});
  EXPECT_EQ(network_->udp().Open({}).error(), Error::kAddressNotAvailable);
}

TEST_F(UdpTest, APortIsTakenUnlessBothShareIt) {
  OpenAt(AnyAt(7));
  EXPECT_EQ(network_->udp().Open(AnyAt(7)).error(), Error::kAddressInUse);
  EXPECT_EQ(network_->udp().Open(At(kOwnIp, 7), true).error(), Error::kAddressInUse);
  OpenAt(At("127.0.0.1", 8));
  OpenAt(At(kOwnIp, 8));
  EXPECT_EQ(network_->udp().Open(AnyAt(8)).error(), Error::kAddressInUse);
}

TEST_F(UdpTest, TheTableIsBounded) {
  options_.udp.maximum_endpoints = 10;
  network_.reset();
  Open();
  std::vector<UdpHandle> handles;
  for (int i = 0; i < 10; ++i) handles.push_back(OpenAt({}));
  EXPECT_EQ(network_->udp().Open({}).error(), Error::kNoBuffers);
  ASSERT_TRUE(network_->udp().Close(handles[3]).has_value());
  OpenAt({});
  EXPECT_EQ(network_->UdpEndpoints().size(), 10u);
}

// --- errors ---

TEST_F(UdpTest, APendingErrorFailsOneCallAndCanBeLookedAt) {
  const UdpHandle handle = OpenAt(AnyAt(5000));
  const auto refuse = [&] {
    ASSERT_TRUE(network_->udp_out().Send(handle, Pattern(1), At(kPeerIp, 9)).has_value());
    Bytes quoted = device_.sent.back().bytes;
    quoted.erase(quoted.begin(), quoted.begin() + 14);
    Tins::ICMP icmp(Tins::ICMP::DEST_UNREACHABLE);
    icmp.code(3);
    Receive(FromPeer() / PeerIp() / icmp / RawPDU(quoted));
  };
  refuse();
  const auto error = network_->udp().PeekError(handle);
  ASSERT_TRUE(error.has_value());
  EXPECT_EQ(error->error, Error::kConnectionRefused);
  EXPECT_EQ(error->remote, At(kPeerIp, 9));
  EXPECT_EQ(network_->udp_out().Send(handle, Pattern(1), At(kPeerIp, 9)).error(), Error::kConnectionRefused);
  EXPECT_FALSE(network_->udp().PeekError(handle).has_value());
  refuse();
  EXPECT_TRUE(network_->udp().TakeError(handle).has_value());
  EXPECT_EQ(network_->udp().Receive(handle).error(), Error::kWouldBlock);
}

// --- threads and lifetime (R12) ---

class UdpLifetimeTest : public UdpTest {
 protected:
  os::ThreadHandle Spawn(std::function<void()> body) {
    const auto thread = executor_.Create("reader", std::move(body));
    EXPECT_TRUE(thread.has_value());
    return thread.value_or(os::ThreadHandle{});
  }
};

TEST_F(UdpLifetimeTest, AReaderSleepsUntilADatagramComes) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  std::string read;
  Spawn([&] {
    ASSERT_TRUE(network_->udp().Wait(handle).has_value());
    read = Read(handle);
  });
  Run();
  EXPECT_EQ(read, "");
  Receive(Datagram(7, 4000, "now"));
  EXPECT_EQ(read, "now");
}

TEST_F(UdpLifetimeTest, WaitingHasALimit) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  std::optional<Error> error;
  Spawn([&] { error = network_->udp().Wait(handle, 500ms).error(); });
  RunFor(499ms);
  EXPECT_FALSE(error.has_value());
  RunFor(1ms);
  EXPECT_EQ(error, Error::kTimedOut);
}

TEST_F(UdpLifetimeTest, EveryDatagramWakesOneOfSeveralReaders) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  std::string read;
  for (int i = 0; i < 3; ++i) {
    Spawn([&] {
      ASSERT_TRUE(network_->udp().Wait(handle).has_value());
      read += Read(handle);
    });
  }
  Run();
  Queue(Datagram(7, 4000, "a").serialize());
  Queue(Datagram(7, 4000, "b").serialize());
  Queue(Datagram(7, 4000, "c").serialize());
  Run();
  EXPECT_EQ(read, "abc");
}

TEST_F(UdpLifetimeTest, AnErrorWakesTheReader) {
  const UdpHandle handle = OpenAt(AnyAt(5000));
  std::optional<Error> error;
  Spawn([&] {
    ASSERT_TRUE(network_->udp_out().Send(handle, Pattern(1), At("198.19.0.99", 9)).has_value());
    ASSERT_TRUE(network_->udp().Wait(handle).has_value());
    error = network_->udp().Receive(handle).error();
  });
  RunFor(4s);
  EXPECT_EQ(error, Error::kHostDown);
}

TEST_F(UdpLifetimeTest, R12_ClosingWakesAllSleepersAndTheHandleIsStaleAtOnce) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  std::vector<Error> errors;
  for (int i = 0; i < 3; ++i) {
    Spawn([&] { errors.push_back(network_->udp().Wait(handle).error()); });
  }
  Run();
  Spawn([&] {
    ASSERT_TRUE(network_->udp().Close(handle).has_value());
    EXPECT_EQ(network_->udp().Receive(handle).error(), Error::kStaleHandle);
    EXPECT_EQ(network_->udp().Close(handle).error(), Error::kStaleHandle);
    // The slot is not given away while sleepers are inside.
    EXPECT_NE(OpenAt(AnyAt(7)).slot, handle.slot);
  });
  Run();
  EXPECT_EQ(errors, std::vector<Error>(3, Error::kStaleHandle));
  EXPECT_EQ(OpenAt(AnyAt(8)).slot, handle.slot);
  EXPECT_EQ(network_->udp().Info(handle).error(), Error::kStaleHandle);
}

TEST_F(UdpLifetimeTest, R12_AReaderThatIsKilledLeavesNothingBehind) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  const os::ThreadHandle reader = Spawn([&] { static_cast<void>(network_->udp().Wait(handle)); });
  Run();
  EXPECT_TRUE(executor_.Kill(reader));
  ASSERT_TRUE(network_->udp().Close(handle).has_value());
  EXPECT_EQ(OpenAt(AnyAt(7)).slot, handle.slot);
}

TEST_F(UdpLifetimeTest, R12_AReaderKilledAfterTheCloseFreesTheSlot) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  const os::ThreadHandle reader = Spawn([&] { static_cast<void>(network_->udp().Wait(handle)); });
  Run();
  ASSERT_TRUE(network_->udp().Close(handle).has_value());
  EXPECT_TRUE(executor_.Kill(reader));
  EXPECT_EQ(OpenAt(AnyAt(7)).slot, handle.slot);
}

TEST_F(UdpLifetimeTest, R12_OpenCloseReadAndDeliverInAnyOrder) {
  Rng rng("lifetime");
  std::vector<UdpHandle> handles(8);
  for (int i = 0; i < 20'000; ++i) {
    UdpHandle& handle = handles[rng.Below(handles.size())];
    switch (rng.Below(5)) {
      case 0:
        if (const auto opened = network_->udp().Open(AnyAt(static_cast<uint16_t>(7 + rng.Below(4))), true))
          handle = *opened;
        break;
      case 1: static_cast<void>(network_->udp().Close(handle)); break;
      case 2: static_cast<void>(network_->udp().Receive(handle)); break;
      case 3:
        if (executor_.thread_count() < 20) {
          const UdpHandle reader = handle;
          Spawn([this, reader] { static_cast<void>(network_->udp().Wait(reader, 50ms)); });
        }
        break;
      case 4: Queue(Datagram(static_cast<uint16_t>(7 + rng.Below(4)), 4000, "x").serialize()); break;
    }
    if (rng.Chance(0.3)) RunFor(rng.Below(10) * 1ms);
  }
  RunFor(1s);
  for (const UdpInfo& info : network_->UdpEndpoints())
    ASSERT_TRUE(network_->udp().Close(info.handle).has_value());
  device_.sent.clear();
  EXPECT_EQ(pool_.in_use(), 0u);
  EXPECT_TRUE(AnswersPing());
}

class CountingObserver final : public UdpObserver {
 public:
  void OnUdpEvent(UdpHandle) override { ++events; }
  int events = 0;
};

TEST_F(UdpLifetimeTest, ObserversAreToldOfDataErrorsAndTheEnd) {
  CountingObserver first;
  CountingObserver second;
  const UdpHandle handle = OpenAt(AnyAt(7));
  ASSERT_TRUE(network_->udp().Watch(handle, first).has_value());
  ASSERT_TRUE(network_->udp().Watch(handle, second).has_value());
  Receive(Datagram(7, 4000, "x"));
  EXPECT_EQ(first.events, 1);
  EXPECT_EQ(second.events, 1);
  second.unlink();
  ASSERT_TRUE(network_->udp_out().Send(handle, Pattern(1), At("198.19.0.99", 9)).has_value());
  RunFor(4s);
  EXPECT_EQ(first.events, 2);
  ASSERT_TRUE(network_->udp().Close(handle).has_value());
  EXPECT_EQ(first.events, 3);
  EXPECT_EQ(second.events, 1);
  EXPECT_FALSE(first.is_linked());
  EXPECT_EQ(network_->udp().Watch(handle, first).error(), Error::kStaleHandle);
}

TEST_F(UdpLifetimeTest, AnObserverThatIsGoneIsNotTold) {
  const UdpHandle handle = OpenAt(AnyAt(7));
  {
    CountingObserver observer;
    ASSERT_TRUE(network_->udp().Watch(handle, observer).has_value());
  }
  Receive(Datagram(7, 4000, "x"));
  EXPECT_EQ(Read(handle), "x");
}

}  // namespace
}  // namespace nut::net
