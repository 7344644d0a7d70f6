#include "test/netsim/simulation.h"

#include <algorithm>

#include "stack/base/invariant.h"
#include "test/simulation/audit.h"

namespace nut::netsim {
namespace {

// Larger than any cell's bandwidth-delay product and queue: what limits a flow is to be the network.
constexpr size_t kBuffer = size_t{256} << 20;
constexpr link::FramePoolOptions kFrames{.maximum_small = 1'000'000};
// Flows that begin together run in step, and a drop-tail queue that is full at one point of everybody's cycle
// always strikes the same one. No multiple of a round trip, so that they do not.
constexpr Duration kBetweenStarts = 437ms;

BottleneckOptions Forward(const Cell& cell) {
  return {.bits_per_second = cell.bits_per_second(),
          .queue_octets = cell.queue_octets(),
          .delay = cell.round_trip() / 2,
          .loss = cell.loss / 100,
          .reorder = cell.reorder / 100,
          .reorder_hold = cell.round_trip() / 8};
}

// Acknowledgements have the same line, and meet no misfortune: what the table shows has one cause.
BottleneckOptions Back(const Cell& cell) {
  return {.bits_per_second = cell.bits_per_second(),
          .queue_octets = cell.queue_octets(),
          .delay = cell.round_trip() - cell.round_trip() / 2};
}

wire::Ipv4Address AddressOf(Side side, unsigned number) {
  return wire::Ipv4Address(198, 19, 0, static_cast<uint8_t>((side == Side::kLeft ? 10 : 110) + number));
}

std::string NameOf(Side side, unsigned number) {
  return (side == Side::kLeft ? "left" : "right") + std::to_string(number);
}

}  // namespace

struct Simulation::Host {
  Host(Simulation& owner, Side side, unsigned number, Duration latency)
      : port(owner.dumbbell_, side, NameOf(side, number), node::MacFromName(NameOf(side, number)),
             owner.frames_, latency),
        audit(owner.audited_ ? std::make_unique<simulation::Audit>(port, owner.executor_.timers(),
                                                                   AddressOf(side, number))
                             : nullptr),
        node({owner.executor_, audit ? audit->device() : static_cast<link::Device&>(port), owner.frames_,
              statistics, owner.log_},
             OptionsOf(owner, side, number)) {}

  static node::NodeOptions OptionsOf(const Simulation& owner, Side side, unsigned number) {
    node::NodeOptions options;
    options.name = NameOf(side, number);
    options.address = wire::Ipv4Prefix(AddressOf(side, number), 24);
    options.seed = owner.seed_;
    options.tcp = owner.ParametersOf(0);
    return options;
  }

