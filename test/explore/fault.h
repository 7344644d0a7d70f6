// Fault: what a run of a scenario has shown to be wrong. Crashes have no Fault: the process that ran is gone,
// and who watched it says what it died of (tools/explore).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace nut::explore {

enum class FaultKind : uint8_t {
  kExpectation,  // a scenario's own expectation
  kBytes,        // a byte was lost, doubled or changed on its way between two applications
  kLeak,         // something is left when everything has ended: a connection, a frame, a thread
  kLiveness,     // a thread waits for ever although what it waits for has happened or never can
  kInvariant,    // the books contradict each other (the process ends there: seen from outside)
  kMemory,       // AddressSanitizer (the same)
  kCrash,        // any other end of the process (the same)
  kEndless,      // more decisions than any run of this scenario may take
};

std::string_view NameOf(FaultKind kind);

struct Fault {
  FaultKind kind{};
  std::string text;  // one sentence for people
};

}  // namespace nut::explore
