#include "tap/privileges.h"

#include <fmt/format.h>
#include <linux/capability.h>
#include <sys/prctl.h>

#include <charconv>
#include <cstring>

namespace nut::tap {
namespace {

template <typename Id>
bool ParseId(const char* text, Id& id) {
  if (text == nullptr) return false;
  const char* end = text + std::strlen(text);
  const auto [stop, error] = std::from_chars(text, end, id);
  return error == std::errc() && stop == end && id != static_cast<Id>(-1);
}

tl::expected<void, std::string> Check(int result, std::string_view step) {
  if (result >= 0) return {};
  return tl::unexpected(fmt::format("cannot {}: {}", step, std::strerror(-result)));
}

}  // namespace

std::optional<Invoker> InvokerFrom(const char* sudo_uid, const char* sudo_gid) {
  Invoker invoker;
  if (!ParseId(sudo_uid, invoker.user) || !ParseId(sudo_gid, invoker.group)) return std::nullopt;
  return invoker;
}

tl::expected<void, std::string> Privileges::Become(const Invoker& invoker) {
  // The user last: it is what gives the right to the other two.
  return Check(system_.ClearGroups(), "give up the supplementary groups")
      .and_then([&] {
        return Check(system_.SetGroup(invoker.group), fmt::format("become group {}", invoker.group));
      })
      .and_then(
          [&] { return Check(system_.SetUser(invoker.user), fmt::format("become user {}", invoker.user)); })
      // Another user's process is closed to its own user by default: no debugger, no core file, no way for
      // nsenter. Nothing is left in here that he could not have.
      .and_then(
          [&] { return Check(system_.ProcessControl(PR_SET_DUMPABLE, 1), "open the process to its user"); });
}

tl::expected<void, std::string> Privileges::Drop(const std::optional<Invoker>& invoker) {
  // The bounding set while the right to it is still there.
  if (system_.HasCapability(CAP_SETPCAP)) {
    if (auto done = Check(system_.DropBoundingSet(), "empty the bounding set"); !done) return done;
  }
  if (invoker) {
    if (auto done = Become(*invoker); !done) return done;
  }
  return Check(system_.DropCapabilities(), "drop the capabilities")
      .and_then([&] { return Check(system_.ProcessControl(PR_SET_NO_NEW_PRIVS, 1), "set no_new_privs"); })
      .and_then([&] {
        // Trust is good: look.
        return Check(system_.HasCapability(CAP_NET_ADMIN) ? -EPERM : 0, "drop CAP_NET_ADMIN");
      });
}

}  // namespace nut::tap
