// Obituary: what a child that did not come to its regular end has died of, as a Fault: AddressSanitizer's
// report, a broken invariant, a signal, or its parent's patience. Pure functions of what it left.
#pragma once

#include <optional>
#include <string>

#include "test/explore/fault.h"
#include "tools/explore/child.h"

namespace nut::explorer {

struct Obituary {
  explore::Fault fault;
  // What makes two deaths the same fault, as long as the processes are forked from one: the kind and the
  // place of an access, the invariant's place, the signal.
  std::string sameness;
  std::string errors;  // what it printed
};

// `child` has ended without its result.
Obituary Examine(const Child& child);
// The same by what it leaves: its wait status, whether it was ended by its parent for standing still, and
// what it printed.
Obituary Examine(int wait_status, bool stood_still, std::string_view errors);

}  // namespace nut::explorer
