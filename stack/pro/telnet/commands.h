// The commands of the command server: a name, a sentence of help, and the text that an Inspector gives for
// it. A constant table; what ends a session is told to the session, not done here.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "stack/pro/inspect/inspector.h"

namespace nut::pro {

// How much one command prints of what grows with use.
struct CommandLimits {
  size_t threads = 1000;
  size_t sockets = 1000;
  size_t timers = 1000;
  size_t log_lines = 100;
};

struct Command {
  std::string_view name;
  std::string_view arguments;  // "[FILTER]", or empty
  std::string_view help;
  // The answer, in lines that end in '\n'. Null: ends the session.
  std::string (*run)(const Inspector& inspector, const CommandLimits& limits, std::string_view argument);
};

std::span<const Command> Commands();

struct CommandResult {
  std::string text;
  bool quit = false;
};

// Runs one line: a command's name, or a beginning of it that no other command has, and at most one argument.
// An unknown name is answered with the nearest known one; an empty line with nothing.
CommandResult RunCommand(const Inspector& inspector, const CommandLimits& limits, std::string_view line);

}  // namespace nut::pro
