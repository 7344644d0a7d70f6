// kernel_peer: echo, discard, chargen and a fixed HTTP answer on the kernel's own stack, in one thread with
// epoll: what the node is measured beside. Usage: kernel_peer [SECONDS]; ends by itself after that time
// (default 600).

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <string>
#include <vector>

namespace {

enum class Service { kEcho, kDiscard, kChargen, kHttp };

struct Connection {
  Service service;
  size_t place;  // in the pattern, of the octet that chargen sends next
};

constexpr size_t kPatternPeriod = 95 * 74;  // RFC 864: lines of 72 out of 95 characters, and CR LF
constexpr size_t kBlock = 1 << 18;

// Long enough that any place of the first period is followed by a whole block.
std::vector<char> MakePattern() {
  std::vector<char> pattern(kPatternPeriod + kBlock);
  for (size_t i = 0; i < pattern.size(); ++i) {
    const size_t line = i / 74 % 95;
    const size_t column = i % 74;
    pattern[i] = column == 72 ? '\r' : column == 73 ? '\n' : static_cast<char>(' ' + (line + column) % 95);
  }
  return pattern;
}

class Server {
 public:
  Server() : epoll_(epoll_create1(EPOLL_CLOEXEC)), block_(MakePattern()) {}

  void Listen(uint16_t port, Service service) {
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    Bind(fd, port);
    if (listen(fd, 4096) != 0) Die("listen");
    listeners_[fd] = service;
    Watch(fd, EPOLLIN);
  }

  void ListenUdpEcho(uint16_t port) {
    udp_ = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    Bind(udp_, port);
    Watch(udp_, EPOLLIN);
  }

  void Run() {
    epoll_event events[256];
    for (;;) {
      const int count = epoll_wait(epoll_, events, 256, -1);
      for (int i = 0; i < count; ++i) Handle(events[i].data.fd);
    }
  }

 private:
  [[noreturn]] static void Die(const char* what) {
    std::fprintf(stderr, "kernel_peer: %s: %s\n", what, std::strerror(errno));
    std::exit(71);
  }

  static void Bind(int fd, uint16_t port) {
    const int one = 1;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    if (bind(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) Die("bind");
  }

  void Watch(int fd, uint32_t what) {
    epoll_event event{};
    event.events = what;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void Handle(int fd) {
    if (fd == udp_) return EchoDatagrams();
    if (const auto listener = listeners_.find(fd); listener != listeners_.end())
      return Accept(fd, listener->second);
    Serve(fd);
  }

  void Accept(int listener, Service service) {
    for (;;) {
      const int fd = accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      const int one = 1;
      setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
      if (connections_.size() <= static_cast<size_t>(fd)) connections_.resize(fd + 1);
      connections_[fd] = {service, 0};
      Watch(fd, service == Service::kChargen ? EPOLLOUT : EPOLLIN);
    }
  }

  void Serve(int fd) {
    if (connections_[fd].service == Service::kChargen) {
      size_t& place = connections_[fd].place;
      const ssize_t gone = send(fd, block_.data() + place, kBlock, MSG_NOSIGNAL);
      if (gone < 0 && errno != EAGAIN) close(fd);
      if (gone > 0) place = (place + gone) % kPatternPeriod;
      return;
    }
    const ssize_t size = recv(fd, input_, sizeof input_, 0);
    if (size <= 0) {
      if (size == 0 || errno != EAGAIN) close(fd);
      return;
    }
    if (connections_[fd].service == Service::kEcho) (void)!send(fd, input_, size, MSG_NOSIGNAL);
    if (connections_[fd].service == Service::kHttp) {
      static const std::string answer =
          "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 19\r\n\r\nHello from Nut/Net\n";
      (void)!send(fd, answer.data(), answer.size(), MSG_NOSIGNAL);
      const std::string_view request(input_, size);
      if (request.find("HTTP/1.0") != request.npos && request.find("eep-") == request.npos) {
        close(fd);
      }
    }
  }

  void EchoDatagrams() {
    for (;;) {
      sockaddr_in sender;
      socklen_t length = sizeof sender;
      const ssize_t size =
          recvfrom(udp_, input_, sizeof input_, 0, reinterpret_cast<sockaddr*>(&sender), &length);
      if (size < 0) return;
      sendto(udp_, input_, size, 0, reinterpret_cast<sockaddr*>(&sender), length);
    }
  }

  const int epoll_;
  int udp_ = -1;
  std::map<int, Service> listeners_;
  std::vector<Connection> connections_;
  const std::vector<char> block_;
  char input_[1 << 18];
};

}  // namespace

int main(int argc, char** argv) {
  alarm(argc > 1 ? std::atoi(argv[1]) : 600);
  rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  static Server server;
  server.Listen(7, Service::kEcho);
  server.Listen(9, Service::kDiscard);
  server.Listen(19, Service::kChargen);
  server.Listen(80, Service::kHttp);
  server.ListenUdpEcho(7);
  std::puts("READY");
  std::fflush(stdout);
  server.Run();
}
