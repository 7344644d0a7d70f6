// Command: one line of the storm service's protocol, parsed: a word and fields of the form key=value. Plain
// values; the parser is a pure function.
//
//   serve  [port=5000] [threads=256] [backlog=1024] [patience=300s]
//   client server=IP:PORT [refusing=IP:PORT] [silent=IP:PORT] [connections=1] [first=0] [threads=64]
//   [seed=TEXT]
//          [mix=normal=60,refused=10] [least=1] [most=4096] [connect-timeout=500ms] [patience=300s]
//   status
//   stop
//
// Every answer is one line: "ok", the JSON object of `status`, or "error: " and a clause.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <variant>

#include "apps/storm/client.h"
#include "apps/storm/plan.h"
#include "apps/storm/server.h"

namespace nut::storm {

struct ServeCommand {
  ServerOptions options;
};

struct ClientCommand {
  Targets targets;
  ClientOptions options;
  std::string seed = "storm";
  Mix mix = Mix::Default();
  SizeRange sizes;
};

struct StatusCommand {};  // what there is now
struct StopCommand {};    // no new connections; `status` tells when those under way have ended

using Command = std::variant<ServeCommand, ClientCommand, StatusCommand, StopCommand>;

// Or what is wrong, in a clause that quotes it.
tl::expected<Command, std::string> ParseCommand(std::string_view line);

}  // namespace nut::storm
