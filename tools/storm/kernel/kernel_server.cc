#include "tools/storm/kernel/kernel_server.h"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace nut::storm {
namespace {

using std::chrono::steady_clock;

constexpr Reactor::Id kListener = ~Reactor::Id{0};
constexpr std::chrono::seconds kLookInterval{1};

}  // namespace

KernelServer::KernelServer(tap::SystemCalls& system, const KernelServerOptions& options, Reactor reactor,
                           tap::FileDescriptor listener)
    : system_(system),
      options_(options),
      reactor_(std::move(reactor)),
      listener_(std::move(listener)),
      silent_(options.silence.own),
      next_look_(steady_clock::now() + kLookInterval) {}

tl::expected<std::unique_ptr<KernelServer>, std::string> KernelServer::Listen(
    tap::SystemCalls& system, const KernelServerOptions& options) {
  auto reactor = Reactor::Create(system);
  if (!reactor) return tl::unexpected(reactor.error());
  KernelSocket socket = KernelSocket::Make(system);
  const auto failed = [&](int error) {
    return tl::unexpected(fmt::format("listening at {}: {}", options.local.ToText(), std::strerror(error)));
  };
  if (!socket.is_open()) return failed(errno);
  if (const int error = socket.Bind(options.local)) return failed(error);
  if (listen(socket.number(), options.backlog) != 0) return failed(errno);
  if (!reactor->AddListener(socket.number(), kListener)) return failed(errno);
  return std::unique_ptr<KernelServer>(
      new KernelServer(system, options, *std::move(reactor), socket.Release()));
}

void KernelServer::Wait(HostTime limit) {
  do {
    reactor_.Wait(std::min(limit, next_look_), *this);
    if (steady_clock::now() >= next_look_) GiveUpOldOnes();
  } while (steady_clock::now() < limit);
}

void KernelServer::OnReady(Reactor::Id id) {
  if (id == kListener) return Accept();
  Place& place = places_[static_cast<uint32_t>(id)];
  if (place.session && place.id == id) GoOn(place);
}

void KernelServer::Accept() {
  while (open_ < options_.maximum_sessions) {
    KernelSocket socket(tap::FileDescriptor(
        system_, accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK)));
    // Out of descriptors, or nobody is there any more: both pass.
    if (!socket.is_open()) return;
    Begin(std::move(socket));
  }
}

void KernelServer::Begin(KernelSocket socket) {
  if (free_.empty()) {
    free_.push_back(static_cast<uint32_t>(places_.size()));
    places_.emplace_back();
  }
  const uint32_t number = free_.back();
  free_.pop_back();
  Place& place = places_[number];
  place.id = accepted_++ << 32 | number;
  const int fd = socket.number();
  place.session =
      std::make_unique<KernelServerSession>(std::move(socket), options_.silence, silent_, ledger_);
  ++open_;
  if (reactor_.Add(fd, place.id)) return GoOn(place);
  place.session->GiveUp("the system cannot wait for it");
  Free(place);
}

void KernelServer::GoOn(Place& place) {
  if (place.session->Go()) return Free(place);
  if (const auto alarm = place.session->TakeAlarm()) reactor_.SetDeadline(place.id, *alarm);
}

void KernelServer::Free(Place& place) {
  place.session.reset();
  free_.push_back(static_cast<uint32_t>(place.id));
  --open_;
}

void KernelServer::GiveUpOldOnes() {
  const HostTime now = steady_clock::now();
  next_look_ = now + kLookInterval;
  silent_.DropOld(now);
  for (Place& place : places_) {
    if (!place.session || place.session->began() + options_.patience > now) continue;
    place.session->GiveUp("it takes too long");
    Free(place);
  }
}

}  // namespace nut::storm
