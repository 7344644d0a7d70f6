#include "apps/nutnode/ready.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace nut::apps {

std::string Headline(const Readiness& readiness) {
  std::string line = fmt::format("nutnode  {} · tap {} ({}) · {}", readiness.name, readiness.interface,
                                 readiness.origin, readiness.address.ToText());
  if (readiness.host) line += fmt::format(" · host {}", readiness.host->address().ToText());
  return line + fmt::format(" · offload {} · profile {} · seed {}", readiness.offload, readiness.profile,
                            readiness.seed);
}

std::string ReadyLine(const Readiness& readiness) {
  std::string line = fmt::format("READY name={} ip={} tap={}", readiness.name,
                                 readiness.address.address().ToText(), readiness.interface);
  if (readiness.http) line += fmt::format(" http={}", readiness.http->number());
  return line + fmt::format(" seed={}", readiness.seed);
}

tl::expected<void, std::string> NotifySystemd(const char* socket_name, std::string_view state) {
  if (socket_name == nullptr) return {};
  const std::string_view name(socket_name);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (name.size() < 2 || name.size() >= sizeof address.sun_path || (name[0] != '/' && name[0] != '@')) {
    return tl::unexpected(fmt::format("NOTIFY_SOCKET is \"{}\", which is no socket's name", name));
  }
  std::memcpy(address.sun_path, name.data(), name.size());
  if (name[0] == '@') address.sun_path[0] = '\0';  // the abstract name space
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const ssize_t sent = fd < 0 ? -1
                              : sendto(fd, state.data(), state.size(), MSG_NOSIGNAL,
                                       reinterpret_cast<sockaddr*>(&address), length);
  const int error = errno;
  if (fd >= 0) close(fd);
  if (sent < 0) return tl::unexpected(fmt::format("systemd cannot be told: {}", std::strerror(error)));
  return {};
}

}  // namespace nut::apps
