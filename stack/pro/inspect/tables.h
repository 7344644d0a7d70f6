// Snapshots as text tables, in the manner of ss(8), ip-neighbour(8) and netstat(8): what the command server
// prints. Pure functions; every line ends in '\n'.
#pragma once

#include <string>
#include <vector>

#include "stack/pro/inspect/snapshot.h"

namespace nut::pro {

std::string NodeText(const NodeSnapshot& node);
// At most `most` rows; says below how many were left out, if any.
std::string ThreadTable(const std::vector<ThreadSnapshot>& threads, size_t most = SIZE_MAX);
// Says below the table how many sockets were left out, if any.
std::string SocketTable(const SocketList& list);
std::string TimerTable(const std::vector<TimerSnapshot>& timers);
std::string NeighborTable(const std::vector<NeighborSnapshot>& neighbors);
std::string RouteTable(const std::vector<RouteSnapshot>& routes);
std::string FilterTable(const std::vector<FilterRuleSnapshot>& rules);
// Counters and drops that are not zero; `filter`, when not empty, keeps the names that contain it in any
// letter case, and then shows zeroes too.
std::string CounterTable(const CounterList& list, std::string_view filter);
std::string MemoryTable(const MemorySnapshot& memory);
// "12.345678 n1 tcp text", one line each.
std::string LogText(const std::vector<LogLineSnapshot>& lines, std::string_view node_name);

// "198.19.0.0/24", "default" for 0.0.0.0/0.
std::string PrefixText(const wire::IpAddress& address, unsigned length);

}  // namespace nut::pro
