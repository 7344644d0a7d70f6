// Where a measured part of the program begins and ends, for callgrind, which counts from the one function to
// the other (--zero-before, --dump-before). Without callgrind they do nothing. The program says on its output
// what each part was, in the same order.
#pragma once

#include <cstdint>
#include <string_view>

namespace nut::instructions {

// Runs `measured`, which returns how many units of work it did, and prints "name units unit".
template <typename Measured>
void Phase(std::string_view name, std::string_view unit, Measured measured);

// What callgrind is told to look for.
extern "C" void InstructionPhaseBegins();
extern "C" void InstructionPhaseEnds();
void Report(std::string_view name, uint64_t units, std::string_view unit);

template <typename Measured>
void Phase(std::string_view name, std::string_view unit, Measured measured) {
  InstructionPhaseBegins();
  const uint64_t units = measured();
  InstructionPhaseEnds();
  Report(name, units, unit);
}

}  // namespace nut::instructions
