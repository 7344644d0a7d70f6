#include "apps/storm/client.h"

#include <fmt/format.h>

#include "apps/storm/client_session.h"

namespace nut::storm {

struct Client::Shared {
  Shared(tcp::Engine& engine_used, const Targets& targets_used, const Planner& planner_used,
         Vanisher& vanisher_used, const ClientOptions& chosen)
      : engine(engine_used),
        targets(targets_used),
        planner(planner_used),
        vanisher(vanisher_used),
        options(chosen),
        vanish_ports(chosen.first_vanish_port, chosen.vanish_ports),
        closer(engine_used, ledger) {}

  // One thread's life.
  void Run(unsigned number) {
    ClientSession session({engine, targets, options, vanisher, closer, vanish_ports, ledger},
                          wire::Port(static_cast<uint16_t>(options.first_reuse_port + number)));
    while (!stopping && next < options.connections) session.Run(planner.PlanOf(options.first + next++));
    if (--running == 0) closer.Stop();
  }

  tcp::Engine& engine;
  const Targets targets;
  const Planner& planner;
  Vanisher& vanisher;
  const ClientOptions options;
  Ledger ledger;
  VanishPorts vanish_ports;
  Closer closer;
  uint64_t next = 0;  // of the quota
  unsigned running = 0;
  bool stopping = false;
};

Client::Client(tcp::Engine& engine, const Targets& targets, const Planner& planner, Vanisher& vanisher,
               const ClientOptions& options)
    : shared_(std::make_unique<Shared>(engine, targets, planner, vanisher, options)) {}

Client::~Client() = default;

Result<void> Client::Start() {
  Shared& shared = *shared_;
  if (const auto started = shared.closer.Start(shared.options.priority); !started) return started;
  for (unsigned number = 0; number < shared.options.threads; ++number) {
    ++shared.running;
    const auto thread = shared.engine.executor().Create(
        fmt::format("storm-client-{}", number), [&shared, number] { shared.Run(number); }, 0,
        shared.options.priority);
    if (!thread) {
      --shared.running;
      return Fail(thread.error());
    }
  }
  return {};
}

void Client::Stop() { shared_->stopping = true; }

bool Client::done() const { return shared_->running == 0 && shared_->closer.done(); }

const Ledger& Client::ledger() const { return shared_->ledger; }

}  // namespace nut::storm
