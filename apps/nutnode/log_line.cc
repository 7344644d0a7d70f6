#include "apps/nutnode/log_line.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace nut::apps {
namespace {

std::string_view Prefix(LogLevel level) {
  if (level == LogLevel::kWarning) return "warning: ";
  if (level == LogLevel::kError) return "error: ";
  return {};
}

// Seconds since the node's start, to the microsecond.
std::string Stamp(Instant at) {
  const int64_t micros = std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
  return fmt::format("{}.{:06}", micros / 1'000'000, micros % 1'000'000);
}

}  // namespace

std::string FormatText(const LogLine& line) {
  std::string result = fmt::format("{} {} {} {}", Stamp(line.at), line.node, line.module, Prefix(line.level));
  for (const char c : line.text) {
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f) {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      result += c;
    }
  }
  return result;
}

std::string FormatJson(const LogLine& line) {
  const nlohmann::ordered_json json = {
      {"node", line.node}, {"module", line.module}, {"level", NameOf(line.level)}, {"text", line.text}};
  constexpr auto kReplace = nlohmann::ordered_json::error_handler_t::replace;
  // The stamp is put in front by hand: as a floating point number it would lose its form.
  return fmt::format("{{\"t\":{},{}", Stamp(line.at), json.dump(-1, ' ', false, kReplace).substr(1));
}

}  // namespace nut::apps
