// TapFailure: why no TAP could be had, in words for the person at the terminal: what is missing by its exact
// name, and the commands that would mend it. Plain values.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace nut::tap {

enum class TapProblem : uint8_t {
  kBadName,             // not a name that Linux gives an interface
  kBadDescriptor,       // --tap-fd is not open, or no TAP, or one with packet information in front
  kNotATap,             // the interface exists and is something else
  kBusy,                // another process holds it
  kNoTunDevice,         // /dev/net/tun is not there
  kNoTunDriver,         // it is there, the kernel's driver is not
  kTunDeviceMode,       // its permissions keep this user out
  kTunDeviceRules,      // a container's device rules keep everybody out
  kNoCapability,        // creating needs CAP_NET_ADMIN
  kOtherOwner,          // the interface exists, for another user
  kNamespacesOff,       // kernel.unprivileged_userns_clone = 0
  kNamespacesLimited,   // user.max_user_namespaces or max_net_namespaces reached
  kNamespacesAppArmor,  // kernel.apparmor_restrict_unprivileged_userns = 1
  kNamespacesFiltered,  // a container's seccomp filter, or a chroot
  kNamespacesAbsent,    // the kernel is built without them
  kSystem,              // anything else, with its errno
};

struct TapFailure {
  TapProblem problem;
  std::string message;  // several lines; the first one says it all, the others begin with two spaces
};

// `name` is the interface, `user` the effective uid, `mode` of /dev/net/tun as stat gives it.
TapFailure BadName(std::string_view name, std::string_view why);
TapFailure BadDescriptor(int fd, std::string_view why);
TapFailure NotATap(std::string_view name);
TapFailure Busy(std::string_view name);
TapFailure NoTunDevice();
TapFailure NoTunDriver();
TapFailure TunDeviceMode(uid_t user, unsigned mode);
TapFailure TunDeviceRules();
TapFailure NoCapability(std::string_view name, uid_t user);
TapFailure OtherOwner(std::string_view name, uid_t user);
TapFailure NamespacesOff();
// `limit` is the sysctl's name, "user.max_user_namespaces", and `value` what it holds.
TapFailure NamespacesLimited(std::string_view limit, std::string_view value);
TapFailure NamespacesAppArmor();
TapFailure NamespacesFiltered();
TapFailure NamespacesAbsent();
// `step` is a verb phrase, "attach to nut-n1"; `error` a positive errno.
TapFailure SystemFailure(std::string_view step, int error);

// The first failure's message, then that of the namespace which was tried instead. Keeps the first one's
// problem: it is what the user would rather have.
TapFailure NeitherNor(const TapFailure& direct, const TapFailure& in_namespace);

}  // namespace nut::tap
