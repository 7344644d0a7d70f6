// LogLevels: which log lines are wanted: one level for all modules, and exceptions by module. A plain value,
// as
// `--log LEVEL[,MODULE=LEVEL]…` says it.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "apps/nutnode/units.h"
#include "stack/base/log.h"

namespace nut::apps {

struct LogLevels {
  LogLevel everything = LogLevel::kInfo;
  std::vector<std::pair<std::string, LogLevel>> modules;  // the last one of a name counts

  LogLevel For(std::string_view module) const;
};

// "debug", "info,tcp=trace,arp=debug", "tcp=trace".
Parsed<LogLevels> ParseLogLevels(std::string_view text);

}  // namespace nut::apps
