#include "test/netsim/theory.h"

#include <algorithm>
#include <cmath>

#include "test/netsim/simulation.h"

namespace nut::netsim {
namespace {

constexpr double kSegment = 1448 * 8;  // bits
constexpr double kC = 0.4;
constexpr double kBeta = 0.7;

double FourthRoot(double x) { return std::sqrt(std::sqrt(x)); }

}  // namespace

double CubicWindow(double seconds, double p) {
  const double ratio = seconds / p;
  const double cubic = FourthRoot(kC * (3 + kBeta) / (4 * (1 - kBeta)) * ratio * ratio * ratio);
  return std::max(cubic, RenoWindow(p));
}

double RenoWindow(double p) { return std::sqrt(1.5 / p); }

double Expected(const Cell& cell) {
  const auto most = static_cast<double>(LargestGoodput(cell.bits_per_second()));
  const double p = cell.loss / 100;
  if (p <= 0) return most;
  const double seconds = ToSeconds(cell.round_trip());
  const double window = cell.control == Control::kReno ? RenoWindow(p) : CubicWindow(seconds, p);
  return std::min(window * kSegment / seconds, most * (1 - p));
}

}  // namespace nut::netsim
