// Privileges: gives up, for good, everything that opening the TAP needed: capabilities, root, supplementary
// groups, and the way to gain any of them by running another program. Used once, after the interface is set
// up and before the first frame is read. A created interface needs no right to be removed: it goes with its
// descriptor.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "tap/system_calls.h"

namespace nut::tap {

// Who started the program through sudo. Files that the node writes belong to him.
struct Invoker {
  uid_t user = 0;
  gid_t group = 0;
};

// From the values of SUDO_UID and SUDO_GID (null: not set). Nothing when either is missing or no number.
std::optional<Invoker> InvokerFrom(const char* sudo_uid, const char* sudo_gid);

class Privileges {
 public:
  explicit Privileges(SystemCalls& system) : system_(system) {}

  // Becomes the invoker: no supplementary groups, his group, his user. Only root can.
  tl::expected<void, std::string> Become(const Invoker& invoker);

  // Gives up all capabilities and sets no_new_privs; becomes `invoker` before if there is one. The error is a
  // sentence; the program should end on it rather than go on with rights that it believes it has not.
  tl::expected<void, std::string> Drop(const std::optional<Invoker>& invoker);

 private:
  SystemCalls& system_;
};

}  // namespace nut::tap
