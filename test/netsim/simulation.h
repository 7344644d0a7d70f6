// Simulation: a cell brought to life: whole nodes at a dumbbell under virtual time, and the flows between
// them. Owned by who wants to know; everything in it lives and ends with it. One thread of the host.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/os/executor.h"
#include "test/netsim/cell.h"
#include "test/netsim/dumbbell_port.h"
#include "test/netsim/flow.h"
#include "test/netsim/outcome.h"

namespace nut::netsim {

class Simulation {
 public:
  // Equal seeds, equal runs. `audited`: tools/tracecheck reads along at every host, and remembers all of it.
  explicit Simulation(const Cell& cell, std::string_view seed = "1", bool audited = false);
  ~Simulation();

  // To `instant` of virtual time, counted from the first SYN.
  void RunTo(Duration instant);
  // The whole cell: warming up and measuring.
  Outcome Run();

  const std::vector<std::unique_ptr<Flow>>& flows() const { return flows_; }
  // Octets before the line, the frame on it included.
  size_t backlog() const { return dumbbell_.forward().Backlog(executor_.Now()); }
  const BottleneckCounts& counts() const { return dumbbell_.forward().counts(); }
  // So many retransmission timers of senders have expired.
  uint64_t timeouts() const;
  // What an auditor has against what the hosts have sent, "" if nothing. Ends the recording.
  std::string Findings();

 private:
  struct Host;

  Host& AddHost(Side side, unsigned number, Duration latency);
  void Build();
  tcp::Parameters ParametersOf(unsigned flow) const;
  uint64_t Sum(Counter counter, Side side) const;

  const Cell cell_;
  const std::string seed_;
  const bool audited_;
  VirtualClock clock_;
  NullLog log_;
  os::Executor executor_;
  link::FramePool frames_;
  Dumbbell dumbbell_;
  std::vector<std::unique_ptr<Host>> hosts_;
  std::vector<std::unique_ptr<Flow>> flows_;
};

// The most that a line of so many bits a second carries of TCP's text: full frames of 1514 octets, each with
// 1448 of text, because timestamps take their twelve. bit/s.
constexpr uint64_t LargestGoodput(uint64_t bits_per_second) { return bits_per_second / 1514 * 1448; }

}  // namespace nut::netsim
