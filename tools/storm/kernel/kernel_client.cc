#include "tools/storm/kernel/kernel_client.h"

#include <algorithm>

namespace nut::storm {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kLookInterval{1};

}  // namespace

KernelClient::KernelClient(tap::SystemCalls& system, const KernelClientOptions& options,
                           const Planner& planner, Reactor reactor)
    : options_(options),
      planner_(planner),
      reactor_(std::move(reactor)),
      local_ends_(options.addresses, options.reused_ends),
      silent_(options.silence.own),
      around_{.system = system,
              .targets = options_.targets,
              .silence = options_.silence,
              .connect_timeout = options.connect_timeout,
              .early_close_within = options.early_close_within,
              .local_ends = local_ends_,
              .silent = silent_,
              .ledger = ledger_},
      places_(options.at_once),
      next_look_(steady_clock::now() + kLookInterval) {
  for (uint32_t number = options.at_once; number-- > 0;) free_.push_back(number);
}

tl::expected<std::unique_ptr<KernelClient>, std::string> KernelClient::Make(
    tap::SystemCalls& system, const KernelClientOptions& options, const Planner& planner) {
  auto reactor = Reactor::Create(system);
  if (!reactor) return tl::unexpected(reactor.error());
  return std::unique_ptr<KernelClient>(new KernelClient(system, options, planner, *std::move(reactor)));
}

void KernelClient::Wait(HostTime limit) {
  do {
    OpenMore();
    if (done()) return;
    reactor_.Wait(std::min(limit, next_look_), *this);
    if (steady_clock::now() >= next_look_) GiveUpOldOnes();
  } while (steady_clock::now() < limit);
}

void KernelClient::OpenMore() {
  while (!free_.empty() && !stopping_ && next_ < options_.connections) {
    const uint32_t number = free_.back();
    free_.pop_back();
    ++open_;
    Place& place = places_[number];
    place.id = next_ << 32 | number;
    place.session = std::make_unique<KernelClientSession>(around_, planner_.PlanOf(options_.first + next_++));
    GoOn(place);
  }
}

void KernelClient::OnReady(Reactor::Id id) {
  Place& place = places_[static_cast<uint32_t>(id)];
  if (place.session && place.id == id) GoOn(place);
}

void KernelClient::GoOn(Place& place) {
  KernelClientSession& session = *place.session;
  if (session.Go()) return Free(place);
  if (const auto alarm = session.TakeAlarm()) reactor_.SetDeadline(place.id, *alarm);
  const auto fd = session.TakeNewSocket();
  if (!fd || reactor_.Add(*fd, place.id)) return;
  session.GiveUp("the system cannot wait for it");
  Free(place);
}

void KernelClient::Free(Place& place) {
  place.session.reset();
  free_.push_back(static_cast<uint32_t>(place.id));
  --open_;
}

void KernelClient::GiveUpOldOnes() {
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
