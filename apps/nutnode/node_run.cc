#include "apps/nutnode/node_run.h"

#include <fmt/format.h>

#include <csignal>
#include <cstdlib>

#include "apps/storm_service/storm_service.h"
#include "stack/os/stack_overflow_reporter.h"
#include "stack/pro/inspect/tables.h"
#include "tap/user_namespace.h"

namespace nut::apps {
namespace {

// How many sockets and timers SIGUSR1 shows at most.
constexpr size_t kListedRows = 200;
// How long the threads of a storm may take to notice that the node was shut down.
constexpr Duration kStormEnd = 5s;
// How often the program looks whether a node that finds its address for itself has one.
constexpr Duration kAddressPoll = 50ms;

Readiness ReadinessOf(const ProgramOptions& options, const HostSetup& setup) {
  Readiness readiness{.name = options.node.name,
                      .interface = setup.tap.interface_name,
                      .origin = std::string(Describe(setup.tap.origin)),
                      .address = options.node.address,
                      .host = setup.host,
                      .offload = std::string(Describe(setup.tap.offload)),
                      .profile = std::string(NameOf(options.profile)),
                      .seed = options.node.seed,
                      .http = {}};
  if (const ServiceRequest* httpd = options.FindService("httpd")) readiness.http = httpd->port;
  return readiness;
}

tap::TapDeviceOptions DeviceOptionsOf(const ProgramOptions& options, const tap::OpenedTap& tap) {
  return {.interface_name = tap.interface_name,
          .mtu = options.node.mtu,
          .has_vnet_header = tap.has_vnet_header,
          .offload = tap.offload};
}

}  // namespace

NodeRun::NodeRun(const ProgramOptions& options, tap::SystemCalls& system, HostSetup setup,
                 std::unique_ptr<tap::Poller> poller, Clock& clock, LogBackend& log)
    : options_(options),
      system_(system),
      poller_(std::move(poller)),
      log_(log),
      readiness_(ReadinessOf(options, setup)),
      origin_(setup.tap.origin),
      executor_(clock, {}, nullptr, poller_.get()),
      tap_(DeviceOptionsOf(options, setup.tap), std::move(setup.tap.fd), system, *poller_, frames_, clock,
           statistics_),
      impairment_(tap_, executor_.timers(), Rng(options.node.seed).Split("impairment"), frames_, statistics_,
                  options.impairment),
      end_(executor_, "end of the run"),
      until_(
          executor_.timers(), [this] { End(ExitCode::kClean); }, "until") {}

NodeRun::~NodeRun() = default;

tl::expected<void, std::string> NodeRun::OpenCapture() {
  if (options_.capture.empty()) return {};
  auto sink = OpenCaptureSink(options_.capture, {.system = system_, .poller = *poller_, .log = log_});
  if (!sink) return tl::unexpected(sink.error());
  capture_sink_ = *std::move(sink);
  capture_.emplace(*capture_sink_, executor_.timers(), statistics_, log_,
                   link::CaptureOptions{.snap_length = options_.snap_length,
                                        .commented_only = options_.capture_drops,
                                        .application = "nutnode"});
  const auto wire =
      capture_->AddInterface(options_.node.name + "/wire", "the node's end of " + readiness_.interface);
  capture_device_.emplace(impairment_, *capture_, wire);
  impairment_.SetObserver(&*capture_device_);
  capture_sink_->SetRestartHandler([this] {
    capture_->Restart();
    capture_->Flush();
  });
  capture_->Flush();  // a reader sees at once that the stream has begun
  return {};
}

ExitCode NodeRun::Run() {
  link::Device* outermost = &impairment_;
  if (capture_device_) outermost = &*capture_device_;
  const bool joins_storms = options_.FindService(storm::kServiceName) != nullptr;
  if (joins_storms) outermost = &black_hole_.emplace(*outermost, executor_.clock());
  node_.emplace(node::NodeSurroundings{.executor = executor_,
                                       .device = *outermost,
                                       .frames = frames_,
                                       .statistics = statistics_,
                                       .log = log_,
                                       .log_history = &log_},
                options_.node);
  if (joins_storms) storm_.emplace(node_->tcp(), node_->inspector(), *black_hole_);
  tap_.SetGoneHandler([this] {
    log_.Print(LogLevel::kError, "tap", "the interface {} was removed", readiness_.interface);
    End(ExitCode::kSystem);
  });
  signals_.emplace(system_, *poller_, [this](int signal) { OnSignal(signal); });
  if (options_.until) until_.StartAfter(*options_.until);
  const auto made = executor_.Create("nutnode", [this] { Main(); });
  if (!made) return ExitCode::kSystem;
  // A service that overflows its stack is named before the process ends.
  const os::StackOverflowReporter reporter(executor_);
  const os::RunResult result = executor_.Run();
  return result == os::RunResult::kStopped ? exit_code_ : ExitCode::kInternal;
}

void NodeRun::Main() {
  if (StartNode()) {
    if (WaitForAddress()) {
      SayReady();
      end_.Wait();
    }
    static_cast<void>(NotifySystemd(std::getenv("NOTIFY_SOCKET"), "STOPPING=1"));
    log_.Print(LogLevel::kDebug, "node", "closing connections");
  }
  node_->Shutdown(options_.grace);
  // No wait of its threads lasts now.
  if (storm_ && !storm_->WaitUntilDone(kStormEnd)) {
    log_.Print(LogLevel::kWarning, "storm", "threads are left after {} s", ToSeconds(kStormEnd));
  }
  if (capture_) {
    capture_->Close();
    capture_sink_->Finish();
  }
  executor_.Stop();
}

bool NodeRun::StartNode() {
  const auto failed = [this](std::string_view what, Error error) {
    log_.Print(LogLevel::kError, "node", "{} cannot start: {}", what, Describe(error));
    exit_code_ = ExitCode::kFailure;
    return false;
  };
  if (const auto started = tap_.Start(); !started) return failed(readiness_.interface, started.error());
  if (const auto started = node_->Start(); !started) return failed("the network", started.error());
  for (const ServiceRequest& service : options_.services) {
    if (const auto started = StartService(service); !started) {
      return failed(fmt::format("{} at port {}", service.name, service.port.number()), started.error());
    }
  }
  return true;
}

bool NodeRun::WaitForAddress() {
  const net::InterfaceAddress& interface = node_->network().interface();
  while (!interface.usable()) {
    if (end_.Wait(kAddressPoll)) return false;
  }
  readiness_.address = interface.prefix();
  return true;
}

Result<void> NodeRun::StartService(const ServiceRequest& service) {
  if (service.name != storm::kServiceName) return node_->StartService(service.name, service.port);
  return node_->StartService(storm::MakeStormService(node_->service_context(), service.port, *storm_));
}

void NodeRun::SayReady() {
  std::string lines = Headline(readiness_) + "\n";
  if (origin_ == tap::TapOrigin::kUserNamespace) {
    lines += fmt::format("nutnode  only programs in its namespace reach it:  {} curl http://{}/\n",
                         tap::EnterCommand(system_.ProcessId()), readiness_.address.address().ToText());
  }
  lines += ReadyLine(readiness_) + "\n";
  std::fputs(lines.c_str(), text());
  std::fflush(text());
  if (const auto told = NotifySystemd(std::getenv("NOTIFY_SOCKET"), "READY=1"); !told) {
    log_.Print(LogLevel::kWarning, "node", "{}", told.error());
  }
}

void NodeRun::OnSignal(int signal) {
  switch (signal) {
    case SIGHUP: return Reopen();
    case SIGUSR1: return PrintListings();
    default: return End(ExitCode::kClean);
  }
}

void NodeRun::Reopen() {
  if (const auto opened = log_.Reopen(); !opened) {
    log_.Print(LogLevel::kWarning, "log", "{}", opened.error());
  }
  if (!capture_) return;
  capture_->Flush();  // what was seen so far belongs into the old file
  const auto opened = capture_sink_->Reopen();
  if (!opened) {
    log_.Print(LogLevel::kWarning, "capture", "{}", opened.error());
  } else if (*opened) {
    capture_->Restart();
    capture_->Flush();
  }
}

void NodeRun::PrintListings() {
  const pro::Inspector& inspector = node_->inspector();
  const std::string listings =
      fmt::format("{}\nthreads\n{}\nsockets\n{}\ntimers\n{}\nARP\n{}", pro::NodeText(inspector.Node()),
                  pro::ThreadTable(inspector.Threads()), pro::SocketTable(inspector.Sockets(kListedRows)),
                  pro::TimerTable(inspector.Timers(kListedRows)), pro::NeighborTable(inspector.Neighbors()));
  std::fputs(listings.c_str(), text());
  std::fflush(text());
}

void NodeRun::End(ExitCode code) {
  exit_code_ = code;
  end_.PostAsync();
}

}  // namespace nut::apps
