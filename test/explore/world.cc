#include "test/explore/world.h"

#include <array>
#include <vector>

#include "stack/base/clock.h"
#include "stack/wire/arp.h"
#include "test/explore/oracles/byte_books.h"
#include "test/explore/oracles/leak.h"
#include "test/explore/oracles/liveness.h"
#include "test/explore/outsider.h"
#include "test/explore/segment_tap.h"
#include "test/explore/site.h"
#include "test/explore/state_hash.h"

namespace nut::explore {
namespace {

constexpr wire::Ipv4Address kAddressA(198, 19, 0, 10);
constexpr wire::Ipv4Address kAddressB(198, 19, 0, 20);

// Longer than everything that the parameters below let a connection take, several times over.
constexpr Duration kLongestRun = 3600s;
constexpr Duration kLongestShutdown = 600s;
// Until both nodes have claimed their addresses (RFC 5227).
constexpr Duration kSettling = 20s;

// Worlds are made by the million: mapping a stack costs more than the rest of a world.
os::StackPool& SharedStacks() {
  thread_local os::StackPool stacks(64 * 1024 * 1024);
  return stacks;
}

// Small buffers and short patience: a run is to have few segments. What is cut short is only waiting; the
// order of the timers among themselves is the usual one.
tcp::Parameters ParametersOfWorlds() {
  tcp::Parameters parameters;
  parameters.receive_buffer = parameters.send_buffer = 4096;
  parameters.largest_receive_buffer = parameters.largest_send_buffer = 0;
  parameters.syn_timeout = 10s;
  parameters.retransmission_timeout = 10s;
  parameters.syn_received_timeout = 9s;
  parameters.linger_orphan = 10s;
  parameters.fin_wait_2_orphan = 6s;
  parameters.maximum_persist_interval = 2s;
  parameters.time_wait = 4s;
  parameters.maximum_connections = 64;
  parameters.maximum_input_queue = 256;
  return parameters;
}

node::NodeOptions OptionsOf(std::string name, wire::Ipv4Address address, const std::string& seed) {
  node::NodeOptions options;
  options.name = std::move(name);
  options.address = wire::Ipv4Prefix(address, 24);
  options.seed = seed;
  options.tcp = ParametersOfWorlds();
  return options;
}

// Counts the decisions.
class Counted final : public os::Scheduler {
 public:
  explicit Counted(os::Scheduler& scheduler) : scheduler_(scheduler) {}

  size_t Choose(const os::SchedulingChoice& choice) override {
    const size_t chosen = started ? scheduler_.Choose(choice) : 0;
    steps += started;
    return chosen;
  }

  void OnOnlyCandidate(const os::SchedulingChoice& choice) override {
    if (started) scheduler_.OnOnlyCandidate(choice);
  }

  bool started = false;
  uint32_t steps = 0;

 private:
  os::Scheduler& scheduler_;
};

struct Spawned {
  os::ThreadHandle thread;
  bool ended = false;
};

}  // namespace

struct World::Parts {
  Parts(const WorldOptions& options, os::Scheduler& chooser)
      : plan(options.fail_allocation),
        scheduler(chooser),
        executor(clock, {.stacks = &SharedStacks()}, &scheduler),
        stage(executor, scheduler.started, scheduler.steps, options.story),
        log_a(stage, "a"),
        log_b(stage, "b"),
        hub(executor.timers()),
        a({executor, hub, log_a, plan}, OptionsOf("a", kAddressA, options.seed)),
        b({executor, hub, log_b, plan}, OptionsOf("b", kAddressB, options.seed)),
        books(a.tcp(), b.tcp()),
        verdict([this](const Fault& fault) {
          stage.Tell(StoryEvent::Kind::kFault, {}, fault.text);
          executor.Stop();
        }),
        bytes(books, verdict),
        wire(books, verdict),
        tap(
            clock, books, wire, stage,
            [this] {
              a.OnWire();
              b.OnWire();
            },
            options.pcapng) {
    executor.heap().SetFailurePlan(&plan);
    hub.SetObserver(&tap);
    a.Meet(b, bytes, verdict);
    b.Meet(a, bytes, verdict);
  }

  void Start(Site& site);
  void Introduce();
  void NoteOwner(os::ThreadHandle thread, char node);
  bool AllEnded() const;
  void ShutDown();

