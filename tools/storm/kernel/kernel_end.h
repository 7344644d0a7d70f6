// The host's kernel as one side of a live storm.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "tools/storm/kernel/kernel_client.h"
#include "tools/storm/kernel/kernel_server.h"
#include "tools/storm/live/storm_end.h"

namespace nut::storm {

class KernelServerEnd final : public StormEnd {
 public:
  KernelServerEnd(tap::SystemCalls& system, const KernelServerOptions& options)
      : system_(system), options_(options) {}

  tl::expected<void, std::string> Begin() override;
  bool Work(HostTime until) override;
  tl::expected<EndStatus, std::string> Look() override;
  // The port stays open: nobody connects any more.
  tl::expected<void, std::string> Stop() override { return {}; }
  std::vector<std::string> Finish() override;
  std::string_view name() const override { return "kernel's server"; }

 private:
  tap::SystemCalls& system_;
  const KernelServerOptions options_;
  std::unique_ptr<KernelServer> server_;
};

class KernelClientEnd final : public StormEnd {
 public:
  KernelClientEnd(tap::SystemCalls& system, const KernelClientOptions& options, const Planner& planner)
      : system_(system), options_(options), planner_(planner) {}

  tl::expected<void, std::string> Begin() override;
  bool Work(HostTime until) override;
  tl::expected<EndStatus, std::string> Look() override;
  tl::expected<void, std::string> Stop() override;
  std::vector<std::string> Finish() override;
  std::string_view name() const override { return "kernel's client"; }

 private:
  tap::SystemCalls& system_;
  const KernelClientOptions options_;
  const Planner planner_;
  std::unique_ptr<KernelClient> client_;
};

}  // namespace nut::storm
