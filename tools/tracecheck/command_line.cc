#include "tools/tracecheck/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>

#include "tools/tracecheck/rules/rule_family.h"

namespace nut::tracecheck {
namespace {

constexpr std::string_view kVersion = "5.2.4.0";  // of Nut/OS, whose network this is

using Fault = std::string;  // empty: none

Fault TakeTime(std::string_view text, Time& time) {
  const char* const end = text.data() + text.size();
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  const std::string_view unit(rest, static_cast<size_t>(end - rest));
  const double scale = unit == "s" ? 1e9 : unit == "ms" ? 1e6 : unit == "us" ? 1e3 : unit == "ns" ? 1 : 0;
  if (error != std::errc() || scale == 0 || number < 0) {
    return fmt::format("\"{}\" is no time; write 200ms, 1s, 50us", text);
  }
  time = Time(static_cast<int64_t>(number * scale));
  return {};
}

template <typename Value>
Fault TakeWord(std::string_view text, std::vector<std::pair<std::string_view, Value>> words, Value& value) {
  std::string known;
  for (const auto& [word, meaning] : words) {
    if (word == text) {
      value = meaning;
      return {};
    }
    known += (known.empty() ? "" : ", ") + std::string(word);
  }
  return fmt::format("\"{}\" is none of {}", text, known);
}

Fault TakeVantage(std::string_view text, Order& order) {
  const auto address = Address::Parse(text);
  if (!address) return fmt::format("\"{}\" is no address", text);
  order.settings.vantages.push_back(*address);
  return {};
}

Fault TakeIgnored(std::string_view text, Order& order) {
  const auto& rules = AllRules();
  if (std::none_of(rules.begin(), rules.end(), [&](const Rule* rule) { return rule->name == text; })) {
    return fmt::format("\"{}\" is no rule; --rules lists them", text);
  }
  order.ignored.emplace_back(text);
  return {};
}

const std::vector<std::pair<std::string_view, Level>> kLevels{
    {"error", Level::kError}, {"warning", Level::kWarning}, {"information", Level::kInformation}};

struct Option {
  std::string_view name;
  std::string_view argument;  // empty: takes none
  std::string_view help;
  std::function<Fault(std::string_view, Order&)> take;
};

const std::vector<Option>& Options() {
  static const std::vector<Option> options{
      {"vantage", "ADDRESS", "the capture was taken at this host; may be given again", TakeVantage},
      {"checksums", "auto|on|off", "on: unfinished ones are wrong, too; off: look at none [auto]",
       [](std::string_view text, Order& order) {
         return TakeWord<ChecksumMode>(
             text, {{"auto", ChecksumMode::kAuto}, {"on", ChecksumMode::kOn}, {"off", ChecksumMode::kOff}},
             order.settings.checksums);
       }},
      {"super-segments", "auto|off", "off: what is longer than the MSS was sent so [auto]",
       [](std::string_view text, Order& order) {
         return TakeWord<SuperSegments>(text, {{"auto", SuperSegments::kAuto}, {"off", SuperSegments::kOff}},
                                        order.settings.super_segments);
       }},
      {"slack", "TIME", "a host may take so long to notice what has arrived [50ms]",
       [](std::string_view text, Order& order) { return TakeTime(text, order.settings.slack); }},
      {"min-rto", "TIME", "no retransmission time-out is shorter [200ms]",
       [](std::string_view text, Order& order) { return TakeTime(text, order.settings.minimum_rto); }},
      {"initial-rto", "TIME", "the same for SYNs [1s]",
       [](std::string_view text, Order& order) { return TakeTime(text, order.settings.initial_rto); }},
      {"max-rto", "TIME", "from here on a time-out need not grow [60s]",
       [](std::string_view text, Order& order) { return TakeTime(text, order.settings.maximum_rto); }},
      {"level", "LEVEL", "show error, warning or information, and what is above [warning]",
       [](std::string_view text, Order& order) { return TakeWord(text, kLevels, order.least); }},
      {"fail", "LEVEL", "end with status 1 from this level on [error]",
       [](std::string_view text, Order& order) { return TakeWord(text, kLevels, order.fails); }},
      {"ignore", "RULE", "do not judge this rule; may be given again", TakeIgnored},
      {"json", "", "one JSON object for each finding, one a line",
       [](std::string_view, Order& order) {
         order.json = true;
         return Fault();
       }},
  };
  return options;
}

}  // namespace

CommandLine ParseCommandLine(const std::vector<std::string>& arguments) {
  Order order;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const std::string& word = arguments[i];
    if (word == "--help" || word == "-h") return PrintAndExit{HelpText()};
    if (word == "--version")
      return PrintAndExit{fmt::format("nuttracecheck {} (Nut/Net on Linux)\n", kVersion)};
    if (word == "--rules") return PrintAndExit{RuleText()};
    if (!word.starts_with("--")) {
      order.files.push_back(word);
      continue;
    }
    const size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const auto option = std::find_if(Options().begin(), Options().end(),
                                     [&](const Option& candidate) { return candidate.name == name; });
    if (option == Options().end()) return tl::unexpected(fmt::format("unknown option --{}", name));
    std::string value;
    if (equals != std::string::npos) {
      value = word.substr(equals + 1);
    } else if (!option->argument.empty()) {
      if (i + 1 == arguments.size()) {
        return tl::unexpected(fmt::format("--{0} needs a value: --{0} {1}", name, option->argument));
      }
      value = arguments[++i];
    }
    if (const Fault fault = option->take(value, order); !fault.empty()) {
      return tl::unexpected(fmt::format("--{}: {}", name, fault));
    }
  }
  if (order.files.empty()) return tl::unexpected(std::string("no capture is named; - is standard input"));
  return order;
}

std::string HelpText() {
  std::string text =
      "usage: nuttracecheck [--OPTION VALUE]... FILE...\n"
      "\n"
      "Reads captures (pcap, pcapng), follows each TCP connection in them from outside, and\n"
      "names every segment that the RFCs forbid.\n"
      "\n"
      "options:\n";
  const auto line = [&](std::string_view name, std::string_view argument, std::string_view help) {
    text += fmt::format("  {:<28}{}\n", fmt::format("--{} {}", name, argument), help);
  };
  for (const Option& option : Options()) line(option.name, option.argument, option.help);
  line("rules", "", "list the rules, and end");
  line("version", "", "print the version, and end");
  text += fmt::format("  {:<28}{}\n", "--help, -h", "this text");
  text +=
      "\n"
      "examples:\n"
      "  nuttracecheck n1.pcapng                            what holds from anywhere\n"
      "  nuttracecheck --vantage 198.19.0.10 n1.pcapng      all about what this host sent\n"
      "\n"
      "exit status: 0 nothing found, 1 findings, 64 usage, 65 no capture, 66 no such file,\n"
      "             70 internal fault\n";
  return text;
}

std::string RuleText() {
  std::string text;
  for (const Rule* rule : AllRules()) {
    text += fmt::format("{:<30} {:<11} {:<8} {}: {}\n", rule->name, NameOf(rule->level),
                        rule->vantage == Vantage::kSender ? "sender" : "anywhere", rule->reference,
                        rule->meaning);
  }
  return text;
}

}  // namespace nut::tracecheck
