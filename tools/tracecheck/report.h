// Report: findings as text for people, or as JSON, one object a line.
#pragma once

#include <string>
#include <string_view>

#include "tools/tracecheck/auditor.h"

namespace nut::tracecheck {

// "packet 17, 0.204512 s, 198.19.0.1:40000 > 198.19.0.10:7: error: window-right-edge-retreats: ...".
// `start`: the time that the seconds count from.
std::string ToText(const Finding& finding, Time start);

std::string ToJson(const Finding& finding, std::string_view file);

// "1200 packets, 1190 of TCP in 4 connections: 1 error, 0 warnings, 3 remarks".
std::string Summary(const Auditor& auditor);

// Every finding of `least` and above, one a line; for the message of a test.
std::string ToText(const Auditor& auditor, Level least);

}  // namespace nut::tracecheck
