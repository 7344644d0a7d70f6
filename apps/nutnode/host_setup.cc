#include "apps/nutnode/host_setup.h"

#include <fmt/format.h>

namespace nut::apps {
namespace {

using tap::HostFailure;
using tap::TapOrigin;
using tap::TapProblem;

tap::HostSettings SettingsFor(const ProgramOptions& options, TapOrigin origin) {
  const bool is_ours = origin == TapOrigin::kCreated || origin == TapOrigin::kUserNamespace;
  return {.host_address = options.HostAddress(),
          .node_address = options.node.link_local ? wire::Ipv4Address() : options.node.address.address(),
          .mtu = static_cast<unsigned>(options.node.mtu),
          .without_ipv6 = is_ours};
}

ExitCode ExitCodeFor(HostFailure::Kind kind) {
  switch (kind) {
    case HostFailure::Kind::kAddressTaken: return ExitCode::kBusy;
    case HostFailure::Kind::kNotPermitted: return ExitCode::kNotPermitted;
    case HostFailure::Kind::kSystem: break;
  }
  return ExitCode::kSystem;
}

// Somebody prepared the interface for a user without rights: that the rest cannot be done may be no harm at
// all.
bool IsHarmless(const HostFailure& failure, TapOrigin origin) {
  return failure.kind == HostFailure::Kind::kNotPermitted &&
         (origin == TapOrigin::kExisting || origin == TapOrigin::kGivenDescriptor);
}

// On the original's wire a frame is a packet.
tap::Offload OffloadOf(node::Profile profile) {
  return profile == node::Profile::kClassic ? tap::Offload::kNone : tap::Offload::kAll;
}

}  // namespace

ExitCode ExitCodeFor(TapProblem problem) {
  switch (problem) {
    case TapProblem::kBadName:
    case TapProblem::kBadDescriptor:
    case TapProblem::kNotATap: return ExitCode::kUsage;
    case TapProblem::kBusy: return ExitCode::kBusy;
    case TapProblem::kTunDeviceMode:
    case TapProblem::kTunDeviceRules:
    case TapProblem::kNoCapability:
    case TapProblem::kOtherOwner:
    case TapProblem::kNamespacesOff:
    case TapProblem::kNamespacesLimited:
    case TapProblem::kNamespacesAppArmor:
    case TapProblem::kNamespacesFiltered: return ExitCode::kNotPermitted;
    case TapProblem::kNoTunDevice:
    case TapProblem::kNoTunDriver:
    case TapProblem::kNamespacesAbsent:
    case TapProblem::kSystem: break;
  }
  return ExitCode::kSystem;
}

tl::expected<HostSetup, SetupFailure> SetUpHost(const ProgramOptions& options, tap::SystemCalls& system,
                                                tap::HostInterfaces& interfaces,
                                                const std::optional<tap::Invoker>& invoker) {
  tap::Privileges privileges(system);
  const auto not_permitted = [](std::string message) {
    return tl::unexpected(SetupFailure{ExitCode::kNotPermitted, std::move(message)});
  };
  // A namespace made by root would be root's: under sudo the user comes first.
  const bool wants_namespace = options.user_namespace == tap::NamespaceUse::kAlways;
  if (wants_namespace && invoker) {
    if (auto become = privileges.Become(*invoker); !become) return not_permitted(become.error());
  }
  auto tap = tap::TapOpener(system, interfaces)
                 .Open({.interface_name = options.interface_name(),
                        .fd = options.tap_fd,
                        .user_namespace = options.user_namespace,
                        .offload = options.offload.value_or(OffloadOf(options.profile))});
  if (!tap) return tl::unexpected(SetupFailure{ExitCodeFor(tap.error().problem), tap.error().message});

  const TapOrigin origin = tap->origin;
  HostSetup setup{*std::move(tap), {}, {}};
  if (options.offload && setup.tap.offload != *options.offload) {
    setup.warning = fmt::format("--offload: this kernel agrees to {} only", Describe(setup.tap.offload));
  }
  if (options.set_up_host) {
    setup.host = options.HostAddress();
    if (const auto failure = interfaces.Configure(setup.tap.interface_name, SettingsFor(options, origin))) {
      if (!IsHarmless(*failure, origin)) {
        return tl::unexpected(SetupFailure{ExitCodeFor(failure->kind), failure->message});
      }
      if (!setup.warning.empty()) setup.warning += "\nnutnode: ";
      setup.warning += failure->message;
    }
  }
  // In a namespace of his own the user is who he was; there is nobody else to become.
  const bool may_become = origin != TapOrigin::kUserNamespace;
  if (auto dropped = privileges.Drop(may_become ? invoker : std::nullopt); !dropped) {
    return not_permitted(dropped.error());
  }
  return setup;
}

}  // namespace nut::apps
