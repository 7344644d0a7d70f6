// TapOpener: decides where the node's TAP comes from, by the first of these that works:
//
//   1. the descriptor given with --tap-fd
//   2. an interface of that name which exists and which this user may open
//   3. a new one, where the process has CAP_NET_ADMIN; it disappears when its descriptor closes
//   4. a new one in a user and network namespace of its own, which an ordinary user may make
//
// and explains itself where none does. Used once, at the start, before the process has a second thread (a
// condition of unshare(2)). Changes the process: after 4 it is in the new namespaces for good.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "tap/file_descriptor.h"
#include "tap/host_interfaces.h"
#include "tap/offload.h"
#include "tap/system_calls.h"
#include "tap/tap_failure.h"
#include "tap/user_namespace.h"

namespace nut::tap {

enum class NamespaceUse : uint8_t {
  kIfNeeded,  // where the interface cannot be created otherwise
  kAlways,
  kNever,
};

struct TapRequest {
  std::string interface_name;  // "nut-n1"
  std::optional<int> fd;       // --tap-fd; the interface's name is the one it is attached to
  NamespaceUse user_namespace = NamespaceUse::kIfNeeded;
  Offload offload = Offload::kNone;  // at most; the kernel may know less
};

enum class TapOrigin : uint8_t { kGivenDescriptor, kExisting, kCreated, kUserNamespace };

// "given", "existing", "created", "in a user namespace": for the line that says which.
std::string_view Describe(TapOrigin origin);

struct OpenedTap {
  FileDescriptor fd;  // non-blocking
  std::string interface_name;
  TapOrigin origin;
  bool has_vnet_header;
  Offload offload;     // what the kernel has agreed to
  std::string remark;  // why it is in a namespace though nobody asked for that; may be empty
};

class TapOpener {
 public:
  using Outcome = tl::expected<OpenedTap, TapFailure>;

  TapOpener(SystemCalls& system, HostInterfaces& interfaces)
      : system_(system), interfaces_(interfaces), caller_(system.EffectiveUser()), user_namespace_(system) {}

  Outcome Open(const TapRequest& request);

 private:
  Outcome OpenGiven(int fd, Offload offload);
  Outcome OpenByName(const std::string& name, Offload offload);
  Outcome OpenInNamespace(const std::string& name, Offload offload);
  TapFailure ExplainOpen(int error);
  TapFailure ExplainAttach(const std::string& name, bool existed, int error);
  // Asks for the packet format that TapDevice wants, and for `wanted` or, where the kernel refuses that, for
  // the next less. What it agreed to, or -errno.
  tl::expected<Offload, int> SetFormat(int fd, bool with_vnet_header, Offload wanted);

  SystemCalls& system_;
  HostInterfaces& interfaces_;
  const uid_t caller_;  // for messages: inside a user namespace everybody is uid 0
  UserNamespace user_namespace_;
};

}  // namespace nut::tap
