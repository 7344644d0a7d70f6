// The kernel's own TAP, in the network namespace that the test runs in (see BUILD: never the host's).
#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <optional>
#include <vector>

#include "stack/wire/checksum.h"
#include "tap/host_system_calls.h"
#include "tap/netlink_interfaces.h"
#include "tap/netlink_socket.h"
#include "tap/privileges.h"
#include "tap/tap_device.h"
#include "tap/tap_opener.h"

namespace nut::tap {
namespace {

using link::FramePtr;
using testing::HasSubstr;

constexpr wire::Ipv4Address kHost(198, 19, 0, 1);
constexpr wire::Ipv4Address kNode(198, 19, 0, 10);
constexpr uint16_t kArp = 0x0806;
constexpr uint16_t kIpv4 = 0x0800;
constexpr uint16_t kIpv6 = 0x86dd;

constexpr std::array<uint8_t, 6> kOurs = {0x02, 0, 0, 0, 0, 0x10};

uint16_t TypeOf(const link::Frame& frame) { return LoadBe16(frame.data().data() + 12); }

class RealTapTest : public testing::Test {
 protected:
  void SetUp() override {
    const int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tun < 0) GTEST_SKIP() << "SKIPPED: /dev/net/tun cannot be opened here";
    close(tun);
    if (!system_.HasCapability(CAP_NET_ADMIN)) GTEST_SKIP() << "SKIPPED: no CAP_NET_ADMIN in this namespace";
  }

  TapOpener::Outcome Open(const std::string& name, Offload offload = Offload::kNone) {
    return TapOpener(system_, interfaces_)
        .Open({.interface_name = name, .user_namespace = NamespaceUse::kNever, .offload = offload});
  }
  HostSettings Settings(wire::Ipv4Address node = kNode) {
    return {.host_address = wire::Ipv4Prefix(kHost, 24), .node_address = node, .without_ipv6 = true};
  }
  // An open, configured, running device.
  void StartDevice(Offload offload = Offload::kNone) {
    auto tap = Open("nut-t1", offload);
    ASSERT_TRUE(tap.has_value()) << tap.error().message;
    EXPECT_TRUE(tap->has_vnet_header);
    const auto failure = interfaces_.Configure("nut-t1", Settings());
    ASSERT_FALSE(failure.has_value()) << failure->message;
    EXPECT_EQ(tap->offload, offload);
    device_.emplace(
        TapDeviceOptions{
            .interface_name = "nut-t1", .has_vnet_header = tap->has_vnet_header, .offload = tap->offload},
        std::move(tap->fd), system_, *poller_, pool_, clock_, statistics_);
    ASSERT_TRUE(device_->Start().has_value());
  }
  // Waits for a frame of this type that the host sends, at most two seconds; notes what else came.
  FramePtr ReceiveOfType(uint16_t type) {
    const Instant deadline = clock_.Now() + 2s;
    while (clock_.Now() < deadline) {
      poller_->Wait(deadline - clock_.Now());
      std::array<FramePtr, 1> batch;
      while (device_->Receive(batch) == 1) {
        types_seen_.push_back(TypeOf(*batch[0]));
        if (types_seen_.back() == type) return std::move(batch[0]);
      }
    }
    return nullptr;
  }
  // Gives the answer of RFC 826 to the host's question: sender and target change places, our address filled
  // in.
  void AnswerArp(const link::Frame& request) {
    const ByteView asked = request.data();
    FramePtr reply = pool_.Allocate(42);
    const MutableByteView bytes = reply->Append(42);
    std::copy_n(asked.begin(), 42, bytes.begin());
    std::copy_n(asked.begin() + 6, 6, bytes.begin());
    std::ranges::copy(kOurs, bytes.begin() + 6);
    StoreBe16(&bytes[20], 2);
    std::ranges::copy(kOurs, bytes.begin() + 22);
    StoreBe32(&bytes[28], kNode.number());
    std::copy_n(asked.begin() + 22, 10, bytes.begin() + 32);
    device_->Send(std::move(reply));
  }
  // A datagram from the host's kernel to the node.
  void SendDatagram() {
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(9);
    to.sin_addr.s_addr = htonl(kNode.number());
    EXPECT_EQ(sendto(fd, "hello", 5, 0, reinterpret_cast<sockaddr*>(&to), sizeof to), 5);
    close(fd);
  }

