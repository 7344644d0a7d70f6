// The command line of nutpackets, read: what to do, or a text to print, or a mistake of the user's. Pure.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "stack/wire/ipv4_address.h"

namespace nut::packets {

struct Options {
  std::vector<std::string> scripts;
  std::string record;        // --pcap; empty: no capture
  bool verbose = false;      // every packet, not only where a script fails
  std::string from_capture;  // empty: scripts are played
  unsigned flow = 1;
  std::optional<wire::Ipv4Address> node;
};

struct PrintAndExit {
  std::string text;
};

struct UsageError {
  std::string message;
};

std::variant<Options, PrintAndExit, UsageError> ParseCommandLine(const std::vector<std::string>& arguments);

}  // namespace nut::packets