  Statistics statistics;
  DumbbellPort port;
  std::unique_ptr<simulation::Audit> audit;
  node::Node node;
};

Simulation::Simulation(const Cell& cell, std::string_view seed, bool audited)
    : cell_(cell),
      seed_(seed),
      audited_(audited),
      executor_(clock_),
      frames_(kFrames),
      dumbbell_(executor_.timers(), Forward(cell), Back(cell), Rng(seed).Split("dumbbell")) {
  Build();
}

Simulation::~Simulation() {
  const auto ended = executor_.Create("end", [this] {
    for (const auto& host : hosts_) host->node.Shutdown(0s);
  });
  NUT_INVARIANT(ended.has_value(), "no thread to end a simulation");
  executor_.RunUntil(After(executor_.Now(), 60s));
  executor_.KillAll();
}

tcp::Parameters Simulation::ParametersOf(unsigned flow) const {
  tcp::Parameters parameters;
  const bool reno = cell_.control == Control::kReno || (cell_.control == Control::kMixed && flow % 2 == 1);
  parameters.congestion = reno ? tcp::CongestionAlgorithm::kNewReno : tcp::CongestionAlgorithm::kCubic;
  parameters.sack = cell_.sack;
  parameters.receive_buffer = kBuffer;
  parameters.largest_send_buffer = kBuffer;
  return parameters;
}

Simulation::Host& Simulation::AddHost(Side side, unsigned number, Duration latency) {
  hosts_.push_back(std::make_unique<Host>(*this, side, number, latency));
  return *hosts_.back();
}

void Simulation::Build() {
  const unsigned pairs = cell_.spread == Spread::kOnePair ? 1 : cell_.flows;
  std::vector<Host*> left;
  std::vector<Host*> right;
  for (unsigned i = 0; i < pairs; ++i) {
    // kRtts: from one round trip to four.
    const bool own_rtt = cell_.spread == Spread::kRtts && pairs > 1;
    const Duration latency = own_rtt ? 3 * cell_.round_trip() * i / (pairs - 1) : Duration{};
    left.push_back(&AddHost(Side::kLeft, i, {}));
    right.push_back(&AddHost(Side::kRight, i, latency));
  }
  const auto begun = executor_.Create("begin", [this] {
    for (const auto& host : hosts_) NUT_INVARIANT(host->node.Start().has_value(), "a node does not start");
  });
  NUT_INVARIANT(begun.has_value(), "no thread to begin a simulation");
  executor_.RunUntil(executor_.Now());
  for (unsigned i = 0; i < cell_.flows; ++i) {
    flows_.push_back(std::make_unique<Flow>(
        left[i % pairs]->node, right[i % pairs]->node, AddressOf(Side::kRight, i % pairs),
        FlowOptions{.number = i, .start = kBetweenStarts * i, .sender = ParametersOf(i)}));
  }
}

void Simulation::RunTo(Duration instant) { executor_.RunUntil(After(Instant{}, instant)); }

uint64_t Simulation::Sum(Counter counter, Side side) const {
  uint64_t sum = 0;
  for (const auto& host : hosts_) {
    if (host->port.side() == side) sum += host->statistics[counter];
  }
  return sum;
}

uint64_t Simulation::timeouts() const { return Sum(Counter::kTcpRetransmissionTimeouts, Side::kLeft); }

std::string Simulation::Findings() {
  std::string findings;
  for (const auto& host : hosts_) {
    if (host->audit) findings += host->audit->Finish();
  }
  return findings;
}

Outcome Simulation::Run() {
  RunTo(std::chrono::seconds(cell_.warm_up));
  std::vector<uint64_t> received;
  for (const auto& flow : flows_) received.push_back(flow->received());
  const uint64_t sent = Sum(Counter::kTcpOutSegments, Side::kLeft);
  const uint64_t resent = Sum(Counter::kTcpRetransmittedSegments, Side::kLeft);
  const uint64_t expired = timeouts();
  const BottleneckCounts before = counts();

  RunTo(std::chrono::seconds(cell_.warm_up + cell_.measured));
  uint64_t octets = 0;
  for (size_t i = 0; i < flows_.size(); ++i) {
    received[i] = flows_[i]->received() - received[i];
    octets += received[i];
  }
  const uint64_t segments = Sum(Counter::kTcpOutSegments, Side::kLeft) - sent;
  const uint64_t frames = counts().carried - before.carried;
  const uint64_t waited = static_cast<uint64_t>((counts().waited - before.waited).count());
  Outcome outcome;
  outcome.goodput = octets * 8 / cell_.measured / 1000;
  outcome.used = octets * 8 * 1000 / cell_.measured / LargestGoodput(cell_.bits_per_second());
  outcome.fairness = JainIndex(received);
  outcome.resent = (Sum(Counter::kTcpRetransmittedSegments, Side::kLeft) - resent) * 10000 /
                   std::max<uint64_t>(segments, 1);
  outcome.timeouts = timeouts() - expired;
  outcome.queue_delay = waited / std::max<uint64_t>(frames, 1) / 100'000;
  return outcome;
}

}  // namespace nut::netsim
