// nuttracecheck: names every segment in a capture that the RFCs of TCP forbid. See --help.
#include <fmt/format.h>

#include <exception>

#include "tools/tracecheck/program.h"

int main(int argc, char** argv) {
  try {
    return nut::tracecheck::RunProgram({argv + 1, argv + argc}, stdout, stderr);
  } catch (const std::exception& error) {
    fmt::print(stderr, "nuttracecheck: internal fault: {}\n", error.what());
    return 70;
  }
}
