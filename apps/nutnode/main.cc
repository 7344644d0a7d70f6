// nutnode: runs one Nut/Net node on a TAP interface of this machine. See --help.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "apps/nutnode/command_line.h"
#include "apps/nutnode/exit_code.h"
#include "apps/nutnode/host_setup.h"
#include "apps/nutnode/node_run.h"
#include "apps/nutnode/signals.h"
#include "apps/storm_service/storm_service.h"
#include "stack/pro/services/service_registry.h"
#include "tap/host_system_calls.h"
#include "tap/netlink_interfaces.h"

namespace nut::apps {
namespace {

ExitCode Complain(ExitCode code, std::string_view message) {
  fmt::print(stderr, "nutnode: {}\n", message);
  return code;
}

KnownServices Services() {
  KnownServices services;
  for (const pro::ServiceEntry& entry : pro::ServiceRegistry()) {
    services.push_back({entry.name, entry.port, entry.description, entry.is_shown});
  }
  services.push_back({storm::kServiceName, storm::kServicePort, storm::kServiceDescription, false});
  return services;
}

ExitCode Run(ProgramOptions options) {
  if (options.node.seed.empty()) options.node.seed = Rng::HostSeed();
  if (options.FindService(storm::kServiceName) != nullptr) storm::PrepareNode(options.node);

  tap::HostSystemCalls system;
  tap::NetlinkInterfaces interfaces(system);
  const auto invoker = system.EffectiveUser() == 0
                           ? tap::InvokerFrom(std::getenv("SUDO_UID"), std::getenv("SUDO_GID"))
                           : std::nullopt;
  auto setup = SetUpHost(options, system, interfaces, invoker);
  if (!setup) return Complain(setup.error().code, setup.error().message);
  if (!setup->tap.remark.empty()) {
    Complain(ExitCode::kClean,
             setup->tap.remark + "\nnutnode: it runs in a user namespace of its own instead");
  }
  if (!setup->warning.empty()) Complain(ExitCode::kClean, setup->warning);

  // From here on as the user, without rights: what is written belongs to him.
  MonotonicClock clock;
  auto log = LogBackend::Open({.node_name = options.node.name,
                               .levels = options.log_levels,
                               .format = options.log_format,
                               .file = options.log_file},
                              clock);
  if (!log) return Complain(ExitCode::kSystem, log.error());
  auto poller = tap::Poller::Create(system);
  if (!poller) return Complain(ExitCode::kSystem, "the system gives no epoll descriptor");
  // With a single processor the other end cannot send while we look for what it has sent.
  if (system.Processors() > 1) (*poller)->SpinWhileBusy(clock, options.spin);
  NodeRun run(options, system, *std::move(setup), *std::move(poller), clock, **log);
  if (const auto opened = run.OpenCapture(); !opened) {
    return Complain(ExitCode::kSystem, "--pcap: " + opened.error());
  }
  return run.Run();
}

ExitCode Main(const std::vector<std::string>& arguments) {
  Signals::Block();
  CommandLine line = ParseCommandLine(arguments, Services());
  if (const auto* print = std::get_if<PrintAndExit>(&line)) {
    std::fputs(print->text.c_str(), stdout);
    return std::fflush(stdout) == 0 ? ExitCode::kClean : ExitCode::kSystem;
  }
  if (const auto* error = std::get_if<UsageError>(&line)) return Complain(ExitCode::kUsage, error->message);
  return Run(std::get<ProgramOptions>(std::move(line)));
}

}  // namespace
}  // namespace nut::apps

int main(int argc, char** argv) {
  try {
    return static_cast<int>(nut::apps::Main({argv + 1, argv + argc}));
  } catch (const std::exception& error) {
    fmt::print(stderr, "nutnode: internal fault: {}\n", error.what());
    return static_cast<int>(nut::apps::ExitCode::kInternal);
  }
}
