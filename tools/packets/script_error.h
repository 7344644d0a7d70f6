// ScriptError: what is wrong with a script, or with the node under it: where, and what. Thrown by the lexer,
// the parser and the runner on the host's own thread, never on a fiber of the node; caught by the program and
// by tests.
#pragma once

#include <stdexcept>
#include <string>

namespace nut::packets {

// A place in a script, for messages.
struct Place {
  std::string file;
  size_t line = 0;

  std::string ToText() const { return file + ":" + std::to_string(line); }
};

class ScriptError : public std::runtime_error {
 public:
  ScriptError(const Place& place, const std::string& message)
      : std::runtime_error(place.ToText() + ": " + message) {}
};

}  // namespace nut::packets
