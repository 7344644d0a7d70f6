#include "stack/os/thread_info.h"

namespace nut::os {

std::string_view NameOf(ThreadState state) {
  switch (state) {
    case ThreadState::kTerminated: return "TRM";
    case ThreadState::kRunning: return "RUN";
    case ThreadState::kReady: return "RDY";
    case ThreadState::kSleeping: return "SLP";
  }
  return "?";
}

}  // namespace nut::os