  HostSystemCalls system_;
  NetlinkInterfaces interfaces_{system_};
  MonotonicClock clock_;
  Statistics statistics_;
  link::FramePool pool_;
  std::unique_ptr<Poller> poller_ = Poller::Create(system_).value();
  std::optional<TapDevice> device_;
  std::vector<uint16_t> types_seen_;
};

TEST_F(RealTapTest, TheHostAsksByArpTakesTheAnswerAndSendsItsPacket) {
  StartDevice();
  SendDatagram();
  const FramePtr request = ReceiveOfType(kArp);
  ASSERT_NE(request, nullptr);
  const ByteView asked = request->data();
  ASSERT_GE(asked.size(), 42u);
  EXPECT_EQ(LoadBe16(&asked[20]), 1);  // request
  EXPECT_EQ(LoadBe32(&asked[28]), kHost.number());
  EXPECT_EQ(LoadBe32(&asked[38]), kNode.number());

  AnswerArp(*request);
  const FramePtr packet = ReceiveOfType(kIpv4);
  ASSERT_NE(packet, nullptr);
  EXPECT_EQ(packet->size(), 14u + 20 + 8 + 5);
  EXPECT_TRUE(std::equal(kOurs.begin(), kOurs.end(), packet->data().begin()));
  EXPECT_EQ(AsText(packet->data().last(5)), "hello");
  EXPECT_EQ(statistics_[DropReason::kDeviceDown], 0u);
}

// The kernel leaves the checksum of a datagram undone where that was agreed to, and takes one that is: it
// comes back to the socket that is connected to us.
TEST_F(RealTapTest, ChecksumsMayBeLeftUndoneInBothDirections) {
  for (const Offload offload : {Offload::kNone, Offload::kChecksum, Offload::kAll}) {
    StartDevice(offload);
    const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(9);
    to.sin_addr.s_addr = htonl(kNode.number());
    ASSERT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&to), sizeof to), 0);
    ASSERT_EQ(send(fd, "hello", 5, 0), 5);
    const FramePtr request = ReceiveOfType(kArp);
    ASSERT_NE(request, nullptr);
    AnswerArp(*request);
    const FramePtr packet = ReceiveOfType(kIpv4);
    ASSERT_NE(packet, nullptr);
    const bool undone = offload != Offload::kNone;
    EXPECT_EQ(packet->checksum.state == link::ChecksumState::kPartial, undone) << Describe(offload);
    if (undone) {
      EXPECT_EQ(packet->checksum.start, 14 + 20);
      EXPECT_EQ(packet->checksum.offset, 6);
    }
    // Both ends change places, which leaves every sum as it is, done or not.
    const MutableByteView bytes = packet->mutable_data();
    std::swap_ranges(&bytes[0], &bytes[6], &bytes[6]);
    std::swap_ranges(&bytes[26], &bytes[30], &bytes[30]);
    std::swap_ranges(&bytes[34], &bytes[36], &bytes[36]);
    FramePtr answer = pool_.Clone(*packet);
    device_->Send(std::move(answer));
    timeval patience{.tv_sec = 5, .tv_usec = 0};
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    char text[16];
    EXPECT_EQ(recv(fd, text, sizeof text, 0), 5) << Describe(offload);
    close(fd);
    device_.reset();
  }
}

TEST_F(RealTapTest, APersistentTapForgetsTheOffloadOfItsLastUser) {
  {
    auto made = Open("nut-t1", Offload::kAll);
    ASSERT_TRUE(made.has_value());
    ASSERT_EQ(ioctl(made->fd.number(), TUNSETPERSIST, 1), 0);
  }
  StartDevice(Offload::kNone);
  SendDatagram();
  const FramePtr request = ReceiveOfType(kArp);
  ASSERT_NE(request, nullptr);
  AnswerArp(*request);
  const FramePtr packet = ReceiveOfType(kIpv4);
  ASSERT_NE(packet, nullptr);
  EXPECT_NE(packet->checksum.state, link::ChecksumState::kPartial);
  // With a pseudo header in front (RFC 768) the sum of it all is 0.
  const uint32_t pseudo = wire::PseudoHeader{kHost, kNode, wire::IpProtocol::kUdp, 8 + 5}.Sum();
  EXPECT_EQ(wire::Checksum(packet->data().subspan(34), pseudo), 0);
  device_.reset();
  auto last = Open("nut-t1");
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(ioctl(last->fd.number(), TUNSETPERSIST, 0), 0);
}

TEST_F(RealTapTest, TheInterfaceDisappearsWithTheDevice) {
  StartDevice();
  EXPECT_NE(if_nametoindex("nut-t1"), 0u);
  device_.reset();
  EXPECT_EQ(if_nametoindex("nut-t1"), 0u);
}

TEST_F(RealTapTest, TheHostSendsNoIpv6ToANodeThatSpeaksNone) {
  StartDevice();
  SendDatagram();
  EXPECT_NE(ReceiveOfType(kArp), nullptr);
  EXPECT_EQ(ReceiveOfType(kIpv6), nullptr);  // listens for two seconds
}

TEST_F(RealTapTest, ASecondProcessFindsItBusy) {
  StartDevice();
  const auto second = Open("nut-t1");
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error().problem, TapProblem::kBusy);
}

TEST_F(RealTapTest, LoopbackIsNotATap) {
  const auto tap = Open("lo");
  ASSERT_FALSE(tap.has_value());
  EXPECT_EQ(tap.error().problem, TapProblem::kNotATap);
}

TEST_F(RealTapTest, ConfiguringTwiceIsFine) {
  StartDevice();
  const auto failure = interfaces_.Configure("nut-t1", Settings());
  EXPECT_FALSE(failure.has_value()) << failure->message;
}

