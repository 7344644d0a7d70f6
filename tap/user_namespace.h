// UserNamespace: puts this process into a user and a network namespace of its own, where it is root over
// nothing but that network: what an ordinary user may do on most machines. There is no way back.
#pragma once

#include <optional>
#include <string>

#include "tap/system_calls.h"
#include "tap/tap_failure.h"

namespace nut::tap {

class UserNamespace {
 public:
  explicit UserNamespace(SystemCalls& system) : system_(system) {}

  // Gives the reason why not, or nothing. The process must have one thread only.
  std::optional<TapFailure> Enter();

  // True where AppArmor lets a user make the namespace but gives no rights inside.
  bool RestrictedByAppArmor();

 private:
  TapFailure ExplainUnshare(int error);
  // The value of a sysctl by its path below /proc/sys, without the newline; "" where there is none.
  std::string Sysctl(const char* path);
  int WriteSmallFile(const char* path, const std::string& text);

  SystemCalls& system_;
};

// The command by which another program gets into the namespaces of process `pid`, to be put in front of its
// own.
std::string EnterCommand(pid_t pid);

}  // namespace nut::tap
