// The functions of the table: each finds its socket, does its work on a thread of the node, and answers as
// the call of that name does: -1 and errno, or the result.
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <algorithm>
#include <cerrno>
#include <cstdarg>
#include <cstring>

#include "tools/packetdrill/interface.h"
#include "tools/packetdrill/stack_under_test.h"

namespace nut::packetdrill {
namespace {

// What looking at an unchanging clock costs: packetdrill spins on it for the last of a wait.
constexpr Duration kLook = 10us;
// Between looks at sockets of which none is ready.
constexpr Duration kPollStep = 1ms;

StackUnderTest& Of(void* userdata) { return *static_cast<StackUnderTest*>(userdata); }

int64_t Posix(int64_t result) {
  if (result >= 0) return result;
  errno = static_cast<int>(-result);
  return -1;
}

// Calls `body(file)` on a thread of the node.
template <typename Body>
int64_t WithFile(void* userdata, int fd, Body body) {
  StackUnderTest& stack = Of(userdata);
  return Posix(stack.world.Call([&stack, fd, body]() -> int64_t {
    const auto file = stack.descriptors.Find(fd);
    return file == nullptr ? -EBADF : body(*file);
  }));
}

std::optional<wire::Endpoint> EndpointOf(const sockaddr* address, socklen_t size) {
  if (address == nullptr || size < sizeof(sockaddr_in) || address->sa_family != AF_INET) return std::nullopt;
  sockaddr_in in;
  std::memcpy(&in, address, sizeof in);
  return wire::Endpoint{wire::Ipv4Address(ntohl(in.sin_addr.s_addr)), wire::Port(ntohs(in.sin_port))};
}

void Give(const wire::Endpoint& from, sockaddr* address, socklen_t* size) {
  if (address == nullptr || size == nullptr) return;
  sockaddr_in in{};
  in.sin_family = AF_INET;
  in.sin_addr.s_addr = htonl(from.address.v4().number());
  in.sin_port = htons(from.port.number());
  std::memcpy(address, &in, std::min<size_t>(*size, sizeof in));
  *size = sizeof in;
}

void Free(void* userdata) {
  Of(userdata).world.End();
  delete static_cast<StackUnderTest*>(userdata);
}

// --- sockets

int Socket(void* userdata, int domain, int type, int protocol) {
  constexpr int kFlags = SOCK_NONBLOCK | SOCK_CLOEXEC;
  if (domain != AF_INET) return static_cast<int>(Posix(-EAFNOSUPPORT));
  if ((type & ~kFlags) != SOCK_STREAM || (protocol != 0 && protocol != IPPROTO_TCP)) {
    return static_cast<int>(Posix(-EPROTONOSUPPORT));
  }
  StackUnderTest& stack = Of(userdata);
  return static_cast<int>(Posix(stack.world.Call([&stack, type]() -> int64_t {
    return stack.descriptors.Add(
        std::make_shared<SocketFile>(stack.world.node().tcp(), (type & SOCK_NONBLOCK) != 0));
  })));
}

int Bind(void* userdata, int fd, const sockaddr* address, socklen_t size) {
  const auto local = EndpointOf(address, size);
  if (!local) return static_cast<int>(Posix(-EINVAL));
  return static_cast<int>(WithFile(userdata, fd, [local](SocketFile& file) { return file.Bind(*local); }));
}

int Listen(void* userdata, int fd, int backlog) {
  return static_cast<int>(
      WithFile(userdata, fd, [backlog](SocketFile& file) { return file.Listen(backlog); }));
}

int Accept(void* userdata, int fd, sockaddr* address, socklen_t* size) {
  StackUnderTest& stack = Of(userdata);
  return static_cast<int>(WithFile(userdata, fd, [&stack, address, size](SocketFile& file) -> int64_t {
    const auto accepted = file.Accept();
    if (!accepted) return accepted.error() == Error::kWouldBlock ? -EAGAIN : -ToErrno(accepted.error());
    auto connection =
        std::make_shared<SocketFile>(stack.world.node().tcp(), *accepted, /*nonblocking=*/false);
    if (const auto ends = connection->Ends()) Give(ends->remote, address, size);
    return stack.descriptors.Add(std::move(connection));
  }));
}

int Connect(void* userdata, int fd, const sockaddr* address, socklen_t size) {
  const auto remote = EndpointOf(address, size);
  if (!remote) return static_cast<int>(Posix(-EINVAL));
  return static_cast<int>(
      WithFile(userdata, fd, [remote](SocketFile& file) { return file.Connect(*remote); }));
}

ssize_t ReceiveInto(void* userdata, int fd, const iovec* pieces, size_t count, int flags) {
  return WithFile(userdata, fd, [pieces, count, flags](SocketFile& file) {
    return file.Receive({pieces, count}, flags);
  });
}

ssize_t SendFrom(void* userdata, int fd, const iovec* pieces, size_t count, int flags) {
  return WithFile(userdata, fd, [pieces, count, flags](SocketFile& file) {
    return file.Send({pieces, count}, flags);
  });
}

ssize_t Read(void* userdata, int fd, void* buffer, size_t size) {
  const iovec piece{buffer, size};
  return ReceiveInto(userdata, fd, &piece, 1, 0);
}

ssize_t Readv(void* userdata, int fd, const iovec* pieces, int count) {
  if (count < 0) return Posix(-EINVAL);
  return ReceiveInto(userdata, fd, pieces, static_cast<size_t>(count), 0);
}

ssize_t Recv(void* userdata, int fd, void* buffer, size_t size, int flags) {
  const iovec piece{buffer, size};
  return ReceiveInto(userdata, fd, &piece, 1, flags);
}

ssize_t Recvfrom(void* userdata, int fd, void* buffer, size_t size, int flags, sockaddr* from,
                 socklen_t* from_size) {
  static_cast<void>(from);
  if (from_size != nullptr) *from_size = 0;  // as Linux, of a connection
  return Recv(userdata, fd, buffer, size, flags);
}

ssize_t Recvmsg(void* userdata, int fd, msghdr* message, int flags) {
  message->msg_flags = 0;
  message->msg_controllen = 0;
  message->msg_namelen = 0;
  return ReceiveInto(userdata, fd, message->msg_iov, message->msg_iovlen, flags);
}

ssize_t Write(void* userdata, int fd, const void* buffer, size_t size) {
  const iovec piece{const_cast<void*>(buffer), size};
  return SendFrom(userdata, fd, &piece, 1, 0);
}

ssize_t Writev(void* userdata, int fd, const iovec* pieces, int count) {
  if (count < 0) return Posix(-EINVAL);
  return SendFrom(userdata, fd, pieces, static_cast<size_t>(count), 0);
}

ssize_t Send(void* userdata, int fd, const void* buffer, size_t size, int flags) {
  const iovec piece{const_cast<void*>(buffer), size};
  return SendFrom(userdata, fd, &piece, 1, flags);
}

ssize_t Sendto(void* userdata, int fd, const void* buffer, size_t size, int flags, const sockaddr* to,
               socklen_t to_size) {
  // Of a connection the address means nothing.
  if ((flags & MSG_FASTOPEN) == 0) return Send(userdata, fd, buffer, size, flags);
  const auto remote = EndpointOf(to, to_size);
  if (!remote) return Posix(-EINVAL);
  const iovec piece{const_cast<void*>(buffer), size};
  return WithFile(userdata, fd, [&](SocketFile& file) { return file.ConnectSaying(*remote, {&piece, 1}); });
}

ssize_t Sendmsg(void* userdata, int fd, const msghdr* message, int flags) {
  return SendFrom(userdata, fd, message->msg_iov, message->msg_iovlen, flags);
}

int Fcntl(void* userdata, int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  const int argument = command == F_SETFL ? va_arg(arguments, int) : 0;
  va_end(arguments);
  return static_cast<int>(WithFile(userdata, fd, [command, argument](SocketFile& file) -> int64_t {
    switch (command) {
      case F_GETFL: return O_RDWR | (file.nonblocking() ? O_NONBLOCK : 0);
      case F_SETFL: file.set_nonblocking((argument & O_NONBLOCK) != 0); return 0;
      case F_GETFD:
      case F_SETFD: return 0;
      default: return -EINVAL;
    }
  }));
}

int Ioctl(void* userdata, int fd, unsigned long request, ...) {
  va_list arguments;
  va_start(arguments, request);
  int* const value = va_arg(arguments, int*);
  va_end(arguments);
  return static_cast<int>(
      WithFile(userdata, fd, [request, value](SocketFile& file) { return file.Control(request, value); }));
}

int Close(void* userdata, int fd) {
  StackUnderTest& stack = Of(userdata);
  const auto result = Posix(stack.world.Call([&stack, fd]() -> int64_t {
    const auto file = stack.descriptors.Remove(fd);
    if (file == nullptr) return -EBADF;
    file->Close();
    return 0;
  }));
  if (result == 0) close(fd);
  return static_cast<int>(result);
}

int Shutdown(void* userdata, int fd, int how) {
  return static_cast<int>(WithFile(userdata, fd, [how](SocketFile& file) { return file.Shutdown(how); }));
}

int Getsockopt(void* userdata, int fd, int level, int name, void* value, socklen_t* size) {
  return static_cast<int>(WithFile(userdata, fd, [level, name, value, size](SocketFile& file) {
    return file.GetOption(level, name, value, size);
  }));
}

int Setsockopt(void* userdata, int fd, int level, int name, const void* value, socklen_t size) {
  return static_cast<int>(WithFile(userdata, fd, [level, name, value, size](SocketFile& file) {
    return file.SetOption(level, name, value, size);
  }));
}

int Poll(void* userdata, pollfd* fds, nfds_t count, int timeout) {
  StackUnderTest& stack = Of(userdata);
  return static_cast<int>(Posix(stack.world.Call([&stack, fds, count, timeout]() -> int64_t {
    os::Executor& executor = stack.world.executor();
    const Instant end = timeout < 0 ? kNever : executor.Now() + std::chrono::milliseconds(timeout);
    for (;;) {
      int64_t ready = 0;
      for (pollfd& entry : std::span(fds, count)) {
        const auto file = stack.descriptors.Find(entry.fd);
        const short now = file == nullptr ? POLLNVAL : file->Ready();
        entry.revents = static_cast<short>(now & (entry.events | POLLERR | POLLHUP | POLLNVAL));
        if (entry.revents != 0) ++ready;
      }
      if (ready > 0 || executor.Now() >= end) return ready;
      executor.Sleep(std::min<Duration>(kPollStep, end == kNever ? kPollStep : end - executor.Now()));
    }
  })));
}

// --- the wire and the clock

int NetdevSend(void* userdata, const void* buffer, size_t count) {
  const ByteView packet{static_cast<const uint8_t*>(buffer), count};
  return Of(userdata).world.Bring(packet) ? 0 : static_cast<int>(Posix(-EMSGSIZE));
}

int NetdevReceive(void* userdata, void* buffer, size_t* count, long long* time_usecs) {
  World& world = Of(userdata).world;
  const auto packet = world.NextPacket();
  if (!packet) {
    *count = 0;
    return 0;
  }
  if (packet->bytes.size() > *count) return static_cast<int>(Posix(-EMSGSIZE));
  std::memcpy(buffer, packet->bytes.data(), packet->bytes.size());
  *count = packet->bytes.size();
  *time_usecs = world.UnixTimeOf(packet->time) / 1us;
  return 0;
}

int Usleep(void* userdata, useconds_t usecs) {
  Of(userdata).world.Pass(std::chrono::microseconds(usecs));
  return 0;
}

int Gettimeofday(void* userdata, timeval* now, struct timezone* zone) {
  static_cast<void>(zone);
  World& world = Of(userdata).world;
  world.Pass(kLook);
  const long long microseconds = world.UnixTime() / 1us;
  now->tv_sec = microseconds / 1'000'000;
  now->tv_usec = microseconds % 1'000'000;
  return 0;
}

// --- what a stack in user space need not have

int EpollCreate(void*, int) { return static_cast<int>(Posix(-ENOSYS)); }
int EpollCtl(void*, int, int, int, epoll_event*) { return static_cast<int>(Posix(-ENOSYS)); }
int EpollWait(void*, int, epoll_event*, int, int) { return static_cast<int>(Posix(-ENOSYS)); }
int Pipe(void*, int*) { return static_cast<int>(Posix(-ENOSYS)); }
int Splice(void*, int, loff_t*, int, loff_t*, size_t, unsigned) { return static_cast<int>(Posix(-ENOSYS)); }

}  // namespace

void FillTable(StackUnderTest* stack, packetdrill_interface& table) {
  table = {.userdata = stack,
           .free = Free,
           .socket = Socket,
           .bind = Bind,
           .listen = Listen,
           .accept = Accept,
           .connect = Connect,
           .read = Read,
           .readv = Readv,
           .recv = Recv,
           .recvfrom = Recvfrom,
           .recvmsg = Recvmsg,
           .write = Write,
           .writev = Writev,
           .send = Send,
           .sendto = Sendto,
           .sendmsg = Sendmsg,
           .fcntl = Fcntl,
           .ioctl = Ioctl,
           .close = Close,
           .shutdown = Shutdown,
           .getsockopt = Getsockopt,
           .setsockopt = Setsockopt,
           .poll = Poll,
           .netdev_send = NetdevSend,
           .netdev_receive = NetdevReceive,
           .usleep = Usleep,
           .gettimeofday = Gettimeofday,
           .epoll_create = EpollCreate,
           .epoll_ctl = EpollCtl,
           .epoll_wait = EpollWait,
           .pipe = Pipe,
           .splice = Splice};
}

}  // namespace nut::packetdrill
