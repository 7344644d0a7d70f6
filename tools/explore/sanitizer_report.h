// SanitizerReport: what AddressSanitizer printed about a broken access, as far as people want it: what kind,
// where the memory was used, freed and allocated, with our own functions only. Parsed from the text that a
// dead child left; lives as long as its story.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace nut::explorer {

// A function of ours on a stack.
struct Place {
  std::string function;  // "tcp::Machine::Retransmit": without "nut::", parameters, template arguments
  std::string file;      // "stack/tcp/machine.cc"
  unsigned line = 0;

  friend bool operator==(const Place&, const Place&) = default;
};

struct SanitizerReport {
  std::string kind;    // "heap-use-after-free"
  std::string pc;      // "0x55cdb4ce127e": the place, where names are not there yet
  std::string access;  // "read of 4 bytes"; empty where it says none
  // Innermost first, neighbours of the same function joined.
  std::vector<Place> used;
  std::vector<Place> freed;
  std::vector<Place> allocated;
};

// None where `text` has no report.
std::optional<SanitizerReport> ParseSanitizerReport(std::string_view text);

// "tcp::Machine::Retransmit (stack/tcp/machine.cc:12), called by tcp::Machine::Pass"; at most `most`
// functions.
std::string Describe(const std::vector<Place>& places, size_t most);

}  // namespace nut::explorer
