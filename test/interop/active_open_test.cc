// The node as the client: it opens connections to the kernel's own TCP over a real TAP, in the network
// namespace that the test runs in (see BUILD: never the host's).
#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/capability.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "stack/node/node.h"
#include "stack/socket/tcp_stream.h"
#include "tap/host_system_calls.h"
#include "tap/netlink_interfaces.h"
#include "tap/poller.h"
#include "tap/tap_device.h"
#include "tap/tap_opener.h"

namespace nut {
namespace {

constexpr wire::Ipv4Address kHost(198, 19, 0, 1);
constexpr wire::Ipv4Address kNode(198, 19, 0, 10);

// A server of the kernel's stack on a thread of the host; echoes each connection until its end.
class KernelEcho {
 public:
  // `fast_open`: it takes text with SYNs (RFC 7413), where the kernel allows it.
  explicit KernelEcho(bool fast_open = false) {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    EXPECT_EQ(bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    const int unfinished = 16;
    if (fast_open) {
      EXPECT_EQ(setsockopt(listener_, IPPROTO_TCP, TCP_FASTOPEN, &unfinished, sizeof unfinished), 0);
    }
    EXPECT_EQ(listen(listener_, 512), 0);
    socklen_t size = sizeof address;
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = wire::Port(ntohs(address.sin_port));
    thread_ = std::thread([this] { Run(); });
  }
  ~KernelEcho() {
    shutdown(listener_, SHUT_RDWR);  // ends the accept
    thread_.join();
    close(listener_);
  }
  wire::Port port() const { return port_; }
  int served() const { return served_; }

 private:
  void Run() {
    for (;;) {
      const int fd = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (fd < 0) return;
      const timeval patience{20, 0};
      setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
      std::vector<char> block(1 << 17);
      for (;;) {
        const ssize_t count = recv(fd, block.data(), block.size(), 0);
        if (count <= 0) break;
        ssize_t sent = 0;
        while (sent < count) {
          const ssize_t step = send(fd, block.data() + sent, count - sent, MSG_NOSIGNAL);
          if (step <= 0) break;
          sent += step;
        }
      }
      close(fd);
      ++served_;
    }
  }

  int listener_ = -1;
  wire::Port port_;
  std::atomic<int> served_ = 0;
  std::thread thread_;
};

class ActiveOpenTest : public testing::Test {
 protected:
  void SetUp() override {
    const int tun = open("/dev/net/tun", O_RDWR | O_CLOEXEC);
    if (tun < 0) GTEST_SKIP() << "SKIPPED: /dev/net/tun cannot be opened here";
    close(tun);
    if (!system_.HasCapability(CAP_NET_ADMIN)) GTEST_SKIP() << "SKIPPED: no CAP_NET_ADMIN in this namespace";
    auto tap = tap::TapOpener(system_, interfaces_)
                   .Open({.interface_name = "nut-a1", .user_namespace = tap::NamespaceUse::kNever});
    ASSERT_TRUE(tap) << tap.error().message;
    const auto failure = interfaces_.Configure(
        "nut-a1", {.host_address = {kHost, 24}, .node_address = kNode, .without_ipv6 = true});
    ASSERT_FALSE(failure) << failure->message;
    auto poller = tap::Poller::Create(system_);
    ASSERT_TRUE(poller);
    poller_ = std::move(*poller);
    executor_.emplace(clock_, os::ExecutorOptions{}, nullptr, poller_.get());
    device_.emplace(
        tap::TapDeviceOptions{.interface_name = "nut-a1", .has_vnet_header = tap->has_vnet_header},
        std::move(tap->fd), system_, *poller_, frames_, clock_, statistics_);
    ASSERT_TRUE(device_->Start());
    node::NodeOptions options;
    options.address = {kNode, 24};
    options.seed = "active";
    node_.emplace(node::NodeSurroundings{*executor_, *device_, frames_, statistics_, log_}, options);
  }

  // Runs `script` on a thread of the node, within 60 s.
  void Run(std::function<void()> script) {
    bool done = false;
    ASSERT_TRUE(executor_->Create("script", [&] {
      ASSERT_TRUE(node_->Start());
      script();
      node_->Shutdown(2s);
      done = true;
      executor_->Stop();
    }));
    executor_->RunUntil(clock_.Now() + 60s);
    EXPECT_TRUE(done) << "the script did not come to its end within 60 s";
    executor_->KillAll();
  }

