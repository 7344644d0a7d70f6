#include "stack/pro/inspect/units.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace nut::pro {
namespace {

// Three significant digits of `value`, which is below 1000.
std::string ThreeDigits(double value) {
  return fmt::format("{:.{}f}", value, value < 9.995 ? 2 : value < 99.95 ? 1 : 0);
}

}  // namespace

std::string FormatDuration(Duration length) {
  if (length == kForever) return "never";
  length = std::max(length, Duration::zero());
  if (length < 1us) return fmt::format("{}ns", length.count());
  if (length < 1ms) return ThreeDigits(static_cast<double>(length.count()) / 1e3) + "us";
  if (length < 1s) return ThreeDigits(static_cast<double>(length.count()) / 1e6) + "ms";
  if (length < 60s) return ThreeDigits(ToSeconds(length)) + "s";
  const int64_t seconds = std::chrono::duration_cast<std::chrono::seconds>(length).count();
  if (seconds < 3600) return fmt::format("{}min {:02}s", seconds / 60, seconds % 60);
  if (seconds < 86400) return fmt::format("{}h {:02}min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{}d {:02}h", seconds / 86400, seconds / 3600 % 24);
}

std::string FormatBytes(uint64_t bytes) {
  static constexpr std::array kUnits{"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return fmt::format("{} B", bytes);
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  // 1023.95 would print as 1024.0.
  while (value >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

}  // namespace nut::pro
