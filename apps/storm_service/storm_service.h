// The storm service: lets a program beside the node (nutstorm) use the node as a client, a server, or both,
// of a connection storm: lines over TCP (command.h). Never among the services that a node has by default: who
// reaches its port can make the node connect to anybody.
#pragma once

#include <memory>
#include <string_view>

#include "apps/storm_service/node_storm.h"
#include "stack/node/options.h"
#include "stack/pro/server/service.h"
#include "stack/pro/services/service_context.h"
#include "stack/wire/endpoint.h"

namespace nut::storm {

inline constexpr std::string_view kServiceName = "storm";
inline constexpr wire::Port kServicePort(7400);
inline constexpr std::string_view kServiceDescription = "takes part in connection storms, for nutstorm";

// What a node has to be made like to take part: time limits of seconds, and no limit on resets that a storm
// would reach.
void PrepareNode(node::NodeOptions& options);

// `storm` outlives the service.
std::unique_ptr<pro::Service> MakeStormService(const pro::ServiceContext& context, wire::Port port,
                                               NodeStorm& storm);

}  // namespace nut::storm
