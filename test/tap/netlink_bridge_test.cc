// A bridge of the kernel, in the network namespace that the test runs in (see BUILD: never the host's).
#include "tap/netlink_bridge.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <net/if.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <vector>

#include "tap/host_system_calls.h"
#include "tap/netlink_interfaces.h"
#include "tap/tap_opener.h"
#include "tap/vnet_header.h"

namespace nut::tap {
namespace {

using testing::HasSubstr;

constexpr wire::Ipv4Prefix kHost(wire::Ipv4Address(198, 19, 0, 1), 24);
constexpr char kBridge[] = "nut-br";

class NetlinkBridgeTest : public testing::Test {
 protected:
  void SetUp() override {
    const int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tun < 0) GTEST_SKIP() << "SKIPPED: /dev/net/tun cannot be opened here";
    close(tun);
    if (!system_.HasCapability(CAP_NET_ADMIN)) GTEST_SKIP() << "SKIPPED: no CAP_NET_ADMIN in this namespace";
  }
  void TearDown() override {
    if (if_nametoindex(kBridge) != 0) static_cast<void>(bridge_.Remove(kBridge));
  }

  OpenedTap Port(const std::string& name) {
    auto tap = TapOpener(system_, interfaces_)
                   .Open({.interface_name = name, .user_namespace = NamespaceUse::kNever});
    EXPECT_TRUE(tap.has_value()) << tap.error().message;
    const auto failure = bridge_.AddPort(kBridge, name);
    EXPECT_FALSE(failure.has_value()) << failure->message;
    return *std::move(tap);
  }

  HostSystemCalls system_;
  NetlinkInterfaces interfaces_{system_};
  NetlinkBridge bridge_{system_};
};

// A broadcast of an experimental type (IEEE 802 local: 0x88b5), which the kernel itself never sends.
std::vector<uint8_t> Broadcast() {
  std::vector<uint8_t> frame(60, 0x5a);
  std::fill_n(frame.begin(), 6, 0xff);
  const std::array<uint8_t, 8> rest{0x02, 0, 0x5e, 0x10, 0, 0x01, 0x88, 0xb5};
  std::copy(rest.begin(), rest.end(), frame.begin() + 6);
  return frame;
}

TEST_F(NetlinkBridgeTest, CarriesFramesFromPortToPort) {
  const std::array addresses{kHost};
  ASSERT_FALSE(bridge_.Create(kBridge, addresses).has_value());
  const OpenedTap one = Port("nut-b1");
  const OpenedTap other = Port("nut-b2");

  const size_t header = one.has_vnet_header ? sizeof(VnetHeader) : 0;
  std::vector<uint8_t> sent(header, 0);
  const std::vector<uint8_t> frame = Broadcast();
  sent.insert(sent.end(), frame.begin(), frame.end());
  ASSERT_EQ(write(one.fd.number(), sent.data(), sent.size()), static_cast<ssize_t>(sent.size()));

  // The kernel may say something of its own first.
  pollfd ready{.fd = other.fd.number(), .events = POLLIN, .revents = 0};
  std::vector<uint8_t> received;
  while (received != sent && poll(&ready, 1, 2000) == 1) {
    received.resize(2048);
    const ssize_t size = read(other.fd.number(), received.data(), received.size());
    ASSERT_GT(size, 0);
    received.resize(static_cast<size_t>(size));
    if (received.size() >= header) std::fill_n(received.begin(), header, 0);
  }
  EXPECT_EQ(received, sent);
}

TEST_F(NetlinkBridgeTest, ASecondOneOfTheSameNameFailsAndLeavesTheFirst) {
  ASSERT_FALSE(bridge_.Create(kBridge, {}).has_value());
  const auto failure = bridge_.Create(kBridge, {});
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->message, HasSubstr("ip link add nut-br type bridge"));
  EXPECT_TRUE(interfaces_.Exists(kBridge));
}

TEST_F(NetlinkBridgeTest, AnAddressThatCannotBeLeavesNoBridgeBehind) {
  const std::array twice{kHost, kHost};
  const auto failure = bridge_.Create(kBridge, twice);
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->message, HasSubstr("ip addr add 198.19.0.1/24 dev nut-br"));
  EXPECT_FALSE(interfaces_.Exists(kBridge));
}

TEST_F(NetlinkBridgeTest, RemoveTakesItAway) {
  ASSERT_FALSE(bridge_.Create(kBridge, {}).has_value());
  EXPECT_FALSE(bridge_.Remove(kBridge).has_value());
  EXPECT_FALSE(interfaces_.Exists(kBridge));
  EXPECT_TRUE(bridge_.Remove(kBridge).has_value());
}

TEST_F(NetlinkBridgeTest, APortThatIsNotThereIsNamed) {
  ASSERT_FALSE(bridge_.Create(kBridge, {}).has_value());
  const auto failure = bridge_.AddPort(kBridge, "nut-none");
  ASSERT_TRUE(failure.has_value());
  EXPECT_THAT(failure->message, HasSubstr("nut-none"));
}

}  // namespace
}  // namespace nut::tap
