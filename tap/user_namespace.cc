#include "tap/user_namespace.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>

#include <cerrno>

namespace nut::tap {

std::optional<TapFailure> UserNamespace::Enter() {
  const uid_t user = system_.EffectiveUser();  // afterwards it would be the overflow id
  const gid_t group = system_.EffectiveGroup();
  if (const int result = system_.Unshare(CLONE_NEWUSER | CLONE_NEWNET); result < 0) {
    return ExplainUnshare(-result);
  }
  // user_namespaces(7): a gid map may be written by an ordinary user only after setgroups(2) is denied.
  int result = WriteSmallFile("/proc/self/setgroups", "deny");
  if (result == 0) result = WriteSmallFile("/proc/self/uid_map", fmt::format("0 {} 1\n", user));
  if (result == 0) result = WriteSmallFile("/proc/self/gid_map", fmt::format("0 {} 1\n", group));
  if (result == 0) return std::nullopt;
  if (RestrictedByAppArmor()) return NamespacesAppArmor();
  return SystemFailure("become root of the new user namespace", -result);
}

bool UserNamespace::RestrictedByAppArmor() {
  return Sysctl("/proc/sys/kernel/apparmor_restrict_unprivileged_userns") == "1";
}

TapFailure UserNamespace::ExplainUnshare(int error) {
  switch (error) {
    case EPERM:
      if (Sysctl("/proc/sys/kernel/unprivileged_userns_clone") == "0") return NamespacesOff();
      if (RestrictedByAppArmor()) return NamespacesAppArmor();
      return NamespacesFiltered();
    case ENOSPC: {  // namespaces(7): a limit of /proc/sys/user was reached
      const std::string networks = Sysctl("/proc/sys/user/max_net_namespaces");
      if (networks == "0") return NamespacesLimited("user.max_net_namespaces", networks);
      return NamespacesLimited("user.max_user_namespaces", Sysctl("/proc/sys/user/max_user_namespaces"));
    }
    case EINVAL:
    case ENOSYS: return NamespacesAbsent();
    default: return SystemFailure("make a user namespace", error);
  }
}

std::string UserNamespace::Sysctl(const char* path) {
  int error = 0;
  std::string value = ReadSmallFile(system_, path, &error);
  while (!value.empty() && value.back() == '\n') value.pop_back();
  return value;
}

int UserNamespace::WriteSmallFile(const char* path, const std::string& text) {
  const int fd = system_.Open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0) return fd;
  const ssize_t result = system_.Write(fd, text.data(), text.size());
  system_.Close(fd);
  return result < 0 ? static_cast<int>(result) : 0;
}

std::string EnterCommand(pid_t pid) {
  // --preserve-credentials: in there setgroups(2), which nsenter would call, is denied.
  return fmt::format("nsenter --preserve-credentials -U -n -t {}", pid);
}

}  // namespace nut::tap
