// The first half of a run, with all the rights that the program was started with: opens the TAP, sets up the
// host's side of it, and then gives the rights up for good. Each failure has its message and its exit code.
#pragma once

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "apps/nutnode/exit_code.h"
#include "apps/nutnode/program_options.h"
#include "tap/host_interfaces.h"
#include "tap/privileges.h"
#include "tap/system_calls.h"
#include "tap/tap_opener.h"

namespace nut::apps {

struct SetupFailure {
  ExitCode code;
  std::string message;
};

struct HostSetup {
  tap::OpenedTap tap;
  std::optional<wire::Ipv4Prefix> host;  // the host's address; absent: its side was left as it is
  std::string warning;                   // what could not be done, though the node can run; may be empty
};

// How the program ends when this keeps it from having a TAP.
ExitCode ExitCodeFor(tap::TapProblem problem);

tl::expected<HostSetup, SetupFailure> SetUpHost(const ProgramOptions& options, tap::SystemCalls& system,
                                                tap::HostInterfaces& interfaces,
                                                const std::optional<tap::Invoker>& invoker);

}  // namespace nut::apps
