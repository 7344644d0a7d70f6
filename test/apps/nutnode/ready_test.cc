// The words at the start, and the notice to systemd.
#include "apps/nutnode/ready.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace nut::apps {
namespace {

using testing::HasSubstr;

Readiness Everything() {
  return {.name = "n1",
          .interface = "nut-n1",
          .origin = "created",
          .address = *wire::Ipv4Prefix::FromText("198.19.0.10/24"),
          .host = wire::Ipv4Prefix::FromText("198.19.0.1/24"),
          .offload = "all",
          .profile = "modern",
          .seed = "4711",
          .http = wire::Port(80)};
}

TEST(ReadyTest, SaysEverythingThatIsTrue) {
  EXPECT_EQ(Headline(Everything()),
            "nutnode  n1 · tap nut-n1 (created) · 198.19.0.10/24 · host 198.19.0.1 · offload all · profile "
            "modern · seed 4711");
  EXPECT_EQ(ReadyLine(Everything()), "READY name=n1 ip=198.19.0.10 tap=nut-n1 http=80 seed=4711");
}

TEST(ReadyTest, SaysNothingThatIsNot) {
  Readiness readiness = Everything();
  readiness.http.reset();
  readiness.host.reset();
  EXPECT_EQ(Headline(readiness),
            "nutnode  n1 · tap nut-n1 (created) · 198.19.0.10/24 · offload all · profile modern · seed 4711");
  EXPECT_EQ(ReadyLine(readiness), "READY name=n1 ip=198.19.0.10 tap=nut-n1 seed=4711");
}

// Binds a datagram socket as systemd does and gives what arrives.
std::string Received(const std::string& name) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path, sizeof address.sun_path - 1);
  if (name[0] == '@') address.sun_path[0] = '\0';
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&address), length), 0);
  const auto told = NotifySystemd(name.c_str(), "READY=1");
  EXPECT_TRUE(told.has_value()) << told.error();
  char buffer[64];
  const ssize_t size = recv(fd, buffer, sizeof buffer, 0);
  close(fd);
  return size < 0 ? "(nothing)" : std::string(buffer, static_cast<size_t>(size));
}

TEST(NotifyTest, ReachesASocketInTheFileSystemAndAnAbstractOne) {
  // Not below the test's own folder, whose name may be too long for a socket.
  const std::string path = "/tmp/nutnode-notify-" + std::to_string(getpid());
  EXPECT_EQ(Received(path), "READY=1");
  unlink(path.c_str());
  EXPECT_EQ(Received("@nutnode-notify-" + std::to_string(getpid())), "READY=1");
}

TEST(NotifyTest, WithoutSystemdNothingHappens) { EXPECT_TRUE(NotifySystemd(nullptr, "READY=1").has_value()); }

TEST(NotifyTest, ASocketThatIsNoneIsNamed) {
  EXPECT_THAT(NotifySystemd("relative", "READY=1").error(), HasSubstr("\"relative\""));
  EXPECT_THAT(NotifySystemd("/nonexistent/socket", "READY=1").error(), HasSubstr("No such file"));
  EXPECT_THAT(NotifySystemd(("/" + std::string(200, 'x')).c_str(), "READY=1").error(),
              HasSubstr("no socket's name"));
}

}  // namespace
}  // namespace nut::apps
