#include "test/netsim/cell.h"

#include <fmt/format.h>

#include <algorithm>

namespace nut::netsim {
namespace {

constexpr size_t kFrame = 1514;
constexpr size_t kLeastFrames = 10;  // the initial window fits (RFC 6928)

}  // namespace

std::string_view NameOf(Control control) {
  switch (control) {
    case Control::kCubic: return "cubic";
    case Control::kReno: return "reno";
    case Control::kMixed: return "mixed";
  }
  return "?";
}

std::string_view NameOf(Spread spread) {
  switch (spread) {
    case Spread::kHosts: return "hosts";
    case Spread::kOnePair: return "pair";
    case Spread::kRtts: return "rtts";
  }
  return "?";
}

size_t Cell::queue_octets() const {
  const uint64_t product = bits_per_second() / 8 * rtt / 1000;
  return std::max<size_t>(static_cast<size_t>(static_cast<double>(product) * queue + 0.5),
                          kLeastFrames * kFrame);
}

std::string_view Cell::Header() {
  return "   line   rtt  queue  loss  late flows        control sack    time";
}
std::string_view Cell::Units() { return " Mbit/s    ms    BDP     %     %                              s"; }

std::string Cell::Name() const {
  return fmt::format("{:7g} {:5} {:6g} {:5g} {:5g} {:5} {:5}   {:7} {:4} {:>7}", megabits, rtt, queue, loss,
                     reorder, flows, NameOf(spread), NameOf(control), sack ? "sack" : "-",
                     fmt::format("{}+{}", warm_up, measured));
}

}  // namespace nut::netsim
