#include "apps/nutnode/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "apps/nutnode/option_table.h"

namespace nut::apps {
namespace {

constexpr std::string_view kUsage = "usage: nutnode [--OPTION VALUE]...\n";

// Columns on the terminal: characters, not bytes (there is a ±).
size_t Width(std::string_view text) {
  return static_cast<size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::string Left(std::string_view text, size_t width) {
  return fmt::format("{}{:{}}", text, "", width > Width(text) ? width - Width(text) : 1);
}

std::string LineFor(const OptionSpec& option) {
  const std::string left = option.is_switch ? fmt::format("  --{}[={}]", option.name, option.argument)
                                            : fmt::format("  --{} {}", option.name, option.argument);
  return fmt::format("{}{}", Left(left, 30), option.help);
}

// The section's name before its first option.
void BeginSection(std::string& text, std::string_view& current, const OptionSpec& option) {
  if (option.section == current) return;
  current = option.section;
  text += fmt::format("{}:\n", current);
}

}  // namespace

std::string ShortHelp() {
  std::string text = fmt::format("{}Runs a Nut/Net node on a TAP interface of this machine.\n", kUsage);
  std::string_view section;
  for (const OptionSpec& option : OptionTable()) {
    if (!option.is_common) continue;
    BeginSection(text, section, option);
    text += LineFor(option) + "\n";
  }
  text +=
      "general:\n"
      "  --config FILE               options from a file, one \"name = value\" per line\n"
      "  --print-config              show the effective values as such a file\n"
      "  --help-all, --version       every option and the services; the version\n";
  return text;
}

std::string LongHelp(const KnownServices& known) {
  std::string text = fmt::format("{}Runs a Nut/Net node on a TAP interface of this machine.\n\n", kUsage);
  std::string_view section;
  for (const OptionSpec& option : OptionTable()) {
    if (!section.empty() && option.section != section) text += "\n";
    BeginSection(text, section, option);
    text += LineFor(option);
    text += option.initial.empty() ? "\n" : fmt::format(" [{}]\n", option.initial);
  }
  text +=
      "\ngeneral:\n"
      "  --config FILE               options from a file, one \"name = value\" per line\n"
      "  --print-config              show the effective values as such a file and end\n"
      "  --help, -h                  the common options\n"
      "  --help-all                  this text\n"
      "  --version                   the version\n"
      "\nservices, and their ports:\n";
  for (const KnownService& service : known) {
    text += fmt::format("  {:<15}{:>6}  {}{}\n", service.name, service.port.number(), service.description,
                        service.is_shown ? "" : "; not among all");
  }
  text +=
      "\nvalues carry units: 20ms 1.5s 10min, 1%, 64KiB, 1mbit\n"
      "\nsignals: SIGINT and SIGTERM close connections and end, a second one ends at once;\n"
      "         SIGHUP reopens capture and log; SIGUSR1 prints threads, sockets, timers, ARP\n"
      "exit status: 0 clean, 1 failure, 64 usage, 69 interface or address busy,\n"
      "         70 internal fault, 71 system error, 77 not permitted here\n";
  return text;
}

std::string VersionText() { return fmt::format("nutnode {} (Nut/Net on Linux)\n", kVersion); }

std::string ConfigText(const EffectiveValues& values) {
  std::string text = "# nutnode --config FILE\n";
  std::string_view section;
  for (const OptionSpec& option : OptionTable()) {
    if (option.section != section) {
      section = option.section;
      text += fmt::format("\n# {}\n", section);
    }
    if (const auto given = values.find(option.name); given != values.end()) {
      for (const std::string& value : given->second) text += fmt::format("{} = {}\n", option.name, value);
    } else if (option.initial.empty()) {
      text += fmt::format("# {} = {}\n", option.name, option.argument);
    } else {
      text += fmt::format("{} = {}\n", option.name, option.initial);
    }
  }
  return text;
}

}  // namespace nut::apps
