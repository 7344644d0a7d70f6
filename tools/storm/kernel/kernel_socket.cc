#include "tools/storm/kernel/kernel_socket.h"

#include <linux/filter.h>
#include <linux/sockios.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include <cerrno>

#include "tools/storm/live/socket_address.h"

namespace nut::storm {
namespace {

void SetOption(int fd, int level, int option, int value) {
  // Options that every kernel has: a failure shows in what the connection does.
  static_cast<void>(setsockopt(fd, level, option, &value, sizeof value));
}

}  // namespace

std::string_view NameOf(Step step) {
  switch (step) {
    case Step::kMore: return "more octets than there should be";
    case Step::kBlocked: return "nothing came";
    case Step::kDone: return "all of it came";
    case Step::kEnd: return "the end of the stream";
    case Step::kReset: return "a reset";
    case Step::kRefused: return "a reset instead of the handshake";
    case Step::kTimedOut: return "the kernel gave the peer up";
    case Step::kFailed: return "a failure, or octets that do not belong there";
  }
  return "?";
}

KernelSocket KernelSocket::Make(tap::SystemCalls& system) {
  return KernelSocket(
      tap::FileDescriptor(system, socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)));
}

int KernelSocket::Bind(const wire::Endpoint& local) {
  SetOption(number(), SOL_SOCKET, SO_REUSEADDR, 1);
  const sockaddr_in address = ToSocketAddress(local);
  return bind(number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

int KernelSocket::Connect(const wire::Endpoint& remote) {
  const sockaddr_in address = ToSocketAddress(remote);
  return connect(number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
}

int KernelSocket::TakeError() {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(number(), SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

Step KernelSocket::Judge(int error) {
  switch (error) {
    case EAGAIN: return Step::kBlocked;
    case EINTR: return Step::kMore;
    case EPIPE:
    case ECONNRESET: return Step::kReset;
    case ECONNREFUSED: return Step::kRefused;
    case ETIMEDOUT:
    case EHOSTDOWN:
    case EHOSTUNREACH: return Step::kTimedOut;
    default: return Step::kFailed;
  }
}

Step KernelSocket::Send(ByteView data, size_t& moved, bool more) {
  const ssize_t size = send(number(), data.data(), data.size(), MSG_NOSIGNAL | (more ? MSG_MORE : 0));
  moved = size > 0 ? static_cast<size_t>(size) : 0;
  return size >= 0 ? Step::kMore : Judge(errno);
}

Step KernelSocket::Receive(MutableByteView out, size_t& moved) {
  const ssize_t size = recv(number(), out.data(), out.size(), 0);
  moved = size > 0 ? static_cast<size_t>(size) : 0;
  if (size == 0) return Step::kEnd;
  return size > 0 ? Step::kMore : Judge(errno);
}

void KernelSocket::NoDelay() { SetOption(number(), IPPROTO_TCP, TCP_NODELAY, 1); }

void KernelSocket::LimitSilence(int idle_seconds, int probes) {
  SetOption(number(), SOL_SOCKET, SO_KEEPALIVE, 1);
  SetOption(number(), IPPROTO_TCP, TCP_KEEPIDLE, idle_seconds);
  SetOption(number(), IPPROTO_TCP, TCP_KEEPINTVL, 1);
  SetOption(number(), IPPROTO_TCP, TCP_KEEPCNT, probes);
  SetOption(number(), IPPROTO_TCP, TCP_USER_TIMEOUT, (idle_seconds + probes) * 1000);
}

void KernelSocket::FinishSending() { shutdown(number(), SHUT_WR); }

bool KernelSocket::AllAcknowledged() const {
  int left = 0;
  return ioctl(number(), SIOCOUTQ, &left) == 0 && left == 0;
}

int KernelSocket::FallSilent() {
  sock_filter nothing = BPF_STMT(BPF_RET | BPF_K, 0);
  const sock_fprog program{.len = 1, .filter = &nothing};
  return setsockopt(number(), SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0 ? 0 : errno;
}

void KernelSocket::Reset() {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  static_cast<void>(setsockopt(number(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once));
  Close();
}

bool KernelSocket::CloseUnused() {
  // In one step for the kernel: a connection without handshake is dropped, with its counters set back; an
  // established one has counted the segment that made it so, and sends its FIN. (A refusal is a segment too.)
  shutdown(number(), SHUT_RDWR);
  tcp_info info{};
  socklen_t size = sizeof info;
  const bool known = getsockopt(number(), IPPROTO_TCP, TCP_INFO, &info, &size) == 0;
  const bool refused = TakeError() == ECONNREFUSED;
  Close();
  return known && info.tcpi_segs_in > 0 && !refused;
}

}  // namespace nut::storm
