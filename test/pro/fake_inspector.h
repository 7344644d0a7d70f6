// FakeInspector: a node that never changes, for tests of what is shown.
#pragma once

#include <algorithm>

#include "stack/base/statistics.h"
#include "stack/pro/inspect/inspector.h"

namespace nut::pro {

class FakeInspector final : public Inspector {
 public:
  FakeInspector() {
    node.name = "n1";
    node.version = "5.2.4.0";
    node.profile = "modern";
    node.seed = "4711";
    node.device = "nut-n1";
    node.mac = *wire::MacAddress::FromText("02:4e:75:74:1a:0c");
    node.address = wire::Ipv4Address(198, 19, 0, 10);
    node.prefix_length = 24;
    node.mtu = 1500;
    node.uptime = 3723s;
    threads.push_back({.id = 1,
                       .name = "tcpsm",
                       .priority = 32,
                       .state = "waiting",
                       .waits_for = "tcp input",
                       .stack_size = 65536,
                       .stack_used = 1200,
                       .stack_high_water = 11800,
                       .switches = 42});
    SocketSnapshot listener;
    listener.protocol = "tcp";
    listener.state = "LISTEN";
    listener.local = {{}, wire::Port(80)};
    listener.send_queue = 1024;
    SocketSnapshot connection;
    connection.id = 7;
    connection.protocol = "tcp";
    connection.state = "ESTABLISHED";
    connection.local = {wire::Ipv4Address(198, 19, 0, 10), wire::Port(80)};
    connection.remote = {wire::Ipv4Address(198, 19, 0, 1), wire::Port(51234)};
    connection.bytes_in = 100;
    connection.bytes_out = 4096;
    connection.srtt = 400us;
    connection.timer = "retransmit";
    connection.timer_left = 203ms;
    sockets = {listener, connection};
    timers.push_back({.name = "arp", .left = 4200ms, .interval = 10s});
    neighbors.push_back({.address = wire::Ipv4Address(198, 19, 0, 1),
                         .mac = *wire::MacAddress::FromText("5e:1f:02:aa:00:01"),
                         .device = "eth0",
                         .state = "REACHABLE",
                         .age = 12s});
    routes.push_back({.destination = wire::Ipv4Address(198, 19, 0, 0),
                      .prefix_length = 24,
                      .source = wire::Ipv4Address(198, 19, 0, 10),
                      .device = "eth0"});
    routes.push_back({.destination = wire::Ipv4Address(),
                      .prefix_length = 0,
                      .gateway = wire::Ipv4Address(198, 19, 0, 1),
                      .device = "eth0"});
    filter_rules.push_back({.rule = "drop in tcp to any port 23", .packets = 7, .bytes = 420});
    counters.counters = {{"FramesIn", 61000}, {"BytesIn", 8400000}, {"IpInReceives", 0}};
    counters.drops = {{"impair: loss", 3}, {"tcp: out of window", 0}};
    memory.heap_size = 256 << 20;
    memory.heap_used = 9 << 20;
    memory.heap_high_water = 31 << 20;
    memory.pools.push_back({.name = "frames", .item_size = 2048, .in_use = 12, .peak = 80, .limit = 8192});
    log.push_back(
        {.number = 1, .at = Instant(1500ms), .level = LogLevel::kInfo, .module = "arp", .text = "announce"});
  }

  NodeSnapshot Node() const override { return node; }
  std::vector<ThreadSnapshot> Threads() const override { return threads; }
  SocketList Sockets(size_t most) const override {
    ++socket_calls;
    SocketList list{sockets, sockets.size()};
    list.sockets.resize(std::min(most, sockets.size()));
    return list;
  }
  std::vector<TimerSnapshot> Timers(size_t) const override { return timers; }
  std::vector<NeighborSnapshot> Neighbors() const override { return neighbors; }
  std::vector<RouteSnapshot> Routes() const override { return routes; }
  std::vector<FilterRuleSnapshot> FilterRules() const override { return filter_rules; }
  CounterList Counters() const override { return counters; }
  MemorySnapshot Memory() const override { return memory; }
  std::vector<LogLineSnapshot> LogLines(size_t) const override { return log; }

  NodeSnapshot node;
  std::vector<ThreadSnapshot> threads;
  std::vector<SocketSnapshot> sockets;
  std::vector<TimerSnapshot> timers;
  std::vector<NeighborSnapshot> neighbors;
  std::vector<RouteSnapshot> routes;
  std::vector<FilterRuleSnapshot> filter_rules;
  CounterList counters;
  MemorySnapshot memory;
  std::vector<LogLineSnapshot> log;
  mutable size_t socket_calls = 0;
};

}  // namespace nut::pro
