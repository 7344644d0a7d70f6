#include "apps/nutnode/log_backend.h"

#include <spdlog/logger.h>
#include <spdlog/sinks/ansicolor_sink.h>
#include <spdlog/sinks/basic_file_sink.h>

#include <algorithm>

#include "apps/nutnode/log_line.h"

namespace nut::apps {
namespace {

spdlog::level::level_enum ToSpdlog(LogLevel level) {
  switch (level) {
    case LogLevel::kTrace: return spdlog::level::trace;
    case LogLevel::kDebug: return spdlog::level::debug;
    case LogLevel::kInfo: return spdlog::level::info;
    case LogLevel::kWarning: return spdlog::level::warn;
    case LogLevel::kError: return spdlog::level::err;
    case LogLevel::kOff: break;
  }
  return spdlog::level::off;
}

spdlog::sink_ptr StandardError() {
  auto sink = std::make_shared<spdlog::sinks::ansicolor_stderr_sink_st>();  // colour only on a terminal
  sink->set_color(spdlog::level::trace, sink->dark);
  sink->set_color(spdlog::level::debug, sink->dark);
  sink->set_color(spdlog::level::info, sink->reset);
  return sink;
}

// Throws spdlog_ex.
spdlog::sink_ptr OpenSink(const std::string& file) {
  return file.empty() ? StandardError() : std::make_shared<spdlog::sinks::basic_file_sink_st>(file);
}

LogLevel LowestOf(const LogLevels& levels) {
  LogLevel lowest = levels.everything;
  for (const auto& [module, level] : levels.modules) lowest = std::min(lowest, level);
  return lowest;
}

}  // namespace

tl::expected<std::unique_ptr<LogBackend>, std::string> LogBackend::Open(LogBackendOptions options,
                                                                        const Clock& clock) {
  std::unique_ptr<LogBackend> backend(new LogBackend(std::move(options), clock));
  if (auto opened = backend->Reopen(); !opened) return tl::unexpected(opened.error());
  return backend;
}

LogBackend::LogBackend(LogBackendOptions options, const Clock& clock)
    : options_(std::move(options)),
      clock_(clock),
      lowest_(LowestOf(options_.levels)),
      ring_(options_.ring_lines) {}

LogBackend::~LogBackend() = default;

tl::expected<void, std::string> LogBackend::Reopen() {
  try {
    auto logger = std::make_unique<spdlog::logger>(options_.node_name, OpenSink(options_.file));
    logger->set_level(spdlog::level::trace);  // what is wanted was decided before
    logger->set_pattern("%^%v%$");            // the line is complete
    logger->flush_on(spdlog::level::trace);
    logger_ = std::move(logger);
    return {};
  } catch (const spdlog::spdlog_ex& error) {
    return tl::unexpected(std::string(error.what()));
  }
}

bool LogBackend::Wants(LogLevel level, std::string_view module) const {
  return level >= lowest_ && level != LogLevel::kOff && level >= options_.levels.For(module);
}

void LogBackend::Write(LogLevel level, std::string_view module, std::string_view text) {
  if (!Wants(level, module)) return;
  const Instant now = clock_.Now();
  ring_.Add(now, level, module, text);
  const LogLine line{now, options_.node_name, module, level, text};
  const std::string formatted = options_.format == LogFormat::kJson ? FormatJson(line) : FormatText(line);
  logger_->log(ToSpdlog(level), spdlog::string_view_t(formatted));
}

}  // namespace nut::apps
