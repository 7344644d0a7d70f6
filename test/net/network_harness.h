// NetworkTest: one Network on a device and a clock that belong to the test. Packets are built and checked
// with libtins, so that our own encoder never checks itself.
#pragma once

#include <gtest/gtest.h>
#include <tins/tins.h>

#include <memory>
#include <string>
#include <vector>

#include "stack/base/clock.h"
#include "stack/net/network.h"
#include "test/net/test_device.h"

namespace nut::net {

inline const std::string kOwnIp = "198.19.0.10";
inline const std::string kOwnMac = "02:00:00:00:00:10";
inline const std::string kPeerIp = "198.19.0.1";
inline const std::string kPeerMac = "02:00:00:00:00:01";
inline const std::string kDirectedBroadcast = "198.19.0.255";
inline const std::string kBroadcastMac = "ff:ff:ff:ff:ff:ff";

inline wire::Ipv4Address Ip(const std::string& text) { return *wire::Ipv4Address::FromText(text); }
inline wire::MacAddress Mac(const std::string& text) { return *wire::MacAddress::FromText(text); }
inline wire::Endpoint At(const std::string& ip, uint16_t port) { return {Ip(ip), wire::Port(port)}; }
inline wire::Endpoint AnyAt(uint16_t port) { return {{}, wire::Port(port)}; }
inline Bytes Pattern(size_t size) {
  Bytes bytes(size);
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<uint8_t>(i * 7 + i / 256);
  return bytes;
}
inline Bytes ToBytes(ByteView view) { return Bytes(view.begin(), view.end()); }

// A transport that keeps what it gets.
class RecordingTransport final : public Transport {
 public:
  struct Packet {
    Bytes payload;
    ReceivedPacket about;  // without its frame
    link::ChecksumState checksum;
  };
  void OnPacket(ReceivedPacket&& packet) override {
    const Bytes payload = ToBytes(packet.frame->data());
    const link::ChecksumState checksum = packet.frame->checksum.state;
    packet.frame.reset();
    packets.push_back({payload, std::move(packet), checksum});
  }
  void OnIcmpError(const IcmpErrorReport& report) override {
    errors.push_back(report);
    headers.push_back(ToBytes(report.transport_header));
    errors.back().transport_header = {};
  }

  std::vector<Packet> packets;
  std::vector<IcmpErrorReport> errors;
  std::vector<Bytes> headers;  // of the errors
};

class NetworkTest : public ::testing::Test {
 protected:
  NetworkTest();
  // Every frame has come back by the end of each test (an invariant of the pool).
  ~NetworkTest() override = default;

  // Builds the network from `options_` and starts it; what it says by itself is forgotten.
  void Start();

  // The wire brings `frame` (serialised by libtins, checksums and all), or bytes as they are; the node has
  // dealt with it when this returns.
  void Receive(Tins::PDU& frame) { ReceiveBytes(frame.serialize()); }
  void Receive(Tins::PDU&& frame) { ReceiveBytes(frame.serialize()); }
  void ReceiveBytes(ByteView bytes);
  void Queue(ByteView bytes);  // the same without running the node

  void Run() { executor_.RunUntil(clock_.Now()); }
  void RunFor(Duration length) { executor_.RunUntil(clock_.Now() + length); }

  // The node knows the peer's MAC afterwards.
  void IntroducePeer(const std::string& ip = kPeerIp, const std::string& mac = kPeerMac);

  // Frames from the peer to the node.
  static Tins::EthernetII FromPeer(const std::string& to_mac = kOwnMac) {
    return Tins::EthernetII(to_mac, kPeerMac);
  }
  static Tins::IP PeerIp(const std::string& to = kOwnIp, const std::string& from = kPeerIp) {
    return Tins::IP(to, from);
  }
  static Tins::ICMP Echo(uint16_t id, uint16_t sequence);

  // What was sent since the last call, checked: libtins writes the same bytes, checksums and lengths
  // included.
  std::vector<Tins::EthernetII> TakeSent();
  // The only frame sent since; fails the test when there is none or more.
  Tins::EthernetII TakeOne();
  // The payload of everything sent since, IP fragments put together by libtins.
  Bytes TakeReassembledPayload();

  bool AnswersPing();

  uint64_t Drops(DropReason reason) const { return statistics_[reason]; }
  // Exactly one more drop of `reason` than before `action`, told to the device, and nothing sent.
  template <typename Action>
  void ExpectSilentDrop(DropReason reason, Action action) {
    const uint64_t before = statistics_[reason];
    device_.sent.clear();
    device_.dropped.clear();
    action();
    EXPECT_EQ(statistics_[reason], before + 1) << NameOf(reason);
    EXPECT_EQ(device_.dropped, std::vector<DropReason>{reason}) << NameOf(reason);
    EXPECT_TRUE(device_.sent.empty());
  }

  VirtualClock clock_;
  os::Executor executor_{clock_};
  link::FramePool pool_;
  Statistics statistics_;
  NullLog log_;
  TestDevice device_;
  NetworkOptions options_;
  std::unique_ptr<Network> network_;
};

}  // namespace nut::net
