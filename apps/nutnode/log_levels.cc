#include "apps/nutnode/log_levels.h"

#include <fmt/format.h>

#include <optional>

namespace nut::apps {
namespace {

std::optional<LogLevel> LevelNamed(std::string_view name) {
  for (const LogLevel level : {LogLevel::kTrace, LogLevel::kDebug, LogLevel::kInfo, LogLevel::kWarning,
                               LogLevel::kError, LogLevel::kOff}) {
    if (NameOf(level) == name) return level;
  }
  return std::nullopt;
}

}  // namespace

LogLevel LogLevels::For(std::string_view module) const {
  for (auto entry = modules.rbegin(); entry != modules.rend(); ++entry) {
    if (entry->first == module) return entry->second;
  }
  return everything;
}

Parsed<LogLevels> ParseLogLevels(std::string_view text) {
  LogLevels levels;
  for (std::string_view rest = text; true;) {
    const size_t comma = rest.find(',');
    const std::string_view item = rest.substr(0, comma);
    const size_t equals = item.find('=');
    const std::string_view name = equals == std::string_view::npos ? item : item.substr(equals + 1);
    const auto level = LevelNamed(name);
    if (!level) {
      return tl::unexpected(
          fmt::format("\"{}\" is no level: trace, debug, info, warning, error or off", name));
    }
    if (equals == std::string_view::npos) {
      levels.everything = *level;
    } else if (equals == 0) {
      return tl::unexpected(fmt::format("\"{}\" names no module", item));
    } else {
      levels.modules.emplace_back(item.substr(0, equals), *level);
    }
    if (comma == std::string_view::npos) return levels;
    rest.remove_prefix(comma + 1);
  }
}

}  // namespace nut::apps
