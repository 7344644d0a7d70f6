#include "test/transcripts/stage.h"

#include "stack/base/invariant.h"
#include "test/transcripts/frame_line.h"

namespace nut::transcripts {
namespace {

const wire::MacAddress kMacA({2, 0, 0, 0, 0, 0x10});

// Announcements of the addresses are over by then (RFC 5227 2.3).
constexpr Duration kSettling = 10s;

}  // namespace

Stage::Stage(const StageOptions& options)
    : executor_(clock_), transcript_(clock_), flows_(options.scripted_peer), hub_(executor_.timers()) {
  link::HubPortOptions cable = options.cable;
  if (options.scripted_peer) cable.latency = {};
  a_ = std::make_unique<Station>(executor_, hub_, transcript_, flows_, OptionsOf(options, false), cable,
                                 options.scripted_peer ? "a > p" : "a > b");
  if (options.scripted_peer) {
    peer_ = std::make_unique<Peer>(hub_, executor_.timers(), kAddressOther);
  } else {
    b_ = std::make_unique<Station>(executor_, hub_, transcript_, flows_, OptionsOf(options, true), cable,
                                   "b > a");
  }
  Settle();
}

node::NodeOptions Stage::OptionsOf(const StageOptions& options, bool second) const {
  node::NodeOptions node = options.node[second ? 1 : 0];
  node.name = std::string(1, second ? 'b' : 'a');
  node.seed = options.seed;
  node.address = wire::Ipv4Prefix(second ? kAddressOther : kAddressA, 24);
  if (!second) node.mac = kMacA;
  return node;
}

// Everybody has an address and knows the other's MAC. What that took is forgotten.
void Stage::Settle() {
  NUT_INVARIANT(executor_
                    .Create("start",
                            [this] {
                              NUT_INVARIANT(a_->node().Start().has_value(), "node a does not start");
                              NUT_INVARIANT(!b_ || b_->node().Start().has_value(), "node b does not start");
                              executor_.Sleep(kSettling / 2);
                              const auto refused = a_->tcp().Connect({kAddressOther, wire::Port(9)});
                              NUT_INVARIANT(refused.has_value(), "no connection to somebody");
                              static_cast<void>(a_->tcp().Wait(*refused, tcp::Interest::kEstablished, 2s));
                              static_cast<void>(a_->tcp().Reset(*refused));
                            })
                    .has_value(),
                "no thread to start with");
  RunFor(kSettling);
  a_->Begin();
  if (b_) b_->Begin();
  flows_.Clear();
  transcript_.Begin();
}

Stage::~Stage() {
  executor_.KillAll();
  programs_.clear();
}

Station* Stage::Find(char letter) { return letter == 'a' ? a_.get() : letter == 'b' ? b_.get() : nullptr; }

Program* Stage::ProgramOf(const std::string& name) {
  Station* station = name.size() == 1 || name[1] == '.' ? Find(name[0]) : nullptr;
  if (station == nullptr) return nullptr;
  auto& program = programs_[name];
  if (!program) {
    const auto other = station == a_.get() ? kAddressOther : kAddressA;
    program = std::make_unique<Program>(executor_, *station, other, transcript_, name);
    // A second program of a station works on what the first one has.
    if (const auto first = programs_.find(name.substr(0, 1));
        first != programs_.end() && first->second && name.size() > 1)
      program->Share(*first->second);
  }
  return program.get();
}

void Stage::Say(const packets::Packet& packet, uint16_t peer_port, uint16_t node_port) {
  packets::Route route;
  route.source_mac = peer_->mac();
  route.destination_mac = kMacA;
  route.source = kAddressOther;
  route.destination = kAddressA;
  route.source_port = peer_port;
  route.destination_port = node_port;
  route.bases = flows_.PeerBases(node_port, peer_port);
  route.ip_id = ip_id_++;
  const packets::Bytes frame = packets::WriteFrame(packet, route);
  if (const auto line = FrameLine(frame, flows_)) transcript_.AddPacket("p > a", *line);
  peer_->Send(frame);
}

void Stage::TellSockets() {
  a_->TellSockets();
  if (b_) b_->TellSockets();
}

void Stage::TellCounters() {
  a_->TellCounters();
  if (b_) b_->TellCounters();
}

}  // namespace nut::transcripts
