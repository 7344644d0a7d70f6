// Outcome: what came of a cell: the right half of its line. Whole numbers, so that equal runs give equal
// lines whatever compiled them. A plain value.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace nut::netsim {

struct Outcome {
  uint64_t goodput = 0;      // kbit/s, of all flows together: octets that the receivers' applications got
  uint64_t used = 0;         // of the most that the line can carry so, in 1/1000
  uint64_t fairness = 0;     // Jain's index, in 1/1000; 1000: all got the same
  uint64_t resent = 0;       // of all segments with text, in 1/10000
  uint64_t timeouts = 0;     // of retransmission timers
  uint64_t queue_delay = 0;  // mean time in the router's queue and on the line, in 1/10 ms

  std::string Text() const;
  static std::string_view Header();
  static std::string_view Units();
  // What Text has written; nothing where it is no such thing.
  static std::optional<Outcome> FromText(std::string_view text);

  friend bool operator==(const Outcome&, const Outcome&) = default;
};

// Jain, Chiu, Hawe (1984): (sum x)^2 / (n * sum x^2), in 1/1000, rounded down. Nobody got anything: 1000.
uint64_t JainIndex(std::span<const uint64_t> shares);

}  // namespace nut::netsim
