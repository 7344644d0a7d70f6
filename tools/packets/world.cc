#include "tools/packets/world.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/nutnode/command_line.h"
#include "stack/pro/services/service_registry.h"
#include "tools/packets/parameter_table.h"

namespace nut::packets {
namespace {

// Announcements of the address are over by then (RFC 5227 2.3), and every queue is empty.
constexpr Duration kSettling = 10s;

// What nutnode can be told and a script cannot: the host's side, and what happens between wire and node.
constexpr std::string_view kNotHere[] = {
    "--host",    "--tap",     "--tap-fd", "--offload",   "--spin",       "--userns",
    "--pcap",    "--snaplen", "--loss",   "--delay",     "--loss-burst", "--capture-drops",
    "--reorder", "--corrupt", "--rate",   "--duplicate", "--until",      "--grace",
    "--impair",  "--log",     "--config", "--log-file",  "--log-format",
};

apps::KnownServices Services() {
  apps::KnownServices services;
  for (const pro::ServiceEntry& entry : pro::ServiceRegistry()) {
    services.push_back({entry.name, entry.port, entry.description, entry.is_shown});
  }
  return services;
}

apps::ProgramOptions OptionsOf(const Script& script) {
  const Place& place = script.node_place;
  for (const std::string& word : script.node_options) {
    if (std::ranges::find(kNotHere, word) != std::end(kNotHere)) {
      throw ScriptError(place, fmt::format("node: {} has no meaning on a scripted wire", word));
    }
  }
  std::vector<std::string> arguments = script.node_options;
  if (std::ranges::find(arguments, "--app") == arguments.end())
    arguments.insert(arguments.end(), {"--app", "none"});
  if (std::ranges::find(arguments, "--seed") == arguments.end())
    arguments.insert(arguments.end(), {"--seed", "packets"});
  if (std::ranges::find(arguments, "--mac") == arguments.end()) {
    arguments.insert(arguments.end(), {"--mac", "02:00:00:00:00:10"});
  }
  apps::CommandLine line = apps::ParseCommandLine(arguments, Services());
  if (const auto* error = std::get_if<apps::UsageError>(&line))
    throw ScriptError(place, "node: " + error->message);
  if (std::holds_alternative<apps::PrintAndExit>(line))
    throw ScriptError(place, "node: these are no options of a node");
  apps::ProgramOptions options = std::get<apps::ProgramOptions>(std::move(line));
  for (const Script::Parameter& parameter : script.parameters) {
    const std::string error = SetParameter(parameter.name, parameter.value, options.node.tcp);
    if (!error.empty()) throw ScriptError(parameter.place, error);
  }
  return options;
}

}  // namespace

World::World(const Script& script) {
  apps::ProgramOptions options = OptionsOf(script);
  if (!script.manual_arp) wire_.AnswerArp(options.node.address.address(), script.peer_mac);
  node_ = std::make_unique<node::Node>(node::NodeSurroundings{executor_, wire_, frames_, statistics_, log_},
                                       options.node);
  std::string fault = "it does not start";
  start_ = clock_.Now();
  OnThread([&] {
    if (!node_->Start()) return;
    for (const apps::ServiceRequest& service : options.services) {
      if (!node_->StartService(service.name, service.port)) {
        fault = service.name + " does not start";
        return;
      }
    }
    fault.clear();
  });
  if (!fault.empty()) throw ScriptError({script.file, 0}, "the node: " + fault);
  if (script.manual_arp) return;
  RunUntil(kSettling);
  wire_.sent().clear();
  start_ = clock_.Now();
}

World::~World() {
  EndThreads();
  node_.reset();
  wire_.Drain();
}

bool World::RunToPacket(Duration limit) {
  for (;;) {
    Run();
    if (!wire_.sent().empty()) return true;
    if (Now() >= limit) return false;
    const Instant next = std::max(executor_.timers().next_deadline(), clock_.Now() + Duration(1));
    executor_.RunUntil(std::min(next, start_ + limit));
  }
}

void World::OnThread(std::function<void()> body) {
  if (!executor_.Create("script", std::move(body))) throw std::runtime_error("the node has no thread left");
  Run();
}

}  // namespace nut::packets
