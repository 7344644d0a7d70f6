// NetlinkInterfaces: HostInterfaces by rtnetlink (libnl-route-3). Opens a socket for each call, so that it
// speaks to the network namespace which the process is in at that moment. Keeps nothing.
#pragma once

#include "tap/host_interfaces.h"
#include "tap/system_calls.h"

namespace nut::tap {

class NetlinkInterfaces final : public HostInterfaces {
 public:
  explicit NetlinkInterfaces(SystemCalls& system) : system_(system) {}

  bool Exists(std::string_view name) override;
  std::optional<HostFailure> Configure(std::string_view name, const HostSettings& settings) override;
  std::optional<HostFailure> BringLoopbackUp() override;

 private:
  SystemCalls& system_;
};

}  // namespace nut::tap