  VirtualClock clock;
  FailurePlan plan;
  Counted scheduler;
  os::Executor executor;
  Stage stage;
  StageLog log_a, log_b;
  link::Hub hub;
  std::optional<Outsider> outsider;
  Site a, b;
  ConnectionBooks books;
  Verdict verdict;
  ByteBooks bytes;
  WireWatch wire;
  SegmentTap tap;

  std::array<os::ThreadHandle, 2> machines;
  std::vector<char> owners;  // of threads, by slot
  std::vector<Spawned> spawned;
  std::vector<std::shared_ptr<void>> kept;
};

void World::Parts::NoteOwner(os::ThreadHandle thread, char node) {
  if (owners.size() <= thread.slot) owners.resize(thread.slot + 1);
  owners[thread.slot] = node;
}

void World::Parts::Start(Site& site) {
  const auto started = executor.Create(
      "start", [&] { NUT_INVARIANT(site.node().Start().has_value(), "a node does not start"); });
  NUT_INVARIANT(started.has_value(), "no thread to start a node");
  executor.RunUntil(executor.Now());
  os::ThreadHandle receiver;
  executor.VisitThreads([&](const os::ThreadGlance& thread) {
    if (thread.handle.slot < owners.size() && owners[thread.handle.slot] != 0) return;
    NoteOwner(thread.handle, site.name());
    if (thread.name == "tcpsm") machines[site.name() - 'a'] = thread.handle;
    if (thread.name == "rx") receiver = thread.handle;
  });
  site.SetThreads(machines[site.name() - 'a'], receiver);
}

// b asks for a: both know each other afterwards, so that a run begins with TCP.
void World::Parts::Introduce() {
  link::FramePtr frame = b.frames().Allocate(wire::kArpSize);
  wire::Emit(frame->Append(wire::kArpSize), wire::ArpFields{.operation = wire::ArpOperation::kRequest,
                                                            .sender_mac = b.node().mac(),
                                                            .sender_ip = kAddressB,
                                                            .target_ip = kAddressA});
  wire::Emit(frame->Prepend(wire::kEthernetHeaderSize),
             wire::EthernetFields{.destination = wire::MacAddress::Broadcast(),
                                  .source = b.node().mac(),
                                  .type = wire::EtherType::kArp});
  b.port().Send(std::move(frame));
  executor.RunUntil(After(executor.Now(), 10ms));
}

World::World(const WorldOptions& options, os::Scheduler& scheduler)
    : parts_(std::make_unique<Parts>(options, scheduler)) {
  parts_->Start(parts_->a);
  parts_->Start(parts_->b);
  parts_->executor.RunUntil(After(parts_->executor.Now(), kSettling));
  parts_->Introduce();
  parts_->scheduler.started = true;
  parts_->plan.SetCounting(true);
}

World::~World() {
  parts_->scheduler.started = false;
  parts_->executor.KillAll();
}

Site& World::a() { return parts_->a; }
Site& World::b() { return parts_->b; }
os::Executor& World::executor() { return parts_->executor; }

void World::Spawn(Site& site, std::string_view name, std::function<void()> body, uint8_t priority) {
  Spawn(site.name(), name, std::move(body), priority);
}

void World::SpawnOverall(std::string_view name, std::function<void()> body, uint8_t priority) {
  Spawn(0, name, std::move(body), priority);
}

void World::Spawn(char node, std::string_view name, std::function<void()> body, uint8_t priority) {
  Parts& parts = *parts_;
  const size_t number = parts.spawned.size();
  parts.spawned.emplace_back();
  // Threads of the scenario are not what is under test.
  parts.plan.SetCounting(false);
  const auto thread = parts.executor.Create(
      name,
      [this, number, body = std::move(body), node] {
        const std::string_view where(&node, node != 0 ? 1 : 0);
        parts_->stage.Tell(StoryEvent::Kind::kThread, where, "begins");
        body();
        parts_->spawned[number].ended = true;
        parts_->stage.Tell(StoryEvent::Kind::kThread, where, "ends");
      },
      0, priority);
  parts.plan.SetCounting(true);
  NUT_INVARIANT(thread.has_value(), "no thread for a scenario");
  parts.spawned[number].thread = *thread;
  parts.NoteOwner(*thread, node);
}

char World::NodeOf(os::ThreadHandle thread) const {
  return thread.slot < parts_->owners.size() ? parts_->owners[thread.slot] : '\0';
}

void World::Expect(bool condition, std::string_view what) {
  if (!condition) parts_->verdict.Report(FaultKind::kExpectation, std::string(what));
}

uint8_t World::ChoosePriority() {
  static constexpr uint8_t kPriorities[] = {kMachinePriority, 20, os::kDefaultPriority};
  return kPriorities[Choose(
      {"the machine's own right", "more right than the machine", "less right than the machine"})];
}

void World::Keep(std::shared_ptr<void> what) { parts_->kept.push_back(std::move(what)); }

void World::InjectReset(Site& site, const wire::EndpointPair& ends) {
  const tcp::ConnectionRecord* record = site.tcp().connections().Find(ends);
  if (record == nullptr) return;
  const tcp::ConnectionInfo info = record->connection.Info(parts_->executor.Now());
  wire::TcpFields fields{.source_port = ends.remote.port,
                         .destination_port = ends.local.port,
                         .sequence = wire::SequenceNumber(info.rcv_nxt),
                         .flags = wire::TcpFlags::kRst};
  if (info.state == tcp::State::kSynSent) {
    // RFC 9293 3.10.7.3: there it is the ACK that makes it credible.
    fields.flags |= wire::TcpFlags::kAck;
    fields.acknowledgement = wire::SequenceNumber(info.snd_nxt);
  }
  if (!parts_->outsider) parts_->outsider.emplace(parts_->hub);
  parts_->outsider->Send({.destination = site.node().mac(), .source = site.peer().node().mac()},
                         {ends.remote, ends.local}, fields);
}

bool World::Parts::AllEnded() const {
  for (const Spawned& thread : spawned) {
    if (!thread.ended) return false;
  }
  return true;
}

std::optional<Fault> World::RunToEnd() {
  Parts& parts = *parts_;
  parts.executor.RunUntil(After(parts.executor.Now(), kLongestRun));
  if (!parts.verdict.fault() && !parts.AllEnded()) {
    for (const Spawned& thread : parts.spawned) {
      if (!thread.ended) ReportStuck(parts.executor, thread.thread, parts.verdict);
    }
  }
  if (!parts.verdict.fault()) parts.ShutDown();
  if (!parts.verdict.fault()) {
    CheckNothingLeft(parts.a.node(), parts.a.frames(), parts.verdict);
    CheckNothingLeft(parts.b.node(), parts.b.frames(), parts.verdict);
    CheckNothingRuns(parts.executor, parts.verdict);
    parts.books.Look(parts.executor.Now());
    parts.bytes.CheckEnd();
  }
  return parts.verdict.fault();
}

void World::Parts::ShutDown() {
  bool over = false;
  plan.SetCounting(false);
  const auto end = executor.Create("end", [&] {
    a.ShutDown(0s);
    b.ShutDown(0s);
    over = true;
  });
  plan.SetCounting(true);
  NUT_INVARIANT(end.has_value(), "no thread to end a world");
  NoteOwner(*end, 0);
  executor.RunUntil(After(executor.Now(), kLongestShutdown));
  if (!over) ReportStuck(executor, *end, verdict);
}

void World::CheckStep() {
  Parts& parts = *parts_;
  parts.a.tcp().CheckInvariants();
  parts.b.tcp().CheckInvariants();
  parts.a.node().network().udp().CheckInvariants();
  parts.b.node().network().udp().CheckInvariants();
  parts.a.OnStep();
  parts.b.OnStep();
  parts.books.Look(parts.executor.Now());
  parts.bytes.Check();
  CheckWaiters(parts.a.tcp(), parts.machines[0], parts.verdict);
  CheckWaiters(parts.b.tcp(), parts.machines[1], parts.verdict);
}

uint64_t World::StateNow() const {
  const uint64_t a = StateHash(parts_->a.tcp());
  const uint64_t b = StateHash(parts_->b.tcp());
  return (a * 0x9e3779b97f4a7c15u ^ b) * 0x9e3779b97f4a7c15u ^ StateHash(parts_->executor);
}

uint64_t World::wire_hash() const { return parts_->tap.hash(); }
uint64_t World::allocations() const { return parts_->plan.requests(); }

}  // namespace nut::explore
