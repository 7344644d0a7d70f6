// The services that --app may name. The command line does not need the services themselves, only what to call
// them.
#pragma once

#include <string_view>
#include <vector>

#include "stack/wire/endpoint.h"

namespace nut::apps {

struct KnownService {
  std::string_view name;         // "echo"
  wire::Port port;               // where it is unless told otherwise
  std::string_view description;  // half a line
  bool is_shown = true;          // among those that "all" means, a demonstration of the stack
};

using KnownServices = std::vector<KnownService>;

}  // namespace nut::apps
