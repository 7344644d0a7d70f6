// What threads of the node do by themselves while it is under fire.
#pragma once

#include "stack/node/node.h"
#include "test/fuzz/node_commands.h"

namespace nut::fuzz {

// On a thread of the node; takes its time, but not for ever. `remote`: whom a connection goes to.
void Act(node::Node& node, NodeAction action, const wire::Endpoint& remote);

}  // namespace nut::fuzz
