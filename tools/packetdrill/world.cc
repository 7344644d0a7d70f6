#include "tools/packetdrill/world.h"

#include <algorithm>
#include <cerrno>

namespace nut::packetdrill {
namespace {

// Announcements of the address are over by then (RFC 5227 2.3).
constexpr Duration kSettling = 10s;
// A node that says nothing for so long has nothing to say.
constexpr Duration kPatience = 3600s;

struct Operation {
  int64_t result = -EINTR;
  bool done = false;
};

}  // namespace

World::World(const node::NodeOptions& options)
    : wire_(clock_, frames_, options.mac.value_or(node::MacFromName(options.name)),
            options.address.address()) {
  node_ = std::make_unique<node::Node>(node::NodeSurroundings{executor_, wire_, frames_, statistics_, log_},
                                       options);
  static_cast<void>(executor_.Create("start", [this] { static_cast<void>(node_->Start()); }));
  executor_.RunUntil(clock_.Now() + kSettling);
  wire_.sent().clear();
}

void World::End() {
  std::unique_lock lock(mutex_);
  ending_ = true;
  executor_.KillAll();
  changed_.notify_all();
  changed_.wait(lock, [&] { return callers_ == 0; });
}

World::~World() {
  End();
  node_.reset();
  wire_.Drain();
}

void World::RunUntil(Instant time) {
  executor_.RunUntil(time);
  changed_.notify_all();
}

int64_t World::Call(std::function<int64_t()> body) {
  std::unique_lock lock(mutex_);
  if (ending_) return -EINTR;
  const auto operation = std::make_shared<Operation>();
  const auto thread = executor_.Create("call", [operation, body = std::move(body)] {
    operation->result = body();
    operation->done = true;
  });
  if (!thread) return -ENOMEM;
  ++callers_;
  RunUntil(clock_.Now());
  changed_.wait(lock, [&] { return operation->done || ending_; });
  --callers_;
  changed_.notify_all();
  return operation->result;
}

bool World::Bring(ByteView packet) {
  const std::lock_guard lock(mutex_);
  if (!wire_.Bring(packet)) return false;
  RunUntil(clock_.Now());
  return true;
}

std::optional<SentPacket> World::NextPacket() {
  const std::lock_guard lock(mutex_);
  const Instant end = clock_.Now() + kPatience;
  RunUntil(clock_.Now());
  while (wire_.sent().empty()) {
    const Instant next = executor_.timers().next_deadline();
    if (next >= end) return std::nullopt;
    RunUntil(std::max(next, clock_.Now() + Duration(1)));
  }
  SentPacket packet = std::move(wire_.sent().front());
  wire_.sent().pop_front();
  return packet;
}

void World::Pass(Duration length) {
  const std::lock_guard lock(mutex_);
  RunUntil(clock_.Now() + length);
}

Duration World::UnixTime() const {
  const std::lock_guard lock(mutex_);
  return clock_.UnixTime(clock_.Now());
}

}  // namespace nut::packetdrill
