// Groups, judged by the kernel: a bridge that snoops IGMP and asks by itself, with the node's TAP as its port, in
// the network namespace that the test runs in (see BUILD: never the host's).
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>

#include "stack/node/node.h"
#include "stack/socket/udp_socket.h"
#include "tap/host_system_calls.h"
#include "tap/netlink_interfaces.h"
#include "tap/poller.h"
#include "tap/tap_device.h"
#include "tap/tap_opener.h"

namespace nut {
namespace {

using testing::Test;

constexpr wire::Ipv4Address kNode(198, 19, 0, 10);
constexpr wire::Ipv4Address kAnySource(239, 1, 2, 3);
constexpr wire::Ipv4Address kOneSource(239, 1, 2, 4);
constexpr wire::Ipv4Address kSource(198, 19, 0, 1);

// What a command of iproute2 prints; its errors are in there, too.
std::string Output(const std::string& command) {
  std::FILE* const pipe = popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return "popen failed";
  std::string text;
  std::array<char, 4096> piece;
  while (const size_t count = fread(piece.data(), 1, piece.size(), pipe)) text.append(piece.data(), count);
  pclose(pipe);
  return text;
}

class MulticastTest : public Test {
 protected:
  void SetUp() override {
    const int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tun < 0) GTEST_SKIP() << "SKIPPED: /dev/net/tun cannot be opened here";
    close(tun);
    if (!system_.HasCapability(CAP_NET_ADMIN)) GTEST_SKIP() << "SKIPPED: no CAP_NET_ADMIN in this namespace";
    auto tap = tap::TapOpener(system_, interfaces_)
                   .Open({.interface_name = "nut-m1", .user_namespace = tap::NamespaceUse::kNever});
    ASSERT_TRUE(tap) << tap.error().message;
    tap_.emplace(std::move(*tap));
  }
  void TearDown() override { Output("ip link del nut-br"); }

  // False, and the test is skipped: the kernel has no bridge that snoops, or there is no iproute2.
  bool MakeBridge(int version) {
    const std::string made = Output(
        "ip link add nut-br type bridge mcast_snooping 1 mcast_querier 1 mcast_igmp_version " +
        std::to_string(version) +
        " mcast_query_interval 100 mcast_startup_query_interval 100 mcast_query_response_interval 50"
        " mcast_last_member_interval 30 && ip addr add 198.19.0.1/24 dev nut-br &&"
        " ip link set nut-m1 master nut-br && ip link set nut-m1 up && ip link set nut-br up");
    return made.empty();
  }

  // Runs `script` on a thread of the node, within 60 s, when the bridge has asked it for the first time.
  void Run(std::function<void()> script) {
    auto poller = tap::Poller::Create(system_);
    ASSERT_TRUE(poller);
    MonotonicClock clock;
    NullLog log;
    link::FramePool frames;
    os::Executor executor(clock, os::ExecutorOptions{}, nullptr, poller->get());
    tap::TapDevice device({.interface_name = "nut-m1", .has_vnet_header = tap_->has_vnet_header},
                          std::move(tap_->fd), system_, **poller, frames, clock, statistics_);
    ASSERT_TRUE(device.Start());
    node::NodeOptions options;
    options.address = {kNode, 24};
    options.seed = "multicast";
    node_.emplace(node::NodeSurroundings{executor, device, frames, statistics_, log}, options);
    executor_ = &executor;
    bool done = false;
    ASSERT_TRUE(executor.Create("script", [&] {
      ASSERT_TRUE(node_->Start());
      EXPECT_TRUE(Wait([&] { return statistics_[Counter::kIgmpInQueries] > 0; })) << "the bridge asks nothing";
      script();
      node_->Shutdown(2s);
      done = true;
      executor.Stop();
    }));
    executor.RunUntil(clock.Now() + 60s);
    EXPECT_TRUE(done) << "the script did not come to its end within 60 s";
    executor.KillAll();
    node_.reset();
  }

