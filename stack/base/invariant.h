// Invariants: a broken one is a fault of ours, never of the wire, and always ends the process with a message,
// in optimised builds too.
#pragma once

#include <string_view>

namespace nut {

[[noreturn]] void InvariantBroken(const char* condition, const char* file, int line, std::string_view why);

}  // namespace nut

// A macro only because the condition's text and place belong into the message.
#define NUT_INVARIANT(condition, why) \
  ((condition) ? static_cast<void>(0) : ::nut::InvariantBroken(#condition, __FILE__, __LINE__, (why)))
