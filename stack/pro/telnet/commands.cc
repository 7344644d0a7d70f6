#include "stack/pro/telnet/commands.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "stack/pro/inspect/tables.h"
#include "stack/pro/inspect/text_table.h"
#include "stack/pro/inspect/units.h"
#include "stack/pro/server/nearest_name.h"

namespace nut::pro {
namespace {

std::string Help(const Inspector&, const CommandLimits&, std::string_view) {
  TextTable table({{"Command"}, {"Shows"}});
  for (const Command& command : Commands()) {
    table.AddRow({fmt::format("{} {}", command.name, command.arguments), std::string(command.help)});
  }
  return table.Render();
}

std::string Threads(const Inspector& inspector, const CommandLimits& limits, std::string_view) {
  return ThreadTable(inspector.Threads(), limits.threads);
}

std::string Sockets(const Inspector& inspector, const CommandLimits& limits, std::string_view) {
  return SocketTable(inspector.Sockets(limits.sockets));
}

std::string Timers(const Inspector& inspector, const CommandLimits& limits, std::string_view) {
  return TimerTable(inspector.Timers(limits.timers));
}

std::string Arp(const Inspector& inspector, const CommandLimits&, std::string_view) {
  return NeighborTable(inspector.Neighbors());
}

std::string Routes(const Inspector& inspector, const CommandLimits&, std::string_view) {
  return RouteTable(inspector.Routes());
}

std::string Filter(const Inspector& inspector, const CommandLimits&, std::string_view) {
  return FilterTable(inspector.FilterRules());
}

std::string Heap(const Inspector& inspector, const CommandLimits&, std::string_view) {
  return MemoryTable(inspector.Memory());
}

std::string Counters(const Inspector& inspector, const CommandLimits&, std::string_view filter) {
  return CounterTable(inspector.Counters(), filter);
}

std::string Log(const Inspector& inspector, const CommandLimits& limits, std::string_view) {
  return LogText(inspector.LogLines(limits.log_lines), inspector.Node().name);
}

std::string Node(const Inspector& inspector, const CommandLimits&, std::string_view) {
  return NodeText(inspector.Node());
}

std::string Uptime(const Inspector& inspector, const CommandLimits&, std::string_view) {
  const NodeSnapshot node = inspector.Node();
  return fmt::format("{} up {}, {} threads, {} sockets\n", node.name, FormatDuration(node.uptime),
                     inspector.Threads().size(), inspector.Sockets(0).total);
}

constexpr std::array kCommands{
    Command{"arp", "", "neighbours and their MAC addresses", &Arp},
    Command{"counters", "[FILTER]", "what was counted, and dropped, by name; all that match FILTER",
            &Counters},
    Command{"filter", "", "rules about what may come in and go out", &Filter},
    Command{"heap", "", "memory and pools", &Heap},
    Command{"help", "", "this list", &Help},
    Command{"log", "", "the latest log lines", &Log},
    Command{"node", "", "name, address, MAC, seed", &Node},
    Command{"quit", "", "ends the session", nullptr},
    Command{"routes", "", "where packets go", &Routes},
    Command{"sockets", "", "connections and listeners, as ss(8)", &Sockets},
    Command{"threads", "", "threads and their stacks", &Threads},
    Command{"timers", "", "what fires next", &Timers},
    Command{"uptime", "", "how long the node has been running", &Uptime},
};

std::string_view Trim(std::string_view text) {
  const size_t first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

// The command of that name, or the only one that begins with it; null otherwise.
const Command* Find(std::string_view name) {
  const Command* found = nullptr;
  for (const Command& command : kCommands) {
    if (command.name == name) return &command;
    if (!command.name.starts_with(name)) continue;
    if (found != nullptr) return nullptr;
    found = &command;
  }
  return found;
}

std::string Unknown(std::string_view name) {
  std::vector<std::string_view> candidates;
  for (const Command& command : kCommands) {
    if (command.name.starts_with(name)) candidates.push_back(command.name);
  }
  if (candidates.size() > 1) {
    return fmt::format("'{}' could be {}\n", Printable(name), fmt::join(candidates, ", "));
  }
  const Command& nearest = *std::ranges::min_element(
      kCommands, {}, [&](const Command& command) { return EditDistance(command.name, name); });
  return fmt::format("no command '{}'; the nearest is '{}', 'help' lists all\n", Printable(name),
                     nearest.name);
}

}  // namespace

std::span<const Command> Commands() { return kCommands; }

CommandResult RunCommand(const Inspector& inspector, const CommandLimits& limits, std::string_view line) {
  line = Trim(line);
  if (line.empty()) return {};
  const std::string_view name = line.substr(0, line.find(' '));
  const std::string_view argument = Trim(line.substr(name.size()));
  const Command* command = Find(name == "exit" ? "quit" : name);
  if (command == nullptr) return {Unknown(name)};
  if (!argument.empty() && command->arguments.empty()) {
    return {fmt::format("'{}' takes no argument\n", command->name)};
  }
  if (command->run == nullptr) return {.text = "bye\n", .quit = true};
  return {command->run(inspector, limits, argument)};
}

}  // namespace nut::pro
