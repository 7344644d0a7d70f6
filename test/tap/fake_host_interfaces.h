// FakeHostInterfaces: a host whose interfaces are a set of names.
#pragma once

#include <functional>
#include <set>
#include <string>

#include "tap/host_interfaces.h"

namespace nut::tap {

class FakeHostInterfaces final : public HostInterfaces {
 public:
  std::set<std::string, std::less<>> existing;
  bool loopback_up = false;

  bool Exists(std::string_view name) override { return existing.contains(name); }
  std::optional<HostFailure> Configure(std::string_view, const HostSettings&) override {
    return std::nullopt;
  }
  std::optional<HostFailure> BringLoopbackUp() override {
    loopback_up = true;
    return std::nullopt;
  }
};

}  // namespace nut::tap
