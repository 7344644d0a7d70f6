// The logging front: what the stack calls. Where lines go, and in which form, is the program's business.
// Never called on the packet path unless `Wants` says that somebody listens.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace nut {

enum class LogLevel : uint8_t { kTrace, kDebug, kInfo, kWarning, kError, kOff };

// "trace", "debug", … as the options spell them.
std::string_view NameOf(LogLevel level);

class Log {
 public:
  virtual ~Log() = default;

  // `module` is a short lower-case name that stays valid for ever: "tcp", "arp", "http".
  virtual bool Wants(LogLevel level, std::string_view module) const = 0;
  virtual void Write(LogLevel level, std::string_view module, std::string_view text) = 0;

  template <typename... Args>
  void Print(LogLevel level, std::string_view module, fmt::format_string<Args...> format, Args&&... args) {
    if (Wants(level, module)) Write(level, module, fmt::format(format, std::forward<Args>(args)...));
  }
};

// Says nothing to anybody.
class NullLog final : public Log {
 public:
  bool Wants(LogLevel, std::string_view) const override { return false; }
  void Write(LogLevel, std::string_view, std::string_view) override {}
};

}  // namespace nut
