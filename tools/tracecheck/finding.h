// Rule and Finding: what may not be, and where it was. Rules are constants that live for ever; a finding is a
// value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tools/tracecheck/time.h"

namespace nut::tracecheck {

enum class Level : uint8_t {
  kInformation,
  kWarning,  // against a SHOULD
  kError,    // against a MUST, or against what the protocol's numbers mean
};

constexpr std::string_view NameOf(Level level) {
  return level == Level::kError ? "error" : level == Level::kWarning ? "warning" : "information";
}

// Where a capture has to be taken for the rule to be judged.
enum class Vantage : uint8_t {
  kAnywhere,  // on the path of both directions
  kSender,    // at the host that sent the segment
};

struct Rule {
  std::string_view name;  // "window-right-edge-retreats"
  Level level;
  std::string_view reference;  // "RFC 9293 3.8.6 SHLD-14"
  Vantage vantage;
  std::string_view meaning;  // a clause that says what was done
};

struct Finding {
  const Rule* rule = nullptr;
  uint64_t packet = 0;  // number in the capture, from 1; 0: its end
  Time time{};
  std::string connection;  // "198.19.0.1:40000 > 198.19.0.10:7": who sent it comes first
  std::string text;        // with the numbers
};

}  // namespace nut::tracecheck
