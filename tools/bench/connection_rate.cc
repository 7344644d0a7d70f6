#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tools/bench/measure.h"

namespace nut::bench {
namespace {

using Watch = std::chrono::steady_clock;

constexpr double kPatience = 10;          // seconds for those that are under way at the end
constexpr size_t kMostSamples = 1 << 20;  // of latency

// Keeps so many connections under way, each asked one octet and closed once it is answered.
class Clients {
 public:
  Clients(const Target& target, double seconds)
      : address_(AddressOf(target, target.echo_port)),
        epoll_(epoll_create1(EPOLL_CLOEXEC)),
        seconds_(seconds) {}
  ~Clients() { close(epoll_); }
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  ConnectionRate Run(int count) {
    start_ = Watch::now();
    for (int i = 0; i < count; ++i) Launch();
    epoll_event events[256];
    double elapsed = 0;
    while (elapsed < seconds_) {
      const int ready = epoll_wait(epoll_, events, 256, 1000);
      now_ = Watch::now();
      for (int i = 0; i < ready; ++i) Handle(events[i]);
      elapsed = Elapsed();
    }
    result_.rate = result_.done / elapsed;
    // No new ones; those under way have the time for a lost SYN or two. What is not answered then never is.
    launching_ = false;
    while (under_way_ > 0 && elapsed < seconds_ + kPatience) {
      const int ready = epoll_wait(epoll_, events, 256, 100);
      now_ = Watch::now();
      for (int i = 0; i < ready; ++i) Handle(events[i]);
      elapsed = Elapsed();
    }
    result_.stalled = under_way_;
    for (size_t fd = 0; fd < since_.size(); ++fd) {
      if (since_[fd] >= 0) Reset(static_cast<int>(fd));
    }
    if (!microseconds_.empty()) result_.latency = Summary(microseconds_);
    return result_;
  }

 private:
  double Elapsed() const { return std::chrono::duration<double>(now_ - start_).count(); }

  void Launch() {
    if (!launching_) return;
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) Die("load: socket");
    if (static_cast<size_t>(fd) >= since_.size()) {
      since_.resize(fd + 1, -1);
      asked_.resize(fd + 1);
    }
    now_ = Watch::now();
    since_[fd] = Elapsed();
    ++under_way_;
    asked_[fd] = false;
    if (connect(fd, reinterpret_cast<const sockaddr*>(&address_), sizeof address_) != 0 &&
        errno != EINPROGRESS) {
      Die("load: connect");
    }
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLET;
    event.data.fd = fd;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &event);
  }

  void Handle(const epoll_event& event) {
    const int fd = event.data.fd;
    if (event.events & EPOLLERR) return Failed(fd);
    char octet = static_cast<char>('a' + fd % 26);
    if (!asked_[fd]) {
      if (!(event.events & EPOLLOUT)) return;
      asked_[fd] = true;
      if (send(fd, &octet, 1, MSG_NOSIGNAL) != 1) return Failed(fd);
    }
    if (!(event.events & EPOLLIN)) return;
    char answer = 0;
    const ssize_t size = recv(fd, &answer, 1, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size != 1) return Failed(fd);
    if (answer != octet) {
      std::fprintf(stderr, "load: a connection was answered with '%c' instead of '%c'\n", answer, octet);
      std::exit(1);
    }
    if (microseconds_.size() < kMostSamples) microseconds_.push_back((Elapsed() - since_[fd]) * 1e6);
    since_[fd] = -1;
    --under_way_;
    close(fd);
    ++result_.done;
    Launch();
  }

  void Failed(int fd) {
    ++result_.failed;
    Reset(fd);
    Launch();
  }

  void Reset(int fd) {
    since_[fd] = -1;
    --under_way_;
    const linger at_once{1, 0};
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(fd);
  }

  const sockaddr_in address_;
  const int epoll_;
  const double seconds_;
  Watch::time_point start_;
  Watch::time_point now_;
  std::vector<double> since_;  // by descriptor: when it was launched, in seconds; negative: not under way
  std::vector<char> asked_;
  std::vector<double> microseconds_;
  ConnectionRate result_;
  uint64_t under_way_ = 0;
  bool launching_ = true;
};

}  // namespace

ConnectionRate ShortConnections(const Target& target, int clients, double seconds) {
  return Clients(target, seconds).Run(clients);
}

}  // namespace nut::bench
