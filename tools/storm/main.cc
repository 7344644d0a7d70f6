// nutstorm: millions of short connections between two nodes. See --help.
#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>

#include "tools/storm/program.h"

int main(int argc, char** argv) {
  try {
    return static_cast<int>(nut::storm::RunProgram({argv + 1, argv + argc}, std::getenv));
  } catch (const std::exception& error) {
    fmt::print(stderr, "nutstorm: internal fault: {}\n", error.what());
    return static_cast<int>(nut::storm::ExitCode::kInternal);
  }
}
