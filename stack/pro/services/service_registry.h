// ServiceRegistry: the services that a node can offer, by name: what `--app NAME[:PORT]` chooses from. A
// constant table; nothing in it changes.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "stack/pro/server/service.h"
#include "stack/pro/services/service_context.h"
#include "stack/wire/endpoint.h"

namespace nut::pro {

struct ServiceEntry {
  std::string_view name;         // "echo"
  wire::Port port;               // where it is unless told otherwise
  std::string_view description;  // one line for --help
  // Makes the service, not started.
  std::unique_ptr<Service> (*make)(const ServiceContext& context, wire::Port port);
  bool is_shown = true;  // part of a node that shows what it can; else only by its name
};

// All of them, by name.
std::span<const ServiceEntry> ServiceRegistry();

// Null when no service has that name.
const ServiceEntry* FindService(std::string_view name);

// The entry whose name is nearest to a misspelt one; never null.
const ServiceEntry* NearestService(std::string_view name);

}  // namespace nut::pro
