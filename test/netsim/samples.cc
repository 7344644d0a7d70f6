#include "test/netsim/samples.h"

#include <fmt/format.h>

#include <algorithm>

namespace nut::netsim {

Samples::Samples(const Simulation& simulation, std::ostream& out)
    : simulation_(simulation), out_(out), received_(simulation.flows().size()) {
  out_ << "seconds,flow,cwnd_octets,ssthresh_octets,in_flight_octets,srtt_ms,goodput_kbits,queue_octets\n";
}

void Samples::Take(Duration now) {
  const double seconds = std::max(ToSeconds(now - last_), 1e-9);
  last_ = now;
  for (size_t i = 0; i < received_.size(); ++i) {
    const Flow& flow = *simulation_.flows()[i];
    const uint64_t octets = flow.received() - received_[i];
    received_[i] = flow.received();
    const auto info = flow.Info();
    if (!info || info->state != tcp::State::kEstablished) continue;
    out_ << fmt::format("{:.3f},{},{},{},{},{:.3f},{:.1f},{}\n", ToSeconds(now), i + 1, info->cwnd,
                        info->ssthresh, info->pipe, ToSeconds(info->srtt) * 1000,
                        static_cast<double>(octets) * 8 / 1000 / seconds, simulation_.backlog());
  }
}

}  // namespace nut::netsim
