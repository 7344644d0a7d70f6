// The whole of nutstorm, but for the process around it: reads the command line, runs the storm, prints the
// summary, writes the report, and says how the program ends.
#pragma once

#include <string>
#include <vector>

#include "tools/storm/command_line.h"
#include "tools/storm/exit_code.h"
#include "tools/storm/simulation.h"

namespace nut::storm {

// `arguments` without the program's name. `make_server`: for tests, a server that does not do what it should
// (simulated mode). From a process with one thread; blocks SIGINT and SIGTERM for good.
ExitCode RunProgram(const std::vector<std::string>& arguments, const Environment& environment,
                    const ServerMaker& make_server = {});

}  // namespace nut::storm
