// One log line as text or as JSON. Pure functions; no newline at the end.
#pragma once

#include <string>
#include <string_view>

#include "stack/base/log.h"
#include "stack/base/time.h"

namespace nut::apps {

struct LogLine {
  Instant at{};
  std::string_view node;
  std::string_view module;
  LogLevel level = LogLevel::kInfo;
  std::string_view text;
};

// "12.345678 n1 tcp text", with "warning: " or "error: " before a text of that level. Control characters,
// which may come from the wire, are shown as \x1b, so that nobody's terminal obeys them.
std::string FormatText(const LogLine& line);

// {"t":12.345678,"node":"n1","module":"tcp","level":"info","text":"…"}; what is no UTF-8 is replaced.
std::string FormatJson(const LogLine& line);

}  // namespace nut::apps
