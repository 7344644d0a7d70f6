#include "tools/storm/live/control.h"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "tools/storm/live/socket_address.h"

namespace nut::storm {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

tl::unexpected<std::string> Failed(std::string_view what, int error) {
  return tl::unexpected(fmt::format("{}: {}", what, std::strerror(error)));
}

constexpr milliseconds kBetweenHopes{100};

bool WaitFor(int fd, short events, steady_clock::time_point deadline, const std::function<bool()>& hope) {
  for (;;) {
    const auto left = std::chrono::ceil<milliseconds>(deadline - steady_clock::now());
    if (left < milliseconds::zero()) return false;
    pollfd ready{.fd = fd, .events = events, .revents = 0};
    const int count = poll(&ready, 1, static_cast<int>(std::min(left, kBetweenHopes).count()));
    if (count > 0) return true;
    if ((count < 0 && errno != EINTR) || !hope()) return false;
  }
}

}  // namespace

tl::expected<std::unique_ptr<Control>, std::string> Control::Connect(tap::SystemCalls& system,
                                                                     const wire::Endpoint& service,
                                                                     milliseconds patience) {
  tap::FileDescriptor fd(system, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd.is_open()) return Failed("no socket", errno);
  const int one = 1;
  setsockopt(fd.number(), IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  const sockaddr_in address = ToSocketAddress(service);
  const std::string what = "connecting to " + service.ToText();
  if (connect(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    if (errno != EINPROGRESS) return Failed(what, errno);
    const auto always = [] { return true; };
    if (!WaitFor(fd.number(), POLLOUT, steady_clock::now() + patience, always))
      return Failed(what, ETIMEDOUT);
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(fd.number(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (error != 0) return Failed(what, error);
  }
  return std::unique_ptr<Control>(new Control(std::move(fd)));
}

tl::expected<std::string, std::string> Control::Ask(std::string_view line, milliseconds patience,
                                                    const std::function<bool()>& hope) {
  const auto deadline = steady_clock::now() + patience;
  std::string request = std::string(line) + "\n";
  while (!request.empty()) {
    const ssize_t sent = send(fd_.number(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent > 0) {
      request.erase(0, static_cast<size_t>(sent));
    } else if (errno != EAGAIN && errno != EINTR) {
      return Failed("sending", errno);
    } else if (!WaitFor(fd_.number(), POLLOUT, deadline, hope)) {
      return Failed("sending", ETIMEDOUT);
    }
  }
  for (;;) {
    if (const size_t end = received_.find('\n'); end != std::string::npos) {
      const std::string answer = received_.substr(0, end);
      received_.erase(0, end + 1);
      constexpr std::string_view kError = "error: ";
      if (answer.starts_with(kError)) return tl::unexpected(answer.substr(kError.size()));
      return answer;
    }
    if (received_.size() > kLongestAnswer) return tl::unexpected(std::string("the answer has no end"));
    if (!WaitFor(fd_.number(), POLLIN, deadline, hope)) return Failed("waiting for the answer", ETIMEDOUT);
    std::array<char, 4096> piece;
    const ssize_t size = recv(fd_.number(), piece.data(), piece.size(), 0);
    if (size > 0) {
      received_.append(piece.data(), static_cast<size_t>(size));
    } else if (size == 0) {
      return tl::unexpected(std::string("the node closed the conversation"));
    } else if (errno != EAGAIN && errno != EINTR) {
      return Failed("waiting for the answer", errno);
    }
  }
}

}  // namespace nut::storm
