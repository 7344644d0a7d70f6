#include "tap/tap_failure.h"

#include <fmt/format.h>

#include <cstring>

namespace nut::tap {

TapFailure BadName(std::string_view name, std::string_view why) {
  return {TapProblem::kBadName, fmt::format("\"{}\" cannot name an interface: {}\n"
                                            "  choose one of at most 15 characters:  --tap NAME",
                                            name, why)};
}

TapFailure BadDescriptor(int fd, std::string_view why) {
  return {TapProblem::kBadDescriptor,
          fmt::format(
              "descriptor {} is of no use as --tap-fd: {}\n"
              "  it must be /dev/net/tun, open for reading and writing, attached with IFF_TAP | IFF_NO_PI",
              fd, why)};
}

TapFailure NotATap(std::string_view name) {
  return {TapProblem::kNotATap, fmt::format("the interface {} exists and is not a TAP\n"
                                            "  choose another name:  --tap NAME",
                                            name)};
}

TapFailure Busy(std::string_view name) {
  return {TapProblem::kBusy,
          fmt::format("the interface {0} is in use by another process (EBUSY); does that node run already?\n"
                      "  give this node a name and an address of its own:  --name n2 --ip 198.19.0.11/24\n"
                      "  or see who has it:  sudo grep -l 'iff:.*{0}$' /proc/[0-9]*/fdinfo/*",
                      name)};
}

TapFailure NoTunDevice() {
  return {TapProblem::kNoTunDevice,
          "/dev/net/tun does not exist\n"
          "  load the kernel's driver:  sudo modprobe tun\n"
          "  in a container, start it with:  --device /dev/net/tun --cap-add NET_ADMIN"};
}

TapFailure NoTunDriver() {
  return {TapProblem::kNoTunDriver,
          "/dev/net/tun is there, but the kernel's TUN/TAP driver is not loaded\n"
          "  load it:  sudo modprobe tun"};
}

TapFailure TunDeviceMode(uid_t user, unsigned mode) {
  return {TapProblem::kTunDeviceMode,
          fmt::format("/dev/net/tun may not be opened by uid {}: its mode is {:04o}\n"
                      "  let everybody open it (what Debian does):  "
                      "sudo chmod 0666 /dev/net/tun\n"
                      "  or run the node with sudo",
                      user, mode & 07777)};
}

TapFailure TunDeviceRules() {
  return {TapProblem::kTunDeviceRules,
          "/dev/net/tun may not be opened (EPERM): the device rules of this container or service forbid it\n"
          "  start the container with:  --device /dev/net/tun --cap-add NET_ADMIN\n"
          "  or the service with:  DeviceAllow=/dev/net/tun rw"};
}

TapFailure NoCapability(std::string_view name, uid_t user) {
  return {TapProblem::kNoCapability,
          fmt::format("creating the interface {0} needs the capability CAP_NET_ADMIN, which uid {1} has not\n"
                      "  run the node with sudo\n"
                      "  or create the interface once for this user:  "
                      "sudo ip tuntap add dev {0} mode tap user {1}",
                      name, user)};
}

TapFailure OtherOwner(std::string_view name, uid_t user) {
  return {TapProblem::kOtherOwner, fmt::format("the interface {0} exists, but not for uid {1} (EPERM)\n"
                                               "  run the node with sudo\n"
                                               "  or make it this user's:  sudo ip link del {0}; "
                                               "sudo ip tuntap add dev {0} mode tap user {1}",
                                               name, user)};
}

TapFailure NamespacesOff() {
  return {TapProblem::kNamespacesOff,
          "a user namespace is not permitted: kernel.unprivileged_userns_clone is 0\n"
          "  permit it:  sudo sysctl kernel.unprivileged_userns_clone=1"};
}

TapFailure NamespacesLimited(std::string_view limit, std::string_view value) {
  return {TapProblem::kNamespacesLimited, fmt::format("a namespace is not permitted: the limit {0} is {1}\n"
                                                      "  raise it:  sudo sysctl {0}=10000",
                                                      limit, value)};
}

TapFailure NamespacesAppArmor() {
  return {TapProblem::kNamespacesAppArmor,
          "a user namespace gives no rights here: AppArmor restricts it "
          "(kernel.apparmor_restrict_unprivileged_userns is 1)\n"
          "  permit it until the next boot:  sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0\n"
          "  or give nutnode an AppArmor profile with the rule:  userns,"};
}

TapFailure NamespacesFiltered() {
  return {TapProblem::kNamespacesFiltered,
          "a user namespace is not permitted (EPERM): a container's seccomp filter or a chroot forbids "
          "unshare(2)\n"
          "  start the container with:  --security-opt seccomp=unconfined\n"
          "  or outside of the container, run the node with sudo"};
}

TapFailure NamespacesAbsent() {
  return {TapProblem::kNamespacesAbsent,
          "this kernel has no user namespaces (it is built without CONFIG_USER_NS or CONFIG_NET_NS)\n"
          "  run the node with sudo"};
}

TapFailure SystemFailure(std::string_view step, int error) {
  return {TapProblem::kSystem, fmt::format("cannot {}: {}", step, std::strerror(error))};
}

TapFailure NeitherNor(const TapFailure& direct, const TapFailure& in_namespace) {
  return {direct.problem, fmt::format("{}\nA namespace of its own (--userns) is not possible either: {}",
                                      direct.message, in_namespace.message)};
}

}  // namespace nut::tap
