#include "tools/packets/command_line.h"

#include <fmt/format.h>

#include "apps/nutnode/units.h"
#include "apps/options/argument_splitter.h"
#include "tools/packets/parameter_table.h"

namespace nut::packets {
namespace {

constexpr std::string_view kVersion = "1.0";

constexpr std::string_view kHelp =
    R"(Usage: nutpackets [--OPTION VALUE]... SCRIPT...
       nutpackets --from-capture FILE [--flow N] [--node ADDRESS]

Plays packet scripts against a node of Nut/Net under virtual time, or makes a script from a capture.

playing
  --pcap FILE             what passed the wire, as pcapng
  --verbose               every packet, not only where a script fails

making a script
  --from-capture FILE     a pcapng or pcap file; the script goes to standard output
  --flow N                the N-th connection in it; the default is 1
  --node ADDRESS          the end that the node is to play; the default is the server

  --help, -h              this text
  --version               the version

The language is described in tools/packets/README.md. `tcp NAME VALUE` in a script sets:
)";

std::string Help() {
  std::string text(kHelp);
  size_t column = 0;
  for (const std::string_view name : ParameterNames()) {
    if (column + name.size() > 100) column = 0;
    text += column == 0 ? "\n  " : ", ";
    if (column == 0 && text[text.size() - 4] == '\n') text.erase(text.size() - 3, 1);
    text += name;
    column += name.size() + 2;
  }
  return text + "\n";
}

apps::ArgumentSplitter Splitter() {
  using apps::Argument;
  return apps::ArgumentSplitter({{"pcap", Argument::kNeeded, "FILE"},
                                 {"verbose", Argument::kNone, ""},
                                 {"from-capture", Argument::kNeeded, "FILE"},
                                 {"flow", Argument::kNeeded, "N"},
                                 {"node", Argument::kNeeded, "ADDRESS"},
                                 {"help", Argument::kNone, ""},
                                 {"version", Argument::kNone, ""}});
}

bool TakesValue(std::string_view word) {
  return word == "--pcap" || word == "--from-capture" || word == "--flow" || word == "--node";
}

}  // namespace

std::variant<Options, PrintAndExit, UsageError> ParseCommandLine(const std::vector<std::string>& arguments) {
  Options options;
  std::vector<std::string> dashed;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (!arguments[i].starts_with('-')) {
      options.scripts.push_back(arguments[i]);
      continue;
    }
    dashed.push_back(arguments[i]);
    if (TakesValue(arguments[i]) && i + 1 < arguments.size()) dashed.push_back(arguments[++i]);
  }
  const auto given = Splitter().Split(dashed);
  if (!given) return UsageError{given.error()};
  for (const auto& [name, value] : *given) {
    if (name == "help") return PrintAndExit{Help()};
    if (name == "version") return PrintAndExit{fmt::format("nutpackets {} (Nut/Net on Linux)\n", kVersion)};
    if (name == "pcap") options.record = value;
    if (name == "verbose") options.verbose = true;
    if (name == "from-capture") options.from_capture = value;
    if (name == "flow") {
      const auto number = apps::ParseInteger(value, 1, 1'000'000);
      if (!number) return UsageError{"--flow: " + number.error()};
      options.flow = static_cast<unsigned>(*number);
    }
    if (name == "node") {
      options.node = wire::Ipv4Address::FromText(value);
      if (!options.node) return UsageError{fmt::format("--node: \"{}\" is no address", value)};
    }
  }
  if (options.from_capture.empty() == options.scripts.empty()) {
    return UsageError{"either scripts or --from-capture FILE has to be given; see --help"};
  }
  return options;
}

}  // namespace nut::packets
