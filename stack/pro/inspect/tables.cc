#include "stack/pro/inspect/tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "stack/pro/inspect/text_table.h"
#include "stack/pro/inspect/units.h"

namespace nut::pro {
namespace {

using Column = TextTable::Column;

std::string Number(uint64_t value) { return fmt::format("{}", value); }

std::string OrDash(std::string text) { return text.empty() ? "-" : text; }

std::string TimerOf(const SocketSnapshot& socket) {
  if (socket.timer.empty()) return "-";
  return fmt::format("{} {}", socket.timer, FormatDuration(socket.timer_left));
}

bool ContainsIgnoringCase(std::string_view text, std::string_view part) {
  const auto equal = [](unsigned char a, unsigned char b) { return std::tolower(a) == std::tolower(b); };
  return std::search(text.begin(), text.end(), part.begin(), part.end(), equal) != text.end();
}

void AddCounters(TextTable& table, const std::vector<CounterSnapshot>& counters, std::string_view filter) {
  for (const CounterSnapshot& counter : counters) {
    const bool wanted = filter.empty() ? counter.value > 0 : ContainsIgnoringCase(counter.name, filter);
    if (wanted) table.AddRow({counter.name, Number(counter.value)});
  }
}

}  // namespace

std::string PrefixText(const wire::IpAddress& address, unsigned length) {
  if (length == 0 && address.is_unspecified()) return "default";
  return fmt::format("{}/{}", address.ToText(), length);
}

std::string NodeText(const NodeSnapshot& node) {
  std::string text;
  const auto line = [&](std::string_view name, const std::string& value) {
    text += fmt::format("{:<9}{}\n", name, Printable(value));
  };
  line("node", node.name);
  line("version", node.version);
  line("profile", node.profile);
  line("address", PrefixText(node.address, node.prefix_length));
  line("gateway", node.gateway.is_none() ? "-" : node.gateway.ToText());
  line("mac", node.mac.ToText());
  line("device", fmt::format("{}, mtu {}", node.device, node.mtu));
  line("uptime", FormatDuration(node.uptime));
  line("seed", node.seed);
  return text;
}

std::string ThreadTable(const std::vector<ThreadSnapshot>& threads, size_t most) {
  TextTable table({Column{"ID", Align::kRight}, Column{"Name"}, Column{"Pri", Align::kRight}, Column{"State"},
                   Column{"Waits for"}, Column{"Stack", Align::kRight}, Column{"Used", Align::kRight},
                   Column{"Peak", Align::kRight}, Column{"Switches", Align::kRight}});
  for (const ThreadSnapshot& thread : threads) {
    if (table.rows() == most) break;
    table.AddRow({Number(thread.id), thread.name, Number(thread.priority), thread.state,
                  OrDash(thread.waits_for), Number(thread.stack_size), Number(thread.stack_used),
                  Number(thread.stack_high_water), Number(thread.switches)});
  }
  std::string text = table.Render();
  if (threads.size() > most) text += fmt::format("{} of {} threads shown\n", most, threads.size());
  return text;
}

std::string SocketTable(const SocketList& list) {
  TextTable table({Column{"Netid"}, Column{"State"}, Column{"Recv-Q", Align::kRight},
                   Column{"Send-Q", Align::kRight}, Column{"Local Address:Port"}, Column{"Peer Address:Port"},
                   Column{"In", Align::kRight}, Column{"Out", Align::kRight},
                   Column{"Retrans", Align::kRight}, Column{"RTT", Align::kRight}, Column{"Timer"}});
  for (const SocketSnapshot& socket : list.sockets) {
    table.AddRow({socket.protocol, socket.state, Number(socket.receive_queue), Number(socket.send_queue),
                  socket.local.ToText(), socket.remote.ToText(), FormatBytes(socket.bytes_in),
                  FormatBytes(socket.bytes_out), Number(socket.retransmits),
                  socket.srtt > Duration::zero() ? FormatDuration(socket.srtt) : "-", TimerOf(socket)});
  }
  std::string text = table.Render();
  if (list.total > list.sockets.size()) {
    text += fmt::format("{} of {} sockets shown\n", list.sockets.size(), list.total);
  }
  return text;
}

std::string TimerTable(const std::vector<TimerSnapshot>& timers) {
  TextTable table({Column{"Fires in", Align::kRight}, Column{"Every", Align::kRight}, Column{"Name"}});
  for (const TimerSnapshot& timer : timers) {
    table.AddRow({FormatDuration(timer.left),
                  timer.interval > Duration::zero() ? FormatDuration(timer.interval) : "once",
                  OrDash(timer.name)});
  }
  return table.Render();
}

std::string NeighborTable(const std::vector<NeighborSnapshot>& neighbors) {
  TextTable table({Column{"Address"}, Column{"Device"}, Column{"MAC"}, Column{"State"},
                   Column{"Age", Align::kRight}, Column{"Queued", Align::kRight}});
  for (const NeighborSnapshot& neighbor : neighbors) {
    table.AddRow({neighbor.address.ToText(), neighbor.device,
                  neighbor.mac.is_zero() ? "-" : neighbor.mac.ToText(), neighbor.state,
                  FormatDuration(neighbor.age), Number(neighbor.queued)});
  }
  return table.Render();
}

std::string RouteTable(const std::vector<RouteSnapshot>& routes) {
  TextTable table({Column{"Destination"}, Column{"Gateway"}, Column{"Device"}, Column{"Source"}});
  for (const RouteSnapshot& route : routes) {
    table.AddRow({PrefixText(route.destination, route.prefix_length),
                  route.gateway.is_none() ? "on link" : route.gateway.ToText(), route.device,
                  route.source.is_none() ? "-" : route.source.ToText()});
  }
  return table.Render();
}

std::string FilterTable(const std::vector<FilterRuleSnapshot>& rules) {
  if (rules.empty()) return "no rules: everything passes\n";
  TextTable table({Column{"Packets", Align::kRight}, Column{"Bytes", Align::kRight}, Column{"Rule"}});
  for (const FilterRuleSnapshot& rule : rules) {
    table.AddRow({Number(rule.packets), Number(rule.bytes), rule.rule});
  }
  return table.Render();
}

std::string CounterTable(const CounterList& list, std::string_view filter) {
  TextTable counters({Column{"Counter"}, Column{"Value", Align::kRight}});
  AddCounters(counters, list.counters, filter);
  TextTable drops({Column{"Dropped because"}, Column{"Count", Align::kRight}});
  AddCounters(drops, list.drops, filter);
  if (counters.rows() + drops.rows() == 0) {
    return filter.empty() ? "nothing counted yet\n"
                          : fmt::format("no counter is named like '{}'\n", Printable(filter));
  }
  std::string text;
  if (counters.rows() > 0) text += counters.Render();
  if (counters.rows() > 0 && drops.rows() > 0) text += '\n';
  if (drops.rows() > 0) text += drops.Render();
  return text;
}

std::string MemoryTable(const MemorySnapshot& memory) {
  std::string text = fmt::format("heap {} used, {} at most", FormatBytes(memory.heap_used),
                                 FormatBytes(memory.heap_high_water));
  text += memory.heap_size > 0 ? fmt::format(", {} budget\n\n", FormatBytes(memory.heap_size)) : "\n\n";
  TextTable table({Column{"Pool"}, Column{"Item", Align::kRight}, Column{"In use", Align::kRight},
                   Column{"Peak", Align::kRight}, Column{"Limit", Align::kRight},
                   Column{"Refused", Align::kRight}});
  for (const PoolSnapshot& pool : memory.pools) {
    table.AddRow({pool.name, pool.item_size > 0 ? FormatBytes(pool.item_size) : "-", Number(pool.in_use),
                  Number(pool.peak), pool.limit > 0 ? Number(pool.limit) : "-", Number(pool.refused)});
  }
  return text + table.Render();
}

std::string LogText(const std::vector<LogLineSnapshot>& lines, std::string_view node_name) {
  std::string text;
  for (const LogLineSnapshot& line : lines) {
    text += fmt::format("{:.6f} {} {} {}\n", ToSeconds(line.at.time_since_epoch()), node_name, line.module,
                        Printable(line.text));
  }
  return text;
}

}  // namespace nut::pro
