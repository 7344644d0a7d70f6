// The function table as packetdrill uses it: what its scripts do, call by call and packet by packet.
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "test/tools/packetdrill/driver.h"

namespace nut::packetdrill {
namespace {

sockaddr_in Remote(uint16_t port = Driver::kRemotePort) {
  sockaddr_in remote{};
  remote.sin_family = AF_INET;
  remote.sin_port = htons(port);
  remote.sin_addr.s_addr = htonl(0xc0000201);
  return remote;
}

TEST(PacketdrillTest, APassiveOpenAndAnEcho) {
  Driver d;
  const int fd = d.Accept(d.Listen());
  d.Inject({.flags = "P.", .seq = 1, .ack = 1, .text = "hello"});
  char buffer[100];
  ASSERT_EQ(d.table.read(d.userdata(), fd, buffer, sizeof buffer), 5);
  EXPECT_EQ(std::string(buffer, 5), "hello");
  ASSERT_EQ(d.table.write(d.userdata(), fd, "world", 5), 5);
  d.Expect("P.", 1, 6, "world");
}

TEST(PacketdrillTest, TheSynAckHasItsOptionsInLinuxsOrder) {
  Driver d;
  d.Listen();
  d.Inject({.flags = "S", .mss = 1460, .modern = true});
  const std::vector<int> expected = {2, 4, 8, 1, 3};  // MSS, SACK permitted, timestamps, NOP, window scale
  EXPECT_EQ(d.Next().options, expected);
}

// The seed makes the second stack's cookies the first one's.
TEST(PacketdrillTest, ACookieLetsTextInWithTheSyn) {
  constexpr char kSeed[] = "--seed fast";
  std::string cookie;
  {
    Driver asking(kSeed);
    asking.Listen(/*fast_opens=*/5);
    // A cookie that is none: libtins writes no option without octets.
    asking.Inject({.flags = "S", .mss = 1460, .cookie = "none"});
    cookie = asking.Next().cookie;
    ASSERT_EQ(cookie.size(), 8u);
  }
  Driver d(kSeed);
  const int listener = d.Listen(/*fast_opens=*/5);
  d.Inject({.flags = "S", .text = "GET", .mss = 1460, .cookie = cookie});
  d.Expect("S.", 0, 4);
  const int fd = d.table.accept(d.userdata(), listener, nullptr, nullptr);
  ASSERT_GE(fd, 0);
  char buffer[10];
  EXPECT_EQ(d.table.read(d.userdata(), fd, buffer, sizeof buffer), 3);
  EXPECT_EQ(d.table.write(d.userdata(), fd, "200", 3), 3);
  d.Expect("P.", 1, 4, "200");
}

TEST(PacketdrillTest, SendtoWithFastOpenConnectsAndSays) {
  Driver d;
  const int fd = d.table.socket(d.userdata(), AF_INET, SOCK_STREAM, 0);
  const sockaddr_in remote = Remote();
  auto saying = Driver::InBackground([&] {
    return d.table.sendto(d.userdata(), fd, "GET", 3, MSG_FASTOPEN,
                          reinterpret_cast<const sockaddr*>(&remote), sizeof remote);
  });
  const Heard syn = d.Next();
  EXPECT_EQ(syn.flags, "S");
  EXPECT_TRUE(std::ranges::count(syn.options, 34)) << "it asks for a cookie";
  d.Inject({.flags = "S.", .ack = 1, .mss = 1000});
  EXPECT_EQ(saying.get(), 3);
  d.Expect("P.", 1, 1, "GET");
}

TEST(PacketdrillTest, AnActiveOpenWaitsOnAThreadOfItsOwnWhilePacketsAreInjected) {
  Driver d;
  const int fd = d.table.socket(d.userdata(), AF_INET, SOCK_STREAM, 0);
  const sockaddr_in remote = Remote();
  auto connecting = Driver::InBackground([&] {
    return d.table.connect(d.userdata(), fd, reinterpret_cast<const sockaddr*>(&remote), sizeof remote);
  });
  d.Expect("S", 0, 0);
  d.Inject({.flags = "S.", .ack = 1, .mss = 1000});
  EXPECT_EQ(connecting.get(), 0);
  d.Expect(".", 1, 1);
}

TEST(PacketdrillTest, AConnectThatDoesNotBlockSaysHowItWent) {
  Driver d;
  const int fd = d.table.socket(d.userdata(), AF_INET, SOCK_STREAM, 0);
  EXPECT_EQ(d.table.fcntl(d.userdata(), fd, F_GETFL), O_RDWR);
  EXPECT_EQ(d.table.fcntl(d.userdata(), fd, F_SETFL, O_RDWR | O_NONBLOCK), 0);
  const sockaddr_in remote = Remote();
  const auto connect = [&] {
    return d.table.connect(d.userdata(), fd, reinterpret_cast<const sockaddr*>(&remote), sizeof remote);
  };
  EXPECT_EQ(connect(), -1);
  EXPECT_EQ(errno, EINPROGRESS);
  EXPECT_EQ(connect(), -1);
  EXPECT_EQ(errno, EALREADY);
  d.Expect("S", 0, 0);
  d.Inject({.flags = "R.", .ack = 1});
  int error = 0;
  socklen_t size = sizeof error;
  EXPECT_EQ(d.table.getsockopt(d.userdata(), fd, SOL_SOCKET, SO_ERROR, &error, &size), 0);
  EXPECT_EQ(error, ECONNREFUSED);
}

TEST(PacketdrillTest, ReadWaitsForTheOtherThreadsPacket) {
  Driver d;
  const int fd = d.Accept(d.Listen());
  char buffer[100];
  auto reading =
      Driver::InBackground([&] { return d.table.recv(d.userdata(), fd, buffer, 10, MSG_WAITALL); });
  for (uint32_t seq : {1u, 6u}) d.Inject({.flags = "P.", .seq = seq, .ack = 1, .text = "12345"});
  EXPECT_EQ(reading.get(), 10);
  EXPECT_EQ(d.table.recv(d.userdata(), fd, buffer, 10, MSG_DONTWAIT), -1);
  EXPECT_EQ(errno, EAGAIN);
}

TEST(PacketdrillTest, TimePassesWhenSomebodyAsks) {
  Driver d;
  const double start = d.Now();
  EXPECT_LT(d.Now() - start, 0.001);
  EXPECT_GT(d.Now(), start);
  d.table.usleep(d.userdata(), 250'000);
  EXPECT_NEAR(d.Now() - start, 0.25, 0.001);
}

TEST(PacketdrillTest, RetransmissionsComeAtTheirTimes) {
  Driver d;
  const int fd = d.Accept(d.Listen());
  ASSERT_EQ(d.table.write(d.userdata(), fd, "x", 1), 1);
  const double first = d.Next().time;
  const double second = d.Next().time;
  const double third = d.Next().time;
  EXPECT_GT(second, first);
  EXPECT_NEAR(third - second, 2 * (second - first), (second - first) + 0.01);
}

TEST(PacketdrillTest, GatheredWritesAndScatteredReads) {
  Driver d;
  const int fd = d.Accept(d.Listen());
  char one[] = "one", two[] = "two";
  const iovec out[] = {{one, 3}, {two, 3}};
  ASSERT_EQ(d.table.setsockopt(d.userdata(), fd, IPPROTO_TCP, TCP_NODELAY, std::array{1}.data(), sizeof(int)),
            0);
  ASSERT_EQ(d.table.writev(d.userdata(), fd, out, 2), 6);
  d.Expect("P.", 1, 1, "onetwo");
  d.Inject({.flags = "P.", .seq = 1, .ack = 7, .text = "threefour"});
  char a[5], b[10];
  iovec in[] = {{a, 5}, {b, 10}};
  msghdr message{};
  message.msg_iov = in;
  message.msg_iovlen = 2;
  ASSERT_EQ(d.table.recvmsg(d.userdata(), fd, &message, 0), 9);
  EXPECT_EQ(std::string(a, 5) + std::string(b, 4), "threefour");
}

TEST(PacketdrillTest, TcpInfoIsLinuxs) {
  Driver d;
  const int fd = d.Accept(d.Listen());
  ASSERT_EQ(d.table.write(d.userdata(), fd, std::string(3000, 'x').data(), 3000), 3000);
  tcp_info info{};
  socklen_t size = sizeof info;
  ASSERT_EQ(d.table.getsockopt(d.userdata(), fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
  EXPECT_EQ(size, sizeof info);
  EXPECT_EQ(info.tcpi_state, TCP_ESTABLISHED);
  EXPECT_EQ(info.tcpi_unacked, 3u);
  EXPECT_EQ(info.tcpi_snd_mss, 1000u);
  EXPECT_EQ(info.tcpi_snd_cwnd, 10u);
  int unsent = 0;
  EXPECT_EQ(d.table.ioctl(d.userdata(), fd, 0x5411 /* SIOCOUTQ */, &unsent), 0);
  EXPECT_EQ(unsent, 3000);
}

TEST(PacketdrillTest, PollSeesWhatComes) {
  Driver d;
  const int listener = d.Listen();
  pollfd entry{listener, POLLIN, 0};
  EXPECT_EQ(d.table.poll(d.userdata(), &entry, 1, 0), 0);
  const int fd = d.Accept(listener);
  entry = {fd, POLLIN | POLLOUT, 0};
  EXPECT_EQ(d.table.poll(d.userdata(), &entry, 1, 0), 1);
  EXPECT_EQ(entry.revents, POLLOUT);
  d.Inject({.flags = "F.", .seq = 1, .ack = 1});
  EXPECT_EQ(d.table.poll(d.userdata(), &entry, 1, 0), 1);
  EXPECT_EQ(entry.revents, POLLIN | POLLOUT);
}

TEST(PacketdrillTest, ClosingSendsAFinAndWithLingerZeroARst) {
  {
    Driver d;
    const int fd = d.Accept(d.Listen());
    EXPECT_EQ(d.table.close(d.userdata(), fd), 0);
    d.Expect("F.", 1, 1);
    EXPECT_EQ(d.table.close(d.userdata(), fd), -1);
    EXPECT_EQ(errno, EBADF);
  }
  Driver d;
  const int fd = d.Accept(d.Listen());
  const linger now{1, 0};
  EXPECT_EQ(d.table.setsockopt(d.userdata(), fd, SOL_SOCKET, SO_LINGER, &now, sizeof now), 0);
  EXPECT_EQ(d.table.close(d.userdata(), fd), 0);
  d.Expect("R.", 1, 1);
}

TEST(PacketdrillTest, AHalfCloseLeavesTheOtherHalf) {
  Driver d;
  const int fd = d.Accept(d.Listen());
  EXPECT_EQ(d.table.shutdown(d.userdata(), fd, SHUT_WR), 0);
  d.Expect("F.", 1, 1);
  EXPECT_EQ(d.table.write(d.userdata(), fd, "x", 1), -1);
  EXPECT_EQ(errno, EPIPE);
  d.Inject({.flags = "P.", .seq = 1, .ack = 2, .text = "still"});
  char buffer[10];
  EXPECT_EQ(d.table.read(d.userdata(), fd, buffer, sizeof buffer), 5);
}

TEST(PacketdrillTest, WhatIsAskedWronglyIsSaid) {
  Driver d;
  EXPECT_EQ(d.table.socket(d.userdata(), AF_INET6, SOCK_STREAM, 0), -1);
  EXPECT_EQ(errno, EAFNOSUPPORT);
  EXPECT_EQ(d.table.socket(d.userdata(), AF_INET, SOCK_DGRAM, 0), -1);
  EXPECT_EQ(errno, EPROTONOSUPPORT);
  EXPECT_EQ(d.table.listen(d.userdata(), 12345, 1), -1);
  EXPECT_EQ(errno, EBADF);
  EXPECT_EQ(d.table.epoll_create(d.userdata(), 1), -1);
  EXPECT_EQ(errno, ENOSYS);
  const std::vector<uint8_t> garbage(3, 0xff);
  EXPECT_EQ(d.table.netdev_send(d.userdata(), garbage.data(), garbage.size()), 0);  // counted and dropped
}

TEST(PacketdrillTest, FlagsAreOptionsOfANode) {
  Driver d("--profile classic");
  d.Listen();
  d.Inject({.flags = "S", .mss = 1460, .modern = true});
  EXPECT_EQ(d.Next().options, std::vector<int>{2});
}

TEST(PacketdrillTest, ACallThatStillWaitsEndsWithTheStack) {
  std::future<ssize_t> reading;
  {
    Driver d;
    const int fd = d.Accept(d.Listen());
    reading = Driver::InBackground([read = d.table.read, userdata = d.userdata(), fd] {
      char buffer[10];
      return read(userdata, fd, buffer, sizeof buffer);
    });
  }
  EXPECT_EQ(reading.get(), -1);
}

}  // namespace
}  // namespace nut::packetdrill
