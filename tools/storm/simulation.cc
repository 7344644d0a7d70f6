#include "tools/storm/simulation.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "apps/storm/parameters.h"

namespace nut::storm {
namespace {

constexpr wire::Port kServerPort{5000};
constexpr wire::Port kClosedPort{5001};
// Looks from outside come after so many connections, as nearly as the steps of virtual time allow.
constexpr uint64_t kConnectionsPerLook = 2000;
constexpr Duration kShortestStep = 1ms;
constexpr Duration kLongestStep = 10s;
// The server has more threads than the client: some wait for clients that are gone.
constexpr unsigned kServerThreads = 2;
// Beyond every limit of a connection's own: when none has ended for so long, none will. Looked for from
// outside; a time limit on each wait of a thread would cost a timer each.
constexpr Duration kStandstill = 2h;

// Many connections in TIME-WAIT at the same time cost the processor's caches; they have to be there only as
// long as an old frame may arrive.
constexpr Duration kTimeWait = 10ms;
constexpr Duration kTimeWaitOnBadNetwork = 4s;

TwoHostsOptions HostsOf(const SimulationOptions& options) {
  const bool bad = options.impairment.active();
  TwoHostsOptions hosts;
  // Shares of a storm have networks of their own.
  hosts.seed = fmt::format("{}/{}", options.seed, options.first);
  hosts.tcp = StormParameters(bad ? Patience::kMinutes : Patience::kMoment,
                              options.time_wait.value_or(bad ? kTimeWaitOnBadNetwork : kTimeWait));
  hosts.cable.latency = options.latency;
  hosts.impairment = options.impairment;
  return hosts;
}

ClientOptions ClientOf(const SimulationOptions& options) {
  ClientOptions client;
  client.first = options.first;
  client.connections = options.connections;
  client.threads = options.threads;
  client.patience = kForever;
  client.step = options.latency;
  // A handshake takes one round trip.
  client.early_close_within = 4 * (options.latency + options.impairment.delay) + 10us;
  return client;
}

ServerOptions ServerOf(const SimulationOptions& options) {
  ServerOptions server;
  server.port = kServerPort;
  server.threads = options.threads * kServerThreads;
  server.backlog = server.threads;
  server.patience = kForever;
  return server;
}

std::unique_ptr<AnyServer> MakeServer(const SimulationOptions& options, tcp::Engine& engine,
                                      Vanisher& vanisher) {
  if (options.make_server) return options.make_server(engine, vanisher, ServerOf(options));
  return std::make_unique<Server>(engine, vanisher, ServerOf(options));
}

Targets TheTargets() {
  return {.server = {kServerAddress, kServerPort},
          .refusing = {kServerAddress, kClosedPort},
          .silent = {kSilentAddress, kServerPort}};
}

}  // namespace

Simulation::Simulation(const SimulationOptions& options)
    : options_(options),
      planner_(options.seed, options.mix, options.sizes),
      hosts_(HostsOf(options)),
      client_(hosts_.client().tcp(), TheTargets(), planner_, hosts_.black_hole(), ClientOf(options)),
      server_(MakeServer(options, hosts_.server().tcp(), hosts_.black_hole())),
      heap_(options.connections),
      next_check_(options.check_every) {}

StormResult Simulation::Run(Watcher* watcher) {
  const auto start = std::chrono::steady_clock::now();
  if (Start()) {
    RunClients(watcher);
    Drain();
    CheckInvariants();
    ShutDown();
  }
  StormResult result;
  result.client = client_.ledger();
  result.server = server_->ledger();
  CheckEnd(result);
  result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return result;
}

bool Simulation::Start() {
  bool started = false;
  const auto thread = hosts_.executor().Create("storm-start", [&] {
    started = hosts_.client().Start() && hosts_.server().Start() && server_->Start() && client_.Start();
  });
  if (thread) RunFor({});
  if (!started) Fault("the nodes do not start");
  return started;
}

// False: nothing will ever happen again.
bool Simulation::RunFor(Duration length) {
  const Instant deadline = After(hosts_.executor().Now(), length);
  const os::RunResult result = hosts_.executor().RunUntil(deadline);
  return result != os::RunResult::kQuiescent && result != os::RunResult::kFinished;
}

StormSnapshot Simulation::Snapshot() {
  return {.ended = client_.ledger().ended(),
          .failed = client_.ledger().fault_count + server_->ledger().fault_count,
          .open = hosts_.client().tcp().connection_count() + hosts_.server().tcp().connection_count(),
          .memory = HeapInUse()};
}

void Simulation::RunClients(Watcher* watcher) {
  uint64_t last_ended = 0;
  Instant last_progress{};
  Duration step = kShortestStep;
  while (!client_.done()) {
    const bool alive = RunFor(step);
    if (!alive && !client_.done()) return Fault("every thread waits for ever, and connections are under way");
    const StormSnapshot snapshot = Snapshot();
    heap_.Note(snapshot.ended, snapshot.memory);
    if (snapshot.ended >= next_check_) {
      CheckInvariants();
      next_check_ = snapshot.ended + options_.check_every;
    }
    if (watcher != nullptr && !watcher->OnProgress(snapshot)) client_.Stop();
    const Instant now = hosts_.executor().Now();
    const uint64_t ended = snapshot.ended - last_ended;
    if (ended > 0) last_progress = now;
    last_ended = snapshot.ended;
    step = std::clamp(ended < kConnectionsPerLook ? step * 2 : step / 2, kShortestStep, kLongestStep);
    if (now - last_progress > kStandstill) return Fault("no connection has ended for two hours");
  }
}

// The server's side ends, then what is left of the connections.
void Simulation::Drain() {
  hosts_.executor().Create("storm-stop", [&] { server_->Stop(); });
  const Instant deadline = After(hosts_.executor().Now(), kStandstill);
  const auto& client = hosts_.client().tcp();
  const auto& server = hosts_.server().tcp();
  while (!server_->done() || client.connection_count() + server.connection_count() > 0) {
    RunFor(100ms);
    if (hosts_.executor().Now() >= deadline) {
      return Fault(fmt::format("{} connections of the client and {} of the server do not end",
                               client.connection_count(), server.connection_count()));
    }
  }
}

void Simulation::ShutDown() {
  hosts_.executor().Create("storm-end", [&] {
    hosts_.client().Shutdown(0s);
    hosts_.server().Shutdown(0s);
  });
  RunFor(60s);
}

void Simulation::CheckInvariants() {
  hosts_.client().tcp().CheckInvariants();
  hosts_.server().tcp().CheckInvariants();
}

void Simulation::CheckEnd(StormResult& result) {
  const auto must_be_zero = [this](uint64_t count, std::string_view what) {
    if (count > 0) Fault(fmt::format("{} {} at the end", count, what));
  };
  must_be_zero(hosts_.client().tcp().connection_count(), "connections in the client's table");
  must_be_zero(hosts_.server().tcp().connection_count(), "connections in the server's table");
  must_be_zero(hosts_.frames().in_use(), "frames in use");
  must_be_zero(hosts_.executor().thread_count(), "threads alive");
  for (std::string& finding : Balance(result.client, result.server)) Fault(std::move(finding));
  if (auto complaint = heap_.Complaint()) Fault(std::move(*complaint));
  result.faults = std::move(faults_);

  Statistics& client = hosts_.client().statistics();
  Statistics& server = hosts_.server().statistics();
  result.totals["frames"] = hosts_.hub().frames();
  result.totals["frames_swallowed"] = hosts_.black_hole().swallowed();
  result.totals["retransmitted"] =
      client[Counter::kTcpRetransmittedSegments] + server[Counter::kTcpRetransmittedSegments];
  result.totals["switches"] = hosts_.executor().switches();
  result.totals["virtual_seconds"] =
      static_cast<uint64_t>(ToSeconds(hosts_.executor().Now().time_since_epoch()));
  result.totals["heap_early"] = heap_.early();
  result.totals["heap_late"] = heap_.late();
}

}  // namespace nut::storm
