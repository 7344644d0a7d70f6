// The program: reads the captures that were named, and prints what is wrong with them.
#pragma once

#include <cstdio>
#include <string>
#include <vector>

namespace nut::tracecheck {

// Gives the exit status. `arguments` without the program's name.
int RunProgram(const std::vector<std::string>& arguments, std::FILE* out, std::FILE* err);

}  // namespace nut::tracecheck
