// NodeRun: one run of one node, from the open TAP to the closed connections: builds the devices, the capture
// and the node, runs the executor, and answers signals. Made once by main; everything in it lives as long as
// the run.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <tl/expected.hpp>

#include "apps/nutnode/capture_sink.h"
#include "apps/nutnode/exit_code.h"
#include "apps/nutnode/host_setup.h"
#include "apps/nutnode/log_backend.h"
#include "apps/nutnode/program_options.h"
#include "apps/nutnode/ready.h"
#include "apps/nutnode/signals.h"
#include "apps/storm/black_hole_device.h"
#include "apps/storm_service/node_storm.h"
#include "stack/base/clock.h"
#include "stack/link/capture.h"
#include "stack/link/capture_device.h"
#include "stack/link/frame_pool.h"
#include "stack/link/impairment_device.h"
#include "stack/node/node.h"
#include "stack/os/event_queue.h"
#include "stack/os/executor.h"
#include "stack/os/timer.h"
#include "tap/poller.h"
#include "tap/tap_device.h"

namespace nut::apps {

class NodeRun {
 public:
  // `options` outlives the run; its seed is set. `log` and `poller` were opened by the caller, who can say
  // best why not.
  NodeRun(const ProgramOptions& options, tap::SystemCalls& system, HostSetup setup,
          std::unique_ptr<tap::Poller> poller, Clock& clock, LogBackend& log);
  ~NodeRun();
  NodeRun(const NodeRun&) = delete;
  NodeRun& operator=(const NodeRun&) = delete;

  // Opens what --pcap names. The error is a sentence.
  tl::expected<void, std::string> OpenCapture();

  // Until a signal, --until or a failure ends it.
  ExitCode Run();

 private:
  // The thread that starts the node, waits for the end, and ends it in order.
  void Main();
  bool StartNode();
  // Until the node has an address that it may use; false: the run has been ended before.
  bool WaitForAddress();
  Result<void> StartService(const ServiceRequest& service);
  void SayReady();
  void OnSignal(int signal);
  void Reopen();
  void PrintListings();
  // Ends the run in order. From callbacks and threads.
  void End(ExitCode code);
  // Where lines for people go: standard output, unless the capture has it.
  std::FILE* text() const { return options_.capture == "-" ? stderr : stdout; }

  const ProgramOptions& options_;
  tap::SystemCalls& system_;
  const std::unique_ptr<tap::Poller> poller_;
  LogBackend& log_;
  Readiness readiness_;
  const tap::TapOrigin origin_;

  Statistics statistics_;
  link::FramePool frames_;
  os::Executor executor_;
  tap::TapDevice tap_;
  link::ImpairmentDevice impairment_;
  std::unique_ptr<CaptureSink> capture_sink_;
  std::optional<link::Capture> capture_;
  std::optional<link::CaptureDevice> capture_device_;
  std::optional<storm::BlackHoleDevice> black_hole_;  // where the node takes part in storms
  std::optional<node::Node> node_;
  std::optional<storm::NodeStorm> storm_;
  os::EventQueue end_;
  os::Timer until_;
  ExitCode exit_code_ = ExitCode::kInternal;
  std::optional<Signals> signals_;
};

}  // namespace nut::apps
