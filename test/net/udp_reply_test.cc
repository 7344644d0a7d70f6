// Datagrams that leave in the frame in which a request came, and checksums that are left to the device.
#include "stack/link/checksum_offload.h"
#include "test/net/network_harness.h"

namespace nut::net {
namespace {

using Tins::IP;
using Tins::RawPDU;
using Tins::UDP;

class UdpReplyTest : public NetworkTest {
 protected:
  void Open() {
    Start();
    IntroducePeer();
    handle_ = network_->udp().Open(AnyAt(7)).value();
    static_cast<void>(TakeSent());
  }
  static Tins::EthernetII Request(const std::string& text, const std::string& to = kOwnIp) {
    return FromPeer() / PeerIp(to) / UDP(7, 4000) / RawPDU(text);
  }
  Result<void> Reply(UdpDatagram datagram) { return network_->udp_out().Reply(handle_, std::move(datagram)); }

  UdpHandle handle_;
};

TEST_F(UdpReplyTest, GoesBackToTheSenderInTheSameFrame) {
  Open();
  Receive(Request("hello"));
  auto datagram = network_->udp().Receive(handle_);
  ASSERT_TRUE(datagram.has_value());
  pool_.FailAt(1);  // no other frame is to be had
  ASSERT_TRUE(Reply(*std::move(datagram)).has_value());
  pool_.FailAt(0);
  Tins::EthernetII sent = TakeOne();
  EXPECT_EQ(sent.dst_addr().to_string(), kPeerMac);
  EXPECT_EQ(sent.rfind_pdu<IP>().src_addr(), kOwnIp);
  EXPECT_EQ(sent.rfind_pdu<IP>().dst_addr(), kPeerIp);
  EXPECT_EQ(sent.rfind_pdu<UDP>().sport(), 7);
  EXPECT_EQ(sent.rfind_pdu<UDP>().dport(), 4000);
  EXPECT_EQ(AsText(sent.rfind_pdu<RawPDU>().payload()), "hello");
}

TEST_F(UdpReplyTest, SendsWhatTheFrameHoldsByThen) {
  Open();
  Receive(Request("xxhello"));
  auto datagram = network_->udp().Receive(handle_);
  ASSERT_TRUE(datagram.has_value());
  datagram->frame->TrimFront(2);
  datagram->frame->mutable_data()[0] = 'H';
  ASSERT_TRUE(Reply(*std::move(datagram)).has_value());
  EXPECT_EQ(AsText(TakeOne().rfind_pdu<RawPDU>().payload()), "Hello");
}

TEST_F(UdpReplyTest, ToABroadcastRequestComesFromTheNodesAddress) {
  Open();
  Receive(Tins::EthernetII(kBroadcastMac, kPeerMac) / PeerIp(kDirectedBroadcast) / UDP(7, 4000) /
          RawPDU("who?"));
  auto datagram = network_->udp().Receive(handle_);
  ASSERT_TRUE(datagram.has_value());
  ASSERT_TRUE(Reply(*std::move(datagram)).has_value());
  EXPECT_EQ(TakeOne().rfind_pdu<IP>().src_addr(), kOwnIp);
}

TEST_F(UdpReplyTest, OfSeveralFragmentsComesInFragments) {
  Open();
  const Bytes payload = Pattern(20'000);
  const UdpHandle sender = network_->udp().Open({}).value();
  ASSERT_TRUE(network_->udp_out().Send(sender, payload, At(kOwnIp, 7)).has_value());  // to itself, whole
  Run();
  auto datagram = network_->udp().Receive(handle_);
  ASSERT_TRUE(datagram.has_value());
  datagram->source = At(kPeerIp, 4000);
  ASSERT_TRUE(Reply(*std::move(datagram)).has_value());
  EXPECT_GT(device_.sent.size(), 10u);
  const Bytes sent = TakeReassembledPayload();
  ASSERT_EQ(sent.size(), 8 + payload.size());
  EXPECT_TRUE(std::equal(payload.begin(), payload.end(), sent.begin() + 8));
}

TEST_F(UdpReplyTest, OfAClosedEndpointIsRefused) {
  Open();
  Receive(Request("late"));
  auto datagram = network_->udp().Receive(handle_);
  ASSERT_TRUE(datagram.has_value());
  ASSERT_TRUE(network_->udp().Close(handle_).has_value());
  EXPECT_EQ(Reply(*std::move(datagram)).error(), Error::kStaleHandle);
}

TEST_F(UdpReplyTest, ADeviceThatFinishesChecksumsIsToldWhere) {
  device_.capable = {.checksum = true};
  Open();
  for (const bool reply : {false, true}) {
    if (reply) {
      Receive(Request("hello"));
      ASSERT_TRUE(Reply(*network_->udp().Receive(handle_)).has_value());
    } else {
      ASSERT_TRUE(network_->udp_out().Send(handle_, AsBytes("hello"), At(kPeerIp, 4000)).has_value());
    }
    ASSERT_EQ(device_.sent.size(), 1u);
    TestDevice::Sent& sent = device_.sent.front();
    EXPECT_EQ(sent.checksum.state, link::ChecksumState::kPartial);
    EXPECT_EQ(sent.checksum.start, 14 + 20);
    EXPECT_EQ(sent.checksum.offset, 6);
    // The device does its part; libtins then agrees with every byte.
    link::FramePtr frame = pool_.Allocate(sent.bytes.size());
    std::ranges::copy(sent.bytes, frame->Append(sent.bytes.size()).begin());
    frame->checksum = sent.checksum;
    ASSERT_TRUE(link::FinishChecksum(*frame));
    sent.bytes = ToBytes(frame->data());
    EXPECT_EQ(AsText(TakeOne().rfind_pdu<RawPDU>().payload()), "hello");
  }
}

}  // namespace
}  // namespace nut::net
