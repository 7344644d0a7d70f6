#include "test/explore/fault.h"

namespace nut::explore {

std::string_view NameOf(FaultKind kind) {
  switch (kind) {
    case FaultKind::kExpectation: return "expectation";
    case FaultKind::kBytes: return "bytes";
    case FaultKind::kLeak: return "leak";
    case FaultKind::kLiveness: return "liveness";
    case FaultKind::kInvariant: return "invariant";
    case FaultKind::kMemory: return "memory";
    case FaultKind::kCrash: return "crash";
    case FaultKind::kEndless: return "endless";
  }
  return "?";
}

}  // namespace nut::explore