  bool Wait(const std::function<bool()>& condition) {
    for (int i = 0; i < 200; ++i) {
      if (condition()) return true;
      executor_->Sleep(50ms);
    }
    return false;
  }
  // The bridge's line about a group of the node; empty where it knows of no member.
  static std::string MembersOf(wire::Ipv4Address group) {
    const std::string all = Output("bridge -d mdb show dev nut-br");
    for (size_t start = 0; start < all.size();) {
      const size_t end = std::min(all.find('\n', start), all.size());
      const std::string line = all.substr(start, end - start);
      const bool whole_group = line.find(" src ") == std::string::npos;
      if (whole_group && line.find("port nut-m1") != line.npos && line.find("grp " + group.ToText()) != line.npos) {
        return line;
      }
      start = end + 1;
    }
    return {};
  }

  tap::HostSystemCalls system_;
  tap::NetlinkInterfaces interfaces_{system_};
  Statistics statistics_;
  std::optional<tap::OpenedTap> tap_;
  std::optional<node::Node> node_;
  os::Executor* executor_ = nullptr;
};

TEST_F(MulticastTest, ABridgeOfVersion3KnowsGroupsAndSources) {
  if (!MakeBridge(3)) GTEST_SKIP() << "SKIPPED: no bridge here";
  Run([&] {
    net::Network& network = node_->network();
    ASSERT_TRUE(network.JoinGroup(kAnySource));
    ASSERT_TRUE(network.JoinGroup(kOneSource, kSource));
    EXPECT_TRUE(Wait([] { return MembersOf(kAnySource).find("filter_mode exclude") != std::string::npos; }));
    EXPECT_TRUE(Wait([] { return MembersOf(kOneSource).find("filter_mode include") != std::string::npos; }));
    EXPECT_NE(MembersOf(kOneSource).find("source_list " + kSource.ToText()), std::string::npos);

    // Its queries are answered: members are forgotten otherwise.
    const uint64_t asked = statistics_[Counter::kIgmpInQueries];
    const uint64_t told = statistics_[Counter::kIgmpOutReports];
    EXPECT_TRUE(Wait([&] { return statistics_[Counter::kIgmpInQueries] >= asked + 2; }));
    EXPECT_TRUE(Wait([&] { return statistics_[Counter::kIgmpOutReports] > told; }));

    ASSERT_TRUE(network.LeaveGroup(kAnySource));
    ASSERT_TRUE(network.LeaveGroup(kOneSource, kSource));
    EXPECT_TRUE(Wait([] { return MembersOf(kAnySource).empty() && MembersOf(kOneSource).empty(); }));
  });
}

TEST_F(MulticastTest, ABridgeOfVersion2IsSpokenToInItsWay) {
  if (!MakeBridge(2)) GTEST_SKIP() << "SKIPPED: no bridge here";
  Run([&] {
    ASSERT_TRUE(node_->network().JoinGroup(kAnySource));
    EXPECT_TRUE(Wait([] { return !MembersOf(kAnySource).empty(); }));
    ASSERT_TRUE(node_->network().LeaveGroup(kAnySource));
    EXPECT_TRUE(Wait([] { return MembersOf(kAnySource).empty(); }));
  });
}

TEST_F(MulticastTest, WhatTheKernelSendsToAGroupArrives) {
  if (!MakeBridge(3)) GTEST_SKIP() << "SKIPPED: no bridge here";
  Run([&] {
    auto socket = socket::UdpSocket::Open({node_->network().udp(), node_->network().udp_out()},
                                          {{}, wire::Port(5000)});
    ASSERT_TRUE(socket);
    ASSERT_TRUE(node_->network().JoinGroup(kOneSource, kSource));
    EXPECT_TRUE(Wait([] { return !MembersOf(kOneSource).empty(); }));
    const int fd = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(5000);
    to.sin_addr.s_addr = htonl(kOneSource.number());
    const in_addr from{htonl(kSource.number())};
    EXPECT_EQ(setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &from, sizeof from), 0);
    EXPECT_EQ(sendto(fd, "hello", 5, 0, reinterpret_cast<sockaddr*>(&to), sizeof to), 5);
    close(fd);
    uint8_t buffer[16];
    const auto received = socket->ReceiveFrom(buffer, 5s);
    ASSERT_TRUE(received);
    EXPECT_EQ(AsText({buffer, 5}), "hello");
  });
}

}  // namespace
}  // namespace nut
