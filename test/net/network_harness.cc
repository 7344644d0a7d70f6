#include "test/net/network_harness.h"

namespace nut::net {
namespace {

// libtins writes a length of RFC 4884 into ICMP errors that quote more than 128 bytes, where RFC 792 has
// zero.
bool HasRfc4884Length(const Tins::EthernetII& frame) {
  const auto* icmp = frame.find_pdu<Tins::ICMP>();
  return icmp != nullptr && icmp->inner_pdu() != nullptr && icmp->inner_pdu()->size() > 128 &&
         (icmp->type() == Tins::ICMP::DEST_UNREACHABLE || icmp->type() == Tins::ICMP::TIME_EXCEEDED);
}

// RFC 1071, word by word.
uint16_t SimpleSum(ByteView bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] * 256u : bytes[i];
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(sum);
}

// libtins reads and writes the data of Router Alert (RFC 2113) not quite alike.
bool HasIpOptions(const Tins::EthernetII& frame) {
  const auto* ip = frame.find_pdu<Tins::IP>();
  return ip != nullptr && !ip->options().empty();
}

}  // namespace

NetworkTest::NetworkTest() {
  options_.mac = Mac(kOwnMac);
  options_.address = wire::Ipv4Prefix(Ip(kOwnIp), 24);
}

void NetworkTest::Start() {
  network_ =
      std::make_unique<Network>(executor_, device_, pool_, statistics_, log_, Rng("net test"), options_);
  ASSERT_TRUE(network_->Start().has_value());
  Run();
  RunFor(10s);
  device_.sent.clear();
}

void NetworkTest::Queue(ByteView bytes) {
  // At the very end of the frame's memory: the address sanitizer sees every byte that is read behind it.
  const size_t capacity = link::FramePoolOptions().small_capacity;
  const size_t headroom = std::max<size_t>(16, capacity - std::min(capacity, bytes.size()));
  link::FramePtr frame = pool_.Allocate(bytes.size(), headroom);
  ASSERT_TRUE(frame);
  std::copy(bytes.begin(), bytes.end(), frame->Append(bytes.size()).begin());
  frame->received = clock_.Now();
  device_.Arrive(std::move(frame));
}

void NetworkTest::ReceiveBytes(ByteView bytes) {
  Queue(bytes);
  Run();
}

void NetworkTest::IntroducePeer(const std::string& ip, const std::string& mac) {
  auto request = Tins::ARP::make_arp_request(kOwnIp, ip, mac);
  Receive(request);
  device_.sent.clear();
}

Tins::ICMP NetworkTest::Echo(uint16_t id, uint16_t sequence) {
  Tins::ICMP icmp(Tins::ICMP::ECHO_REQUEST);
  icmp.id(id);
  icmp.sequence(sequence);
  return icmp;
}

std::vector<Tins::EthernetII> NetworkTest::TakeSent() {
  std::vector<Tins::EthernetII> frames;
  for (const TestDevice::Sent& sent : std::exchange(device_.sent, {})) {
    Tins::EthernetII frame(sent.bytes.data(), static_cast<uint32_t>(sent.bytes.size()));
    // Writing computes every checksum and length anew. Short frames come back padded.
    Bytes again = frame.serialize();
    EXPECT_GE(again.size(), sent.bytes.size());
    again.resize(sent.bytes.size());
    if (HasIpOptions(frame)) {
      const size_t header_size = (sent.bytes[14] & 0x0f) * 4u;
      EXPECT_EQ(SimpleSum(ByteView(sent.bytes).subspan(14, header_size)), 0xffff);
      EXPECT_EQ(LoadBe16(sent.bytes.data() + 16), sent.bytes.size() - 14);
    } else if (HasRfc4884Length(frame)) {
      EXPECT_EQ(SimpleSum(ByteView(sent.bytes).subspan(14, 20)), 0xffff);
      EXPECT_EQ(SimpleSum(ByteView(sent.bytes).subspan(34)), 0xffff);
    } else {
      EXPECT_EQ(again, sent.bytes);
    }
    frames.push_back(std::move(frame));
  }
  return frames;
}

Tins::EthernetII NetworkTest::TakeOne() {
  std::vector<Tins::EthernetII> frames = TakeSent();
  EXPECT_EQ(frames.size(), 1u);
  return frames.empty() ? Tins::EthernetII() : std::move(frames.front());
}

Bytes NetworkTest::TakeReassembledPayload() {
  Tins::IPv4Reassembler reassembler;
  for (Tins::EthernetII& frame : TakeSent()) {
    if (reassembler.process(frame) == Tins::IPv4Reassembler::FRAGMENTED) continue;
    return frame.rfind_pdu<Tins::IP>().inner_pdu()->serialize();
  }
  return {};
}

bool NetworkTest::AnswersPing() {
  IntroducePeer();
  Receive(FromPeer() / PeerIp() / Echo(77, 1) / Tins::RawPDU("are you there"));
  for (const Tins::EthernetII& frame : TakeSent()) {
    const auto* icmp = frame.find_pdu<Tins::ICMP>();
    if (icmp != nullptr && icmp->type() == Tins::ICMP::ECHO_REPLY && icmp->id() == 77) return true;
  }
  return false;
}

}  // namespace nut::net
