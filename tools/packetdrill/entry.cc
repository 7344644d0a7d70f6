// The shared object's one symbol.
#include <cstdio>
#include <cstdlib>
#include <sstream>

#include "apps/nutnode/command_line.h"
#include "tools/packetdrill/interface.h"
#include "tools/packetdrill/stack_under_test.h"

namespace nut::packetdrill {
namespace {

// packetdrill's own defaults for IPv4: the stack's address, and the way to everybody else.
constexpr const char* kDefaults[] = {"--ip",      "192.168.0.1/16", "--gateway", "192.168.0.2",
                                     "--profile", "linux-like",     "--app",     "none",
                                     "--seed",    "packetdrill"};

// What `flags` says of an option replaces the default.
std::vector<std::string> Arguments(const char* flags) {
  std::vector<std::string> given;
  std::istringstream words(flags == nullptr ? "" : flags);
  for (std::string word; words >> word;) given.push_back(word);
  const auto is_given = [&](std::string_view name) {
    for (const std::string& word : given) {
      if (word == name || word.starts_with(std::string(name) + "=")) return true;
    }
    return false;
  };
  std::vector<std::string> arguments = given;
  for (size_t i = 0; i < std::size(kDefaults); i += 2) {
    if (!is_given(kDefaults[i])) arguments.insert(arguments.end(), {kDefaults[i], kDefaults[i + 1]});
  }
  return arguments;
}

[[noreturn]] void Refuse(const std::string& why) {
  std::fprintf(stderr, "nutnet: --so_flags: %s\n", why.c_str());
  std::exit(64);
}

}  // namespace
}  // namespace nut::packetdrill

extern "C" __attribute__((visibility("default"))) void packetdrill_interface_init(
    const char* flags, struct packetdrill_interface* table) {
  using nut::packetdrill::Refuse;
  const nut::apps::CommandLine line =
      nut::apps::ParseCommandLine(nut::packetdrill::Arguments(flags), nut::apps::KnownServices{});
  if (const auto* error = std::get_if<nut::apps::UsageError>(&line)) Refuse(error->message);
  const auto* options = std::get_if<nut::apps::ProgramOptions>(&line);
  if (options == nullptr) Refuse("these are no options of a node");
  nut::packetdrill::FillTable(new nut::packetdrill::StackUnderTest(options->node), *table);
}