  // Sends `data`, half closes, reads to the end.
  std::string Exchange(wire::Port port, std::string_view data) {
    auto stream = socket::TcpStream::Connect(node_->tcp(), {kHost, port}, {.timeout = 10s});
    if (!stream) return std::string(Describe(stream.error()));
    bool sent = false;
    EXPECT_TRUE(executor_->Create("sender", [&] {
      EXPECT_TRUE(stream->SendAll(AsBytes(data), 20s));
      EXPECT_TRUE(stream->Shutdown());
      sent = true;
    }));
    std::string answer;
    std::vector<uint8_t> buffer(1 << 16);
    for (;;) {
      const auto count = stream->Receive(buffer, 20s);
      if (!count) return std::string(Describe(count.error()));
      if (*count == 0) break;
      answer += AsText({buffer.data(), *count});
    }
    while (!sent) executor_->Sleep(1ms);
    return answer;
  }

  tap::HostSystemCalls system_;
  tap::NetlinkInterfaces interfaces_{system_};
  MonotonicClock clock_;
  NullLog log_;
  Statistics statistics_;
  link::FramePool frames_;
  std::unique_ptr<tap::Poller> poller_;
  std::optional<os::Executor> executor_;
  std::optional<tap::TapDevice> device_;
  std::optional<node::Node> node_;
};

TEST_F(ActiveOpenTest, TenMegabytesThereAndBack) {
  KernelEcho server;
  Run([&] {
    std::string data(10'000'000, '\0');
    Rng(std::string_view("content")).Fill({reinterpret_cast<uint8_t*>(data.data()), data.size()});
    EXPECT_TRUE(Exchange(server.port(), data) == data);
    EXPECT_EQ(statistics_[Counter::kTcpRetransmissionTimeouts], 0u);
  });
}

TEST_F(ActiveOpenTest, AThousandShortConnectionsInARow) {
  KernelEcho server;
  Run([&] {
    for (int i = 0; i < 1000; ++i) ASSERT_EQ(Exchange(server.port(), "turn"), "turn") << i;
  });
  EXPECT_EQ(server.served(), 1000);
}

TEST_F(ActiveOpenTest, NothingListensAndNobodyIsThere) {
  wire::Port port;
  {
    KernelEcho gone;
    port = gone.port();
  }
  Run([&] {
    EXPECT_EQ(Exchange(port, "x"), Describe(Error::kConnectionRefused));
    const Instant before = clock_.Now();
    const auto dead =
        socket::TcpStream::Connect(node_->tcp(), {wire::Ipv4Address(198, 19, 0, 99), port}, {.timeout = 1s});
    EXPECT_FALSE(dead);
    EXPECT_LT(clock_.Now() - before, 5s);
    const auto elsewhere =
        socket::TcpStream::Connect(node_->tcp(), {wire::Ipv4Address(203, 0, 113, 1), port}, {.timeout = 1s});
    ASSERT_FALSE(elsewhere);
    EXPECT_EQ(elsewhere.error(), Error::kNetworkUnreachable);
  });
}

// Of this namespace alone. False where it may not be changed.
bool LetTheKernelServeFast() {
  std::ofstream setting("/proc/sys/net/ipv4/tcp_fastopen");
  setting << 3 << std::flush;
  return setting.good();
}

TEST_F(ActiveOpenTest, TheSecondRequestGoesWithTheSyn) {
  if (!LetTheKernelServeFast()) GTEST_SKIP() << "SKIPPED: tcp_fastopen cannot be changed here";
  KernelEcho server(/*fast_open=*/true);
  Run([&] {
    tcp::Parameters parameters;
    parameters.fast_open = true;
    for (const std::string_view text : {"first", "second", "third"}) {
      auto stream =
          socket::TcpStream::Connect(node_->tcp(), {kHost, server.port()},
                                     {.timeout = 10s, .first = AsBytes(text), .parameters = parameters});
      ASSERT_TRUE(stream) << Describe(stream.error());
      std::vector<uint8_t> buffer(100);
      const auto count = stream->Receive(buffer, 10s);
      ASSERT_TRUE(count);
      EXPECT_EQ(AsText({buffer.data(), *count}), text);
    }
    EXPECT_EQ(statistics_[Counter::kTcpFastOpensOut], 2u);
    EXPECT_EQ(statistics_[Counter::kTcpRetransmittedSegments], 0u);
  });
}

}  // namespace
}  // namespace nut
