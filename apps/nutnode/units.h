// Values as people write them on a command line, with their units: "20ms", "1%", "64KiB", "1mbit". Each
// parser takes the whole text or says, in a clause that quotes it, what is wrong with it. Pure functions.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "stack/base/time.h"

namespace nut::apps {

template <typename T>
using Parsed = tl::expected<T, std::string>;

// A whole number without unit, from `least` to `most`.
Parsed<uint64_t> ParseInteger(std::string_view text, uint64_t least, uint64_t most);

// "20ms", "1.5s", "250us", "10min", "1h"; "0" needs no unit. Not negative, at most a year.
Parsed<Duration> ParseDuration(std::string_view text);

// "1%", "0.5%", "0"; gives a fraction from 0 to 1.
Parsed<double> ParseProbability(std::string_view text);

// "64KiB", "1MiB", "1500B", "10kB"; a bare number is bytes. At most 1 TiB.
Parsed<uint64_t> ParseBytes(std::string_view text);

// "1mbit", "56kbit", "10gbit", "9600bit" per second, powers of 1000 as tc(8) has them; "0" is no limit.
Parsed<uint64_t> ParseBitRate(std::string_view text);

// "yes", "no" and their like.
Parsed<bool> ParseSwitch(std::string_view text);

struct DelayRange {
  Duration middle{};
  Duration jitter{};  // to both sides
};

// "20ms", "20ms±5ms", "20ms+-5ms".
Parsed<DelayRange> ParseDelay(std::string_view text);

struct ProbabilityPair {
  double first = 0;
  double second = 0;
};

// "1%,30%".
Parsed<ProbabilityPair> ParseProbabilityPair(std::string_view text);

}  // namespace nut::apps
