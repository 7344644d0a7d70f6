// What theory expects of one flow when each packet is lost with equal probability: the response functions of
// the RFCs. Pure. With square roots alone, which IEEE 754 rounds equally everywhere.
#pragma once

#include "test/netsim/cell.h"

namespace nut::netsim {

// RFC 9438 5.1: AVG_W_cubic = (C * (3 + beta) / (4 * (1 - beta)))^(1/4) * RTT^(3/4) / p^(3/4), C = 0.4,
// beta = 0.7; and 4.3, where that is less than what Reno would have: AVG_W_est. In segments; `seconds`: the
// round trip; 0 < p <= 1.
double CubicWindow(double seconds, double p);
// RFC 9438 4.3: AVG_AIMD(alpha, beta) = sqrt(alpha * (1 + beta) / (2 * (1 - beta) * p)) with alpha 1 and
// beta 0.5: sqrt(1.5 / p).
double RenoWindow(double p);

// The goodput, bit/s, that a single flow of this cell gets by the above, with the round trip of an empty
// line; not more than the line can carry.
double Expected(const Cell& cell);

}  // namespace nut::netsim
