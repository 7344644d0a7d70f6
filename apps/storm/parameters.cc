#include "apps/storm/parameters.h"

#include <algorithm>

namespace nut::storm {

tcp::Parameters StormParameters(Patience patience, Duration time_wait) {
  tcp::Parameters parameters;
  parameters.time_wait = time_wait;
  parameters.keep_alive = true;
  if (patience == Patience::kMoment) {
    parameters.keep_alive_idle = 50ms;
    parameters.keep_alive_interval = 20ms;
    parameters.keep_alive_probes = 3;
    parameters.retransmission_timeout = 700ms;  // two retransmissions
    parameters.linger_orphan = 1s;
    parameters.fin_wait_2_orphan = 1s;
    return parameters;
  }
  if (patience == Patience::kSeconds) {
    parameters.keep_alive_idle = 2s;
    parameters.keep_alive_interval = 1s;
    parameters.keep_alive_probes = 3;
    parameters.retransmission_timeout = 5s;
    return parameters;
  }
  // A probe and its answer get through with (1 - 0.2)^2: 45 in a row fail once in 10^20. The intervals of
  // retransmissions grow to a minute: 25 of them.
  parameters.keep_alive_idle = 10s;
  parameters.keep_alive_interval = 2s;
  parameters.keep_alive_probes = 45;
  parameters.retransmission_timeout = 20min;
  parameters.syn_timeout = 20min;
  parameters.syn_received_timeout = 25min;
  parameters.linger_orphan = 20min;
  parameters.fin_wait_2_orphan = 20min;
  return parameters;
}

Duration LongestSilence(const tcp::Parameters& parameters) {
  const Duration probing = parameters.keep_alive_idle +
                           parameters.keep_alive_interval * static_cast<int>(parameters.keep_alive_probes);
  return std::max({probing, parameters.retransmission_timeout, parameters.linger_orphan,
                   parameters.fin_wait_2_orphan});
}

}  // namespace nut::storm
