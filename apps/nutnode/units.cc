#include "apps/nutnode/units.h"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <optional>
#include <span>

namespace nut::apps {
namespace {

struct Unit {
  std::string_view name;
  double factor;
};

constexpr Unit kTimeUnits[] = {{"ns", 1},  {"us", 1e3},   {"µs", 1e3},  {"ms", 1e6},
                               {"s", 1e9}, {"min", 6e10}, {"h", 3.6e12}};
constexpr Unit kByteUnits[] = {{"B", 1},           {"kB", 1e3},           {"KiB", 1024}, {"MB", 1e6},
                               {"MiB", 1048576.0}, {"GiB", 1073741824.0}, {"", 1}};
constexpr Unit kRateUnits[] = {{"bit", 1}, {"kbit", 1e3}, {"mbit", 1e6}, {"gbit", 1e9}};

constexpr double kYear = 365.0 * 24 * 3600 * 1e9;
constexpr double kTebibyte = 1099511627776.0;
constexpr double kTerabit = 1e12;

template <typename... Args>
tl::unexpected<std::string> Wrong(fmt::format_string<Args...> format, Args&&... args) {
  return tl::unexpected(fmt::format(format, std::forward<Args>(args)...));
}

struct Quantity {
  double number;
  std::string_view unit;
};

// The decimal number at the front, without sign or exponent, and what follows it.
std::optional<Quantity> Split(std::string_view text) {
  const size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  double number = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + end, number, std::chars_format::fixed);
  if (end == 0 || error != std::errc() || stop != text.data() + end) return std::nullopt;
  return Quantity{number, text.substr(end)};
}

std::string Names(std::span<const Unit> units) {
  std::string names;
  for (const Unit& unit : units) {
    if (unit.name.empty()) continue;
    if (!names.empty()) names += ", ";
    names += unit.name;
  }
  return names;
}

// A number with one of `units`, in the unit whose factor is 1. `what` and `example` are for the message.
Parsed<double> ParseWithUnit(std::string_view text, std::span<const Unit> units, double most,
                             std::string_view what, std::string_view example) {
  const auto quantity = Split(text);
  if (!quantity) return Wrong("\"{}\" is no {}, such as {}", text, what, example);
  if (quantity->number == 0 && quantity->unit.empty()) return 0;
  for (const Unit& unit : units) {
    if (unit.name != quantity->unit) continue;
    const double value = quantity->number * unit.factor;
    if (value > most) return Wrong("\"{}\" is too large", text);
    return value;
  }
  if (quantity->unit.empty()) return Wrong("\"{}\" needs a unit: {}", text, Names(units));
  return Wrong("\"{}\" has the unit \"{}\", which is none of {}", text, quantity->unit, Names(units));
}

}  // namespace

Parsed<uint64_t> ParseInteger(std::string_view text, uint64_t least, uint64_t most) {
  uint64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_number = stop == text.data() + text.size() && !text.empty();
  if (!is_number || error == std::errc::invalid_argument) return Wrong("\"{}\" is no whole number", text);
  if (error != std::errc() || value < least || value > most) {
    return Wrong("{} is not from {} to {}", text, least, most);
  }
  return value;
}

Parsed<Duration> ParseDuration(std::string_view text) {
  return ParseWithUnit(text, kTimeUnits, kYear, "length of time", "20ms").map([](double nanoseconds) {
    return Duration(std::llround(nanoseconds));
  });
}

Parsed<double> ParseProbability(std::string_view text) {
  const auto quantity = Split(text);
  if (!quantity) return Wrong("\"{}\" is no percentage, such as 1% or 0.5%", text);
  if (quantity->number == 0 && quantity->unit.empty()) return 0;
  if (quantity->unit.empty()) return Wrong("\"{}\" needs a percent sign", text);
  if (quantity->unit != "%") return Wrong("\"{}\" is no percentage, such as 1% or 0.5%", text);
  if (quantity->number > 100) return Wrong("\"{}\" is more than 100%", text);
  return quantity->number / 100;
}

Parsed<uint64_t> ParseBytes(std::string_view text) {
  return ParseWithUnit(text, kByteUnits, kTebibyte, "number of bytes", "64KiB").map([](double bytes) {
    return static_cast<uint64_t>(bytes);
  });
}

Parsed<uint64_t> ParseBitRate(std::string_view text) {
  return ParseWithUnit(text, kRateUnits, kTerabit, "bit rate", "1mbit").map([](double bits) {
    return static_cast<uint64_t>(bits);
  });
}

Parsed<bool> ParseSwitch(std::string_view text) {
  for (const std::string_view on : {"yes", "true", "on", "1"}) {
    if (text == on) return true;
  }
  for (const std::string_view off : {"no", "false", "off", "0"}) {
    if (text == off) return false;
  }
  return Wrong("\"{}\" is neither yes nor no", text);
}

Parsed<DelayRange> ParseDelay(std::string_view text) {
  size_t sign = std::string_view::npos;
  size_t sign_size = 0;
  for (const std::string_view candidate : {"±", "+-"}) {
    sign = text.find(candidate);
    sign_size = candidate.size();
    if (sign != std::string_view::npos) break;
  }
  const auto middle = ParseDuration(text.substr(0, sign));
  if (!middle) return tl::unexpected(middle.error());
  if (sign == std::string_view::npos) return DelayRange{*middle, {}};
  const auto jitter = ParseDuration(text.substr(sign + sign_size));
  if (!jitter) return tl::unexpected(jitter.error());
  return DelayRange{*middle, *jitter};
}

Parsed<ProbabilityPair> ParseProbabilityPair(std::string_view text) {
  const size_t comma = text.find(',');
  if (comma == std::string_view::npos) return Wrong("\"{}\" is no pair of percentages, such as 1%,30%", text);
  const auto first = ParseProbability(text.substr(0, comma));
  if (!first) return tl::unexpected(first.error());
  const auto second = ParseProbability(text.substr(comma + 1));
  if (!second) return tl::unexpected(second.error());
  return ProbabilityPair{*first, *second};
}

}  // namespace nut::apps
