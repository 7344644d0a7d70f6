#include "test/instructions/phases.h"

#include <cstdio>
#include <string>

namespace nut::instructions {

// Something that the compiler takes for an effect: neither the call nor the function goes.
extern "C" [[gnu::noinline]] void InstructionPhaseBegins() { asm volatile("" ::: "memory"); }
extern "C" [[gnu::noinline]] void InstructionPhaseEnds() { asm volatile("nop" ::: "memory"); }

void Report(std::string_view name, uint64_t units, std::string_view unit) {
  std::printf("%s\t%llu\t%s\n", std::string(name).c_str(), static_cast<unsigned long long>(units),
              std::string(unit).c_str());
}

}  // namespace nut::instructions
