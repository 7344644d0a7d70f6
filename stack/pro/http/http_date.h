// Dates as HTTP writes them (RFC 9110 5.6.7). Pure functions; times are seconds since 1970-01-01 UTC.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace nut::pro {

// "Fri, 10 Jan 2014 00:00:00 GMT".
std::string FormatHttpDate(std::chrono::sys_seconds time);

// Any of the three forms that a recipient must accept: IMF-fixdate, RFC 850 (a year that seems more than 50
// years in the future of `now` is in the past), asctime. Nothing when malformed or no date of the calendar.
std::optional<std::chrono::sys_seconds> ParseHttpDate(std::string_view text, std::chrono::sys_seconds now);

}  // namespace nut::pro
