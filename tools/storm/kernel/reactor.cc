#include "tools/storm/kernel/reactor.h"

#include <sys/epoll.h>

#include <algorithm>
#include <array>
#include <ctime>

namespace nut::storm {

using std::chrono::nanoseconds;
using std::chrono::steady_clock;

tl::expected<Reactor, std::string> Reactor::Create(tap::SystemCalls& system) {
  tap::FileDescriptor epoll(system, system.EpollCreate());
  if (!epoll.is_open()) return tl::unexpected(std::string("the system gives no epoll descriptor"));
  return Reactor(std::move(epoll), system);
}

bool Reactor::Control(int fd, uint32_t events, Id id) {
  epoll_event event{.events = events, .data = {.u64 = id}};
  return system_->EpollControl(epoll_.number(), EPOLL_CTL_ADD, fd, &event) == 0;
}

bool Reactor::Add(int fd, Id id) { return Control(fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, id); }

bool Reactor::AddListener(int fd, Id id) { return Control(fd, EPOLLIN, id); }

void Reactor::SetDeadline(Id id, HostTime when) { due_.push({when, id}); }

void Reactor::Wait(HostTime limit, Handler& handler) {
  const HostTime until = due_.empty() ? limit : std::min(limit, due_.top().when);
  const auto left =
      std::max(std::chrono::duration_cast<nanoseconds>(until - steady_clock::now()), nanoseconds(0));
  constexpr int64_t kNanos = 1'000'000'000;
  const timespec timeout{.tv_sec = left.count() / kNanos, .tv_nsec = left.count() % kNanos};
  std::array<epoll_event, kBatch> events;
  const int count = system_->EpollWait(epoll_.number(), events, &timeout);
  for (int i = 0; i < count; ++i) handler.OnReady(events[static_cast<size_t>(i)].data.u64);
  const HostTime now = steady_clock::now();
  while (!due_.empty() && due_.top().when <= now) {
    const Id id = due_.top().id;
    due_.pop();
    handler.OnDue(id);
  }
}

}  // namespace nut::storm