TEST_F(RealTapTest, TwoNodesShareOneNetwork) {
  StartDevice();
  auto second = Open("nut-t2");
  ASSERT_TRUE(second.has_value());
  const auto failure = interfaces_.Configure("nut-t2", Settings(wire::Ipv4Address(198, 19, 0, 11)));
  EXPECT_FALSE(failure.has_value()) << failure->message;
}

TEST_F(RealTapTest, ASecondNodeWithTheSameAddressIsRefusedBeforeAnythingChanges) {
  StartDevice();
  auto second = Open("nut-t2");
  ASSERT_TRUE(second.has_value());
  const auto failure = interfaces_.Configure("nut-t2", Settings());
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, HostFailure::Kind::kAddressTaken);
  EXPECT_THAT(failure->message, HasSubstr("198.19.0.10 is already the address of the node on nut-t1"));
}

TEST_F(RealTapTest, TheHostsOwnAddressIsNotGivenToANode) {
  StartDevice();
  auto second = Open("nut-t2");
  ASSERT_TRUE(second.has_value());
  const auto failure = interfaces_.Configure("nut-t2", Settings(kHost));
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->message, HasSubstr("198.19.0.1 is an address of this machine itself, on nut-t1"));
}

TEST_F(RealTapTest, ANetworkOfTheHostIsNotCutOff) {
  StartDevice();
  auto second = Open("nut-t2");
  ASSERT_TRUE(second.has_value());
  const auto failure = interfaces_.Configure(
      "nut-t2",
      {.host_address = wire::Ipv4Prefix(wire::Ipv4Address(198, 19, 0, 77), 16), .node_address = kNode});
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->message, HasSubstr("the network 198.19.0.0/24 belongs to nut-t1"));
}

TEST_F(RealTapTest, AnInterfaceThatIsNotThereIsSaidToBe) {
  const auto failure = interfaces_.Configure("nut-none", Settings());
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->message, "the interface nut-none has disappeared");
}

TEST_F(RealTapTest, APersistentTapIsUsedAndKept) {
  {
    auto made = Open("nut-t3");
    ASSERT_TRUE(made.has_value());
    ASSERT_EQ(ioctl(made->fd.number(), TUNSETPERSIST, 1), 0);
  }
  auto again = Open("nut-t3");
  ASSERT_TRUE(again.has_value());
  EXPECT_EQ(again->origin, TapOrigin::kExisting);
  again->fd.Close();
  EXPECT_NE(if_nametoindex("nut-t3"), 0u);

  auto last = Open("nut-t3");
  ASSERT_TRUE(last.has_value());
  EXPECT_EQ(ioctl(last->fd.number(), TUNSETPERSIST, 0), 0);
}

TEST_F(RealTapTest, AnInheritedDescriptorIsRecognised) {
  auto made = Open("nut-t4");
  ASSERT_TRUE(made.has_value());
  const int inherited = dup(made->fd.number());
  const auto tap = TapOpener(system_, interfaces_).Open({.interface_name = "", .fd = inherited});
  ASSERT_TRUE(tap.has_value()) << tap.error().message;
  EXPECT_EQ(tap->interface_name, "nut-t4");
  EXPECT_TRUE(tap->has_vnet_header);
}

TEST_F(RealTapTest, AnInterfaceDeletedFromUnderTheNodeIsNoticed) {
  StartDevice();
  bool gone = false;
  device_->SetGoneHandler([&] { gone = true; });
  const NetlinkSocket socket = ConnectNetlink();
  rtnl_link* found = nullptr;
  ASSERT_EQ(rtnl_link_get_kernel(socket.get(), 0, "nut-t1", &found), 0);
  const NetlinkLink link(found);
  ASSERT_EQ(rtnl_link_delete(socket.get(), link.get()), 0);
  EXPECT_EQ(ReceiveOfType(kIpv4), nullptr);
  EXPECT_TRUE(gone);
}

TEST_F(RealTapTest, LoopbackComesUp) { EXPECT_FALSE(interfaces_.BringLoopbackUp().has_value()); }

// Last: there is no way back.
TEST_F(RealTapTest, ZzWithoutCapabilitiesTheOpenTapStillWorksAndNoneCanBeOpened) {
  StartDevice();
  const auto dropped = Privileges(system_).Drop(std::nullopt);
  ASSERT_TRUE(dropped.has_value()) << dropped.error();
  SendDatagram();
  EXPECT_NE(ReceiveOfType(kArp), nullptr);
  const auto other = Open("nut-t5");
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().problem, TapProblem::kNoCapability);
  const auto failure =
      interfaces_.Configure("nut-t1", {.host_address = wire::Ipv4Prefix(kHost, 16), .node_address = kNode});
  ASSERT_TRUE(failure.has_value());
  EXPECT_EQ(failure->kind, HostFailure::Kind::kNotPermitted);
  EXPECT_THAT(failure->message, HasSubstr("sudo ip addr add 198.19.0.1/16 dev nut-t1"));
  device_.reset();
  EXPECT_EQ(if_nametoindex("nut-t1"), 0u);
}

}  // namespace
}  // namespace nut::tap
