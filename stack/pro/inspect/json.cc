#include "stack/pro/inspect/json.h"

#include <nlohmann/json.hpp>

#include "stack/base/statistics.h"
#include "stack/pro/inspect/tables.h"

namespace nut::pro {
namespace {

using Json = nlohmann::ordered_json;

std::string AddressOrEmpty(const wire::IpAddress& address) {
  return address.is_none() ? "" : address.ToText();
}

Json ToJson(const NodeSnapshot& node) {
  return {{"name", node.name},
          {"version", node.version},
          {"profile", node.profile},
          {"seed", node.seed},
          {"device", node.device},
          {"mac", node.mac.ToText()},
          {"address", PrefixText(node.address, node.prefix_length)},
          {"gateway", AddressOrEmpty(node.gateway)},
          {"mtu", node.mtu},
          {"now", ToSeconds(node.now.time_since_epoch())},
          {"uptime", ToSeconds(node.uptime)},
          {"unix_time", ToSeconds(node.unix_time)}};
}

Json ToJson(const ThreadSnapshot& thread) {
  return {{"id", thread.id},
          {"name", thread.name},
          {"priority", thread.priority},
          {"state", thread.state},
          {"waits_for", thread.waits_for},
          {"stack_size", thread.stack_size},
          {"stack_used", thread.stack_used},
          {"stack_high_water", thread.stack_high_water},
          {"switches", thread.switches}};
}

Json ToJson(const SocketSnapshot& socket) {
  return {{"id", socket.id},
          {"protocol", socket.protocol},
          {"state", socket.state},
          {"local", socket.local.ToText()},
          {"remote", socket.remote.ToText()},
          {"receive_queue", socket.receive_queue},
          {"send_queue", socket.send_queue},
          {"bytes_in", socket.bytes_in},
          {"bytes_out", socket.bytes_out},
          {"packets_in", socket.packets_in},
          {"packets_out", socket.packets_out},
          {"retransmits", socket.retransmits},
          {"mss", socket.mss},
          {"cwnd", socket.cwnd},
          {"ssthresh", socket.ssthresh},
          {"pipe", socket.pipe},
          {"sacked", socket.sacked},
          {"send_window", socket.send_window},
          {"srtt", ToSeconds(socket.srtt)},
          {"rttvar", ToSeconds(socket.rttvar)},
          {"rto", ToSeconds(socket.rto)},
          {"timer", socket.timer},
          {"timer_left", ToSeconds(socket.timer_left)},
          {"age", ToSeconds(socket.age)},
          {"idle", ToSeconds(socket.idle)}};
}

Json ToJson(const TimerSnapshot& timer) {
  return {{"name", timer.name}, {"left", ToSeconds(timer.left)}, {"interval", ToSeconds(timer.interval)}};
}

Json ToJson(const NeighborSnapshot& neighbor) {
  return {{"address", neighbor.address.ToText()},
          {"mac", neighbor.mac.is_zero() ? "" : neighbor.mac.ToText()},
          {"device", neighbor.device},
          {"state", neighbor.state},
          {"age", ToSeconds(neighbor.age)},
          {"queued", neighbor.queued}};
}

Json ToJson(const RouteSnapshot& route) {
  return {{"destination", PrefixText(route.destination, route.prefix_length)},
          {"gateway", AddressOrEmpty(route.gateway)},
          {"source", AddressOrEmpty(route.source)},
          {"device", route.device}};
}

Json ToJson(const FilterRuleSnapshot& rule) {
  return {{"rule", rule.rule}, {"packets", rule.packets}, {"bytes", rule.bytes}};
}

Json ToJson(const CounterSnapshot& counter) { return {{"name", counter.name}, {"value", counter.value}}; }

Json ToJson(const PoolSnapshot& pool) {
  return {{"name", pool.name}, {"item_size", pool.item_size}, {"in_use", pool.in_use},
          {"peak", pool.peak}, {"limit", pool.limit},         {"refused", pool.refused}};
}

Json ToJson(const LogLineSnapshot& line) {
  return {{"number", line.number},
          {"at", ToSeconds(line.at.time_since_epoch())},
          {"level", NameOf(line.level)},
          {"module", line.module},
          {"text", line.text}};
}

template <typename T>
Json ToArray(const std::vector<T>& items) {
  Json array = Json::array();
  for (const T& item : items) array.push_back(ToJson(item));
  return array;
}

Json ToJson(const MemorySnapshot& memory) {
  return {{"heap_size", memory.heap_size},
          {"heap_used", memory.heap_used},
          {"heap_high_water", memory.heap_high_water},
          {"pools", ToArray(memory.pools)}};
}

// The totals from which a page draws its rates: whole frames on the wire.
Json Traffic(const CounterList& list) {
  Json traffic = {{"bytes_in", 0}, {"bytes_out", 0}, {"frames_in", 0}, {"frames_out", 0}, {"dropped", 0}};
  const auto pick = [&](Counter counter, const char* key) {
    for (const CounterSnapshot& snapshot : list.counters) {
      if (snapshot.name == NameOf(counter)) traffic[key] = snapshot.value;
    }
  };
  pick(Counter::kBytesIn, "bytes_in");
  pick(Counter::kBytesOut, "bytes_out");
  pick(Counter::kFramesIn, "frames_in");
  pick(Counter::kFramesOut, "frames_out");
  uint64_t dropped = 0;
  for (const CounterSnapshot& drop : list.drops) dropped += drop.value;
  traffic["dropped"] = dropped;
  return traffic;
}

}  // namespace

std::string StatusJson(const Inspector& inspector, const StatusLimits& limits) {
  const CounterList counters = inspector.Counters();
  std::vector<ThreadSnapshot> threads = inspector.Threads();
  const size_t thread_count = threads.size();
  if (thread_count > limits.threads) threads.resize(limits.threads);
  const SocketList sockets = inspector.Sockets(limits.sockets);
  const Json document = {{"node", ToJson(inspector.Node())},
                         {"traffic", Traffic(counters)},
                         {"thread_count", thread_count},
                         {"threads", ToArray(threads)},
                         {"sockets", {{"total", sockets.total}, {"list", ToArray(sockets.sockets)}}},
                         {"timers", ToArray(inspector.Timers(limits.timers))},
                         {"neighbors", ToArray(inspector.Neighbors())},
                         {"routes", ToArray(inspector.Routes())},
                         {"filter", ToArray(inspector.FilterRules())},
                         {"counters", ToArray(counters.counters)},
                         {"drops", ToArray(counters.drops)},
                         {"memory", ToJson(inspector.Memory())},
                         {"log", ToArray(inspector.LogLines(limits.log_lines))}};
  return document.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace nut::pro
