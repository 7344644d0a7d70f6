#include "stack/node/node_inspector.h"

#include <algorithm>
#include <cctype>

#include "stack/node/node.h"
#include "stack/node/socket_listing.h"

namespace nut::node {
namespace {

// As ip-neighbour(8) spells them.
std::string NeighborState(net::ArpState state) {
  switch (state) {
    case net::ArpState::kIncomplete: return "INCOMPLETE";
    case net::ArpState::kReachable: return "REACHABLE";
    case net::ArpState::kPolling: return "PROBE";
  }
  return "?";
}

std::string StateOf(const os::ThreadInfo& thread) {
  switch (thread.state) {
    case os::ThreadState::kRunning: return "running";
    case os::ThreadState::kReady: return "ready";
    case os::ThreadState::kSleeping: return thread.waiting_on == "sleep" ? "sleeping" : "waiting";
    case os::ThreadState::kTerminated: return "ended";
  }
  return "?";
}

}  // namespace

pro::NodeSnapshot NodeInspector::Node() const {
  const NodeOptions& options = node_.options();
  const net::InterfaceAddress& interface = node_.network().interface();
  const Clock& clock = node_.executor().clock();
  pro::NodeSnapshot snapshot;
  snapshot.name = options.name;
  snapshot.version = "5.2.4.0";
  snapshot.profile = "modern";
  snapshot.seed = options.seed;
  snapshot.device = device_.name();
  snapshot.mac = node_.mac();
  snapshot.address = interface.address();
  snapshot.prefix_length = interface.prefix().length();
  if (const auto gateway = interface.gateway()) snapshot.gateway = *gateway;
  snapshot.mtu = interface.mtu();
  snapshot.now = clock.Now();
  snapshot.uptime = snapshot.now.time_since_epoch();
  snapshot.unix_time = clock.UnixTime(snapshot.now);
  return snapshot;
}

std::vector<pro::ThreadSnapshot> NodeInspector::Threads() const {
  std::vector<pro::ThreadSnapshot> threads;
  for (const os::ThreadInfo& info : node_.executor().Threads()) {
    pro::ThreadSnapshot& thread = threads.emplace_back();
    thread.id = info.handle.slot;
    thread.name = info.name;
    thread.priority = info.priority;
    thread.state = StateOf(info);
    thread.waits_for = info.waiting_on;
    thread.stack_size = info.stack_size;
    thread.stack_used = info.stack_used;
    thread.stack_high_water = info.stack_used;
    thread.switches = info.switches;
  }
  return threads;
}

pro::SocketList NodeInspector::Sockets(size_t most) const {
  return ListSockets(node_.tcp().Snapshot(), node_.network().UdpEndpoints(), node_.executor().Now(), most);
}

std::vector<pro::TimerSnapshot> NodeInspector::Timers(size_t most) const {
  const Instant now = node_.executor().Now();
  std::vector<os::TimerInfo> armed = node_.executor().timers().Snapshot();
  if (armed.size() > most) armed.resize(most);
  std::vector<pro::TimerSnapshot> timers;
  for (const os::TimerInfo& timer : armed) {
    timers.push_back(
        {std::string(timer.label), std::max(timer.deadline - now, Duration::zero()), timer.period});
  }
  return timers;
}

std::vector<pro::NeighborSnapshot> NodeInspector::Neighbors() const {
  std::vector<pro::NeighborSnapshot> neighbors;
  for (const net::ArpInfo& entry : node_.network().ArpEntries()) {
    neighbors.push_back({.address = entry.address,
                         .mac = entry.mac,
                         .device = std::string(device_.name()),
                         .state = NeighborState(entry.state),
                         .age = entry.age,
                         .queued = entry.queued});
  }
  return neighbors;
}

std::vector<pro::RouteSnapshot> NodeInspector::Routes() const {
  std::vector<pro::RouteSnapshot> routes;
  for (const net::Route& route : node_.network().RouteList()) {
    pro::RouteSnapshot& row = routes.emplace_back();
    row.destination = route.destination.network();
    row.prefix_length = route.destination.length();
    if (route.gateway) row.gateway = *route.gateway;
    row.source = node_.network().interface().address();
    row.device = device_.name();
  }
  return routes;
}

std::vector<pro::FilterRuleSnapshot> NodeInspector::FilterRules() const {
  std::vector<pro::FilterRuleSnapshot> rules;
  for (const net::FilterRuleInfo& rule : node_.network().FilterRules()) {
    rules.push_back({.rule = rule.rule.ToText(), .packets = rule.packets, .bytes = rule.bytes});
  }
  return rules;
}

pro::CounterList NodeInspector::Counters() const {
  const Statistics& statistics = node_.statistics();
  pro::CounterList list;
  for (size_t i = 0; i < kCounterCount; ++i) {
    const auto counter = static_cast<Counter>(i);
    list.counters.push_back({std::string(NameOf(counter)), statistics[counter]});
  }
  for (size_t i = static_cast<size_t>(DropReason::kNone) + 1; i < kDropReasonCount; ++i) {
    const auto reason = static_cast<DropReason>(i);
    list.drops.push_back({std::string(NameOf(reason)), statistics[reason]});
  }
  return list;
}

pro::MemorySnapshot NodeInspector::Memory() const {
  const os::HeapBudget& heap = node_.executor().heap();
  pro::MemorySnapshot memory;
  memory.heap_size = heap.limit();
  memory.heap_used = heap.used();
  memory.heap_high_water = heap.high_water();
  memory.pools.push_back({.name = "frames",
                          .item_size = 0,
                          .in_use = frames_.in_use(),
                          .peak = frames_.peak(),
                          .limit = frames_.limit(),
                          .refused = frames_.failures()});
  memory.pools.push_back({.name = "threads",
                          .item_size = 0,
                          .in_use = node_.executor().thread_count(),
                          .peak = 0,
                          .limit = node_.executor().options().maximum_threads,
                          .refused = 0});
  memory.pools.push_back({.name = "connections",
                          .item_size = sizeof(tcp::ConnectionRecord),
                          .in_use = node_.tcp().connection_count(),
                          .peak = 0,
                          .limit = node_.tcp().parameters().maximum_connections,
                          .refused = node_.statistics()[DropReason::kTcpConnectionTableFull]});
  return memory;
}

std::vector<pro::LogLineSnapshot> NodeInspector::LogLines(size_t most) const {
  return history_ == nullptr ? std::vector<pro::LogLineSnapshot>() : history_->Latest(most);
}

}  // namespace nut::node
