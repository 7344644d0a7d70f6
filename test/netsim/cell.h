// Cell: one line of the table: a network, the flows that cross it, and for how long they are watched. A plain
// value; its text is the left half of its line, and no two cells have the same.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "stack/base/time.h"

namespace nut::netsim {

enum class Control : uint8_t {
  kCubic,
  kReno,   // NewReno
  kMixed,  // the first, third … flow CUBIC, the others NewReno
};

std::string_view NameOf(Control control);

// What a flow is among the others.
enum class Spread : uint8_t {
  kHosts,    // each between two hosts of its own
  kOnePair,  // all between the same two
  kRtts,     // as kHosts, and the last flow's round trip is four times the first one's
};

std::string_view NameOf(Spread spread);

struct Cell {
  double megabits = 10;  // of the line, frames counted without preamble, FCS and gap
  unsigned rtt = 100;    // ms, of an empty line
  double queue = 1;      // of the router, in bandwidth-delay products; ten frames at least
  double loss = 0;       // percent, of the frames with the text
  double reorder = 0;    // percent; such a frame comes an eighth of the round trip later
  unsigned flows = 1;    // they start one after the other
  Spread spread = Spread::kHosts;
  Control control = Control::kCubic;
  bool sack = true;        // with RACK-TLP; without: NewReno's loss recovery (RFC 6582)
  unsigned warm_up = 20;   // seconds from the first SYN until goodput is measured
  unsigned measured = 60;  // seconds

  std::string Name() const;
  // The columns that Name() is made of.
  static std::string_view Header();
  static std::string_view Units();

  uint64_t bits_per_second() const { return static_cast<uint64_t>(megabits * 1e6 + 0.5); }
  size_t queue_octets() const;
  Duration round_trip() const { return std::chrono::milliseconds(rtt); }
};

}  // namespace nut::netsim
