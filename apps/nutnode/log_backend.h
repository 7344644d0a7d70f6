// LogBackend: where the stack's log lines go: standard error (in colour only on a terminal) or a file,
// through a spdlog logger of its own, with stamps of the node's clock; and into a ring for the status page.
// Owned by the program, outlives the node; used by the node's thread of the host.
#pragma once

#include <memory>
#include <string>
#include <tl/expected.hpp>

#include "apps/nutnode/log_levels.h"
#include "apps/nutnode/log_ring.h"
#include "apps/nutnode/program_options.h"
#include "stack/base/clock.h"
#include "stack/base/log.h"
#include "stack/node/log_history.h"

namespace spdlog {
class logger;
}

namespace nut::apps {

struct LogBackendOptions {
  std::string node_name;
  LogLevels levels;
  LogFormat format = LogFormat::kText;
  std::string file;  // empty: standard error
  size_t ring_lines = 500;
};

class LogBackend final : public Log, public node::LogHistory {
 public:
  // The error names the file that cannot be opened, and why.
  static tl::expected<std::unique_ptr<LogBackend>, std::string> Open(LogBackendOptions options,
                                                                     const Clock& clock);
  ~LogBackend() override;

  bool Wants(LogLevel level, std::string_view module) const override;
  void Write(LogLevel level, std::string_view module, std::string_view text) override;
  std::vector<pro::LogLineSnapshot> Latest(size_t most) const override { return ring_.Latest(most); }

  // Opens the file anew (after it was moved away); the old one stays in use where that fails.
  tl::expected<void, std::string> Reopen();

 private:
  LogBackend(LogBackendOptions options, const Clock& clock);

  const LogBackendOptions options_;
  const Clock& clock_;
  LogLevel lowest_;  // of all modules: below it nobody listens
  LogRing ring_;
  std::unique_ptr<spdlog::logger> logger_;
};

}  // namespace nut::apps
